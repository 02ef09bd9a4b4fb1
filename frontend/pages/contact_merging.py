"""Two contacts that are one person: finding the other one, and what becomes one, before it does."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from agents.memory.predicates import PREDICATES
from agents.selectors import list_conversations, list_facts
from frontend.page import Visit, asked_id, page
from ingestion.contacts.merging import family_of
from ingestion.contacts.selectors import ContactView, Wanted, get_contact, list_contacts, list_identities
from ingestion.incoming.selectors import list_contact_events
from rapport.errors import RapportError
from rapport.ids import Prefix, encode
from tenants.permissions import Permission

FOUND = 12
COUNTED = 99  # more is "99+"
LONGEST_SEARCH = 254


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, with all who are read as one with it already. Counts past COUNTED stay there; None is what the
    person may not read."""

    contact: ContactView
    family: tuple[UUID, ...]
    identities: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    conversations: int | None
    events: int


@dataclass(frozen=True, slots=True)
class Preview:
    """`into` is who both are read as. `apart`: kinds of facts of which each has another value: both are kept, and the
    newer one counts, where there can be only one."""

    contact: Side
    into: Side

    @property
    def is_one_already(self) -> bool:
        return not set(self.contact.family).isdisjoint(self.into.family)

    @property
    def identities(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.into.identities, *self.contact.identities)))

    @property
    def apart(self) -> list[str]:
        mine, theirs = _by_kind(self.contact), _by_kind(self.into)
        return sorted(kind for kind in mine.keys() & theirs.keys() if mine[kind] != theirs[kind])


def _by_kind(side: Side) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for kind, value in side.facts:
        found.setdefault(kind, set()).add(value)
    return found


@require_safe
@page(Permission.CONTACTS_WRITE)
def show_merge(visit: Visit, contact: str) -> HttpResponse:
    """`?q=` finds, `?with=` compares; `&turned` reads the other one as this one."""
    query = visit.request.GET
    other = asked_id(Prefix.CONTACT, query["with"]) if query.get("with") else None
    asked = query.get("q", "").strip()[:LONGEST_SEARCH]
    return render_merge(visit, asked_id(Prefix.CONTACT, contact), asked, other=other)


def render_merge(
    visit: Visit, contact_id: UUID, query: str, *, other: UUID | None = None, error: RapportError | None = None
) -> HttpResponse:
    found, shown = get_contact(tenant_id=visit.tenant_id, contact_id=contact_id), encode(Prefix.CONTACT, contact_id)
    context = {
        "section": "contacts",
        "contact": found,
        "trail": [(gettext("Contacts"), reverse("contacts")), (found.display_name, reverse("contact", args=[shown]))],
        "query": query,
        "found": _found(visit, query, contact_id) if query and other is None else [],
        "preview": _preview(visit, contact_id, other) if other else None,
        "is_turned": "turned" in visit.request.GET,
        "error": error,
    }
    return visit.render("pages/contacts/merge.html", context, status=error.status if error else 200)


def _found(visit: Visit, query: str, contact_id: UUID) -> list[ContactView]:
    """Not those who are read as one with the contact already."""
    family = set(family_of(tenant_id=visit.tenant_id, contact_id=contact_id))
    rows = list_contacts(tenant_id=visit.tenant_id, limit=FOUND + len(family), wanted=Wanted(text=query))
    return [each for each in rows if each.id not in family][:FOUND]


def _preview(visit: Visit, contact_id: UUID, other: UUID) -> Preview:
    """Whoever is merged already cannot be the one that goes into the other; `merge_contacts` says so."""
    one, two = (contact_id, other) if "turned" not in visit.request.GET else (other, contact_id)
    return Preview(_side(visit, one), _side(visit, two))


def _side(visit: Visit, contact_id: UUID) -> Side:
    tenant_id = visit.tenant_id
    family = family_of(tenant_id=tenant_id, contact_id=contact_id)
    root = get_contact(tenant_id=tenant_id, contact_id=contact_id)
    identities = list_identities(tenant_id=tenant_id, contact_ids=family)
    talks = None
    if visit.may(Permission.CONVERSATIONS_READ):
        talks = len(list_conversations(tenant_id=tenant_id, contact_id=contact_id, limit=COUNTED))
    return Side(
        root,
        family,
        tuple(f"{each.label}: {each.value}" for each in identities),
        tuple(
            (_label(each.predicate), each.value)
            for each in list_facts(tenant_id=tenant_id, contact_id=contact_id, with_superseded=False)
            if each.is_current
        ),
        talks,
        len(list_contact_events(tenant_id=tenant_id, contact_id=contact_id, limit=COUNTED)),
    )


def _label(predicate: str) -> str:
    known = PREDICATES.get(predicate)
    return gettext(known.label) if known else predicate.removeprefix("trait.")
