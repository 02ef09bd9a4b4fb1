"""Contacts: who wrote and whom the company's own systems know, what happened to each, and what is remembered, with its
source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from agents.channels.chat.consent import list_consents
from agents.selectors import EpisodeView, list_conversations, list_episodes
from agents.selectors.summaries import AccountView, accounts_of, colleagues_of, summary_of_contact
from agents.tools.requests import list_requests
from frontend.page import Visit, asked_id, page
from frontend.pages.contact_memory import memory_of
from frontend.pages.contact_merging import render_merge
from frontend.pages.privacy import data_of_contact
from ingestion.contacts.errors import ContactNotFound, InvalidIdentity, InvalidMerge
from ingestion.contacts.merging import family_of, merge_contacts, unmerge_contact
from ingestion.contacts.selectors import (
    ContactView,
    Wanted,
    get_contact,
    get_contacts,
    list_contacts,
    list_identities,
    list_relations,
)
from ingestion.incoming.selectors import ContactEventView, list_contact_events
from rapport.errors import InvalidRequest, RapportError
from rapport.ids import Prefix, decode, encode
from tenants.permissions import Permission

PAGE_SIZE = 50
EVENTS_SHOWN = 20
RELATIONS_SHOWN = 12
TOOLS_SHOWN = 10
_LONGEST_SEARCH = 254
_DETAILS = 4  # of an event, in its line
_LONGEST_DETAIL = 80


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the timeline. `told_by`: another contact who is read as one with this one, if it came to that one."""

    event: ContactEventView
    details: list[tuple[str, str]]
    told_by: ContactView | None


@require_safe
@page(Permission.CONTACTS_READ, in_one_scope=True)
def show_contacts(visit: Visit) -> HttpResponse:
    text, query = visit.request.GET.get("before", ""), visit.request.GET.get("q", "").strip()[:_LONGEST_SEARCH]
    before = asked_id(Prefix.CONTACT, text) if text else None
    rows = list_contacts(tenant_id=visit.tenant_id, limit=PAGE_SIZE + 1, before=before, wanted=Wanted(text=query))
    context = {
        "section": "contacts",
        "contacts": rows[:PAGE_SIZE],
        "has_more": len(rows) > PAGE_SIZE,
        "is_first": before is None,
        "query": query,
    }
    return visit.render("pages/contacts/index.html", context)


@require_safe
@page(Permission.CONTACTS_READ, in_one_scope=True)
def show_contact(visit: Visit, contact: str) -> HttpResponse:
    return _render(visit, asked_id(Prefix.CONTACT, contact))


@require_POST
@page(Permission.CONTACTS_WRITE)
def act_on_contact(visit: Visit, contact: str, action: str) -> HttpResponse:
    contact_id = asked_id(Prefix.CONTACT, contact)
    if action == "unmerge":
        unmerge_contact(tenant_id=visit.tenant_id, contact_id=contact_id, actor=visit.actor)
        messages.success(visit.request, gettext("Apart again. Each has what came in under its own identities."))
        return redirect("contact", contact)
    get_contact(tenant_id=visit.tenant_id, contact_id=contact_id)
    try:
        into_id = _named(visit, visit.request.POST.get("into", "").strip())
        into = merge_contacts(tenant_id=visit.tenant_id, contact_id=contact_id, into_id=into_id, actor=visit.actor)
    except (InvalidRequest, ContactNotFound) as error:
        return render_merge(visit, contact_id, visit.request.POST.get("into", "").strip(), error=error)
    messages.success(visit.request, gettext("Both are read as one from now on. It can be taken back here."))
    return redirect("contact", encode(Prefix.CONTACT, into))


def _named(visit: Visit, text: str) -> UUID:
    """Whom someone means who writes an address, a number, an id of the company's own, or the id in our addresses."""
    if text.startswith(f"{Prefix.CONTACT}_"):
        return decode(Prefix.CONTACT, text)
    for wanted in (Wanted(external_id=text), Wanted(email=text), Wanted(phone=text)):
        try:
            found = list_contacts(tenant_id=visit.tenant_id, limit=1, wanted=wanted) if text else []
        except InvalidIdentity:
            continue
        if found:
            return found[0].id
    raise InvalidMerge(
        gettext("Nobody is known by this. Write an e-mail address, a phone number or an id exactly."), param="into"
    )


