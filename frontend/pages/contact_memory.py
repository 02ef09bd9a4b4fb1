"""What people do with a contact's memory on its page: put facts right, pin them, call them wrong, take that back, add
one, and look at what was known at a time."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from agents.memory.editing import add_fact, edit_fact, pin_fact, restore_fact, retract_fact
from agents.memory.predicates import PREDICATES
from agents.selectors import FactView, get_memory_graph, list_facts, list_facts_as_of
from frontend.fact_lanes import lanes_of
from frontend.memory_graph import picture_of
from frontend.page import Visit, asked_id, page
from frontend.pages.conversations import uses_of
from frontend.phrases import phrase
from frontend.said import said
from ingestion.contacts.errors import ContactNotFound
from rapport.errors import RapportError
from rapport.ids import Prefix
from tenants.permissions import Permission

DONE = {
    "edit": phrase("Put right. What was wrong is kept below, and not used."),
    "pin": phrase("Pinned. It stays until somebody of your company changes it."),
    "unpin": phrase("No longer pinned."),
    "retract": phrase("It is not used any more. What it had replaced holds again."),
    "restore": phrase("It counts again."),
}


def memory_of(visit: Visit, contact_id: UUID) -> dict[str, object]:
    """For the contact's page. `as_of`: the end of a day that was asked for."""
    facts = list_facts(tenant_id=visit.tenant_id, contact_id=contact_id)
    day = _day(visit.request.GET.get("as_of", ""))
    then = _held_then(visit, contact_id, day) if day else None
    now = timezone.now()
    graph = get_memory_graph(tenant_id=visit.tenant_id, contact_id=contact_id)
    sees_talk = visit.may(Permission.CONVERSATIONS_READ)
    return {
        "current": [fact for fact in facts if fact.is_current],
        "proposed": [fact for fact in facts if fact.is_proposed],
        "former": [fact for fact in facts if not fact.is_current and not fact.is_proposed],
        "lanes": lanes_of(facts, now),
        "graph": picture_of(graph, day or now),
        "uses": uses_of(visit.tenant_id, contact_id) if sees_talk else {},
        "then": then,
        "as_of": visit.request.GET.get("as_of", "") if day else "",
        "kinds": [(each.name, gettext(each.label)) for each in PREDICATES.values() if each.name != "commitment"],
    }


def _held_then(visit: Visit, contact_id: UUID, day: datetime) -> list[FactView]:
    return list_facts_as_of(tenant_id=visit.tenant_id, contact_id=contact_id, valid_at=day)


def _day(text: str) -> datetime | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return datetime.combine(found, time.min, UTC) + timedelta(days=1, microseconds=-1) if found else None


@require_POST
@page(Permission.CONTACTS_WRITE)
def act_on_fact(visit: Visit, contact: str, fact: str, action: str) -> HttpResponse:
    fact_id, tenant_id, actor = asked_id(Prefix.FACT, fact), visit.tenant_id, visit.actor
    try:
        match action:
            case "edit":
                value = visit.request.POST.get("value", "")
                edit_fact(tenant_id=tenant_id, fact_id=fact_id, value=value, actor=actor)
            case "pin" | "unpin":
                pin_fact(tenant_id=tenant_id, fact_id=fact_id, is_pinned=action == "pin", actor=actor)
            case "retract":
                retract_fact(tenant_id=tenant_id, fact_id=fact_id, actor=actor)
            case _:
                restore_fact(tenant_id=tenant_id, fact_id=fact_id, actor=actor)
        messages.success(visit.request, DONE[action])
    except RapportError as error:
        if error.status == 404:
            raise
        messages.error(visit.request, said(error.message))
    return redirect("contact", contact)


@require_POST
@page(Permission.CONTACTS_WRITE)
def add_memory(visit: Visit, contact: str) -> HttpResponse:
    form = visit.request.POST
    contact_id = asked_id(Prefix.CONTACT, contact)
    try:
        add_fact(
            tenant_id=visit.tenant_id,
            contact_id=contact_id,
            predicate=form.get("predicate", ""),
            value=form.get("value", ""),
            actor=visit.actor,
        )
        messages.success(visit.request, gettext("Kept, with you as its source."))
    except ContactNotFound:
        raise
    except RapportError as error:
        messages.error(visit.request, said(error.message))
    return redirect("contact", contact)