def _render(visit: Visit, contact_id: UUID) -> HttpResponse:
    found = get_contact(tenant_id=visit.tenant_id, contact_id=contact_id)
    family = family_of(tenant_id=visit.tenant_id, contact_id=contact_id)
    others = get_contacts(tenant_id=visit.tenant_id, contact_ids=[each for each in family if each != contact_id])
    sees_talk = visit.may(Permission.CONVERSATIONS_READ)
    context = {
        "section": "contacts",
        "contact": found,
        "consents": list_consents(tenant_id=visit.tenant_id, contact_id=contact_id),
        "conversations": list_conversations(tenant_id=visit.tenant_id, contact_id=contact_id) if sees_talk else [],
        "requests": list_requests(tenant_id=visit.tenant_id, contact_id=contact_id, limit=20) if sees_talk else [],
        "told_by_tools": _told_by_tools(visit, contact_id) if sees_talk else [],
        "identities": list_identities(tenant_id=visit.tenant_id, contact_ids=family),
        "relations": list_relations(tenant_id=visit.tenant_id, contact_ids=family, limit=RELATIONS_SHOWN),
        "read_as": others.get(found.merged_into) if found.merged_into else None,
        "merged": [other for other in others.values() if other.merged_into and other.id != found.merged_into],
        "can_write_contacts": visit.may(Permission.CONTACTS_WRITE),
        "may_read_audit": visit.may(Permission.AUDIT_READ),
        **(_summaries(visit, contact_id) if sees_talk else {}),
        **_timeline(visit, found, others),
        **data_of_contact(visit, contact_id),
        **memory_of(visit, contact_id),
    }
    return visit.render("pages/contacts/one.html", context)


def _told_by_tools(visit: Visit, contact_id: UUID) -> list[EpisodeView]:
    """What was called in conversations of the contact, and what came of it."""
    return list_episodes(tenant_id=visit.tenant_id, contact_id=contact_id, origin="tool", limit=TOOLS_SHOWN)


def _summaries(visit: Visit, contact_id: UUID) -> dict[str, object]:
    """Its own, and of each company that it belongs to, with who else does."""
    tenant_id = visit.tenant_id
    accounts = accounts_of(tenant_id=tenant_id, contact_id=contact_id)
    return {
        "summary": summary_of_contact(tenant_id=tenant_id, contact_id=contact_id),
        "accounts": [(each, _others(visit, each, contact_id)) for each in accounts],
    }


def _others(visit: Visit, account: AccountView, contact_id: UUID) -> list[tuple[ContactView, str]]:
    found = colleagues_of(tenant_id=visit.tenant_id, account=account)
    return [(other, text) for other, text in found if other.id != contact_id]


def _timeline(visit: Visit, contact: ContactView, others: Mapping[UUID, ContactView]) -> dict[str, object]:
    before = _position(visit.request.GET.get("events", ""))
    events = list_contact_events(
        tenant_id=visit.tenant_id, contact_id=contact.id, limit=EVENTS_SHOWN + 1, before=before
    )
    shown = events[:EVENTS_SHOWN]
    return {
        "happenings": [Happening(each, _details(each), others.get(each.contact_id)) for each in shown],
        "older_events": _written(shown[-1]) if len(events) > EVENTS_SHOWN else "",
        "is_latest": before is None,
    }


def _written(event: ContactEventView) -> str:
    return f"{event.occurred_at.isoformat()}~{encode(Prefix.EVENT, event.id)}"


def _position(text: str) -> tuple[datetime, UUID] | None:
    """Behind which event the timeline goes on; what cannot be read is the beginning."""
    moment, _, event = text.partition("~")
    try:
        at = datetime.fromisoformat(moment.replace(" ", "+"))
        return (at, decode(Prefix.EVENT, event)) if at.tzinfo else None
    except (ValueError, RapportError):
        return None


def _details(event: ContactEventView) -> list[tuple[str, str]]:
    """What is short and says most; the API has the rest."""
    said = {**event.traits, **event.properties}
    short = ((name, _short(value)) for name, value in said.items())
    return [(name, text) for name, text in short if text][:_DETAILS]


def _short(value: object) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    text = str(value) if isinstance(value, str | int | float) else ""
    return f"{text[:_LONGEST_DETAIL]}…" if len(text) > _LONGEST_DETAIL else text
