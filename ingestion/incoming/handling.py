"""What events become: contacts that are found again, what they have to do with companies, pages and products, and a
timeline. Each row once, however often it is asked for: the mark that it is handled is in the same transaction.

What the events say of contacts (traits) is memory's, a floor higher, and reaches it as an event with ids.
"""

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from ingestion.incoming.people import People
from ingestion.incoming.relations import note_relations
from ingestion.models import Contact, ContactEvent, IdentityKind
from ingestion.topics import CONTACT_DESCRIBED, CONTACT_RELATED, CONTACTS_TOPIC
from rapport.events.envelope import Event
from rapport.events.outbox import publish_all
from tenants.context import require_tenant_id
from tenants.privacy.suppression import Known as Suppressed
from tenants.privacy.suppression import erased_at

TELLING = frozenset({"track", "group", "event"})  # kinds that say something of the contact without traits, too
Told = list[tuple[Contact, ContactEvent]]
_COLUMNS = ("name", "email", "phone", "external_id", "is_anonymous", "last_seen_at", "described_at")


def handle_events(ids: Sequence[UUID]) -> int:
    """Those of these that nobody has handled yet, in the order in which they came; returns how many. In the caller's
    scope and transaction."""
    rows = list(ContactEvent.objects.select_for_update().filter(id__in=ids, handled_at=None).order_by("id"))
    if not rows:
        return 0
    people = People(rows)
    rows = _without_erased(rows)
    found: Told = []
    for row in rows:
        if (contact := people.of(row)) is not None:
            _describe(contact, row)
            found.append((contact, row))
    people.finish()
    _mark(rows, found)
    related = note_relations([(contact.id, row) for contact, row in found])
    Contact.objects.bulk_save(sorted({contact.id: contact for contact, _ in found}.values(), key=_id), _COLUMNS)
    publish_all(CONTACTS_TOPIC, [*_descriptions(found), *_relations(related)])
    return len(rows)


def _without_erased(rows: list[ContactEvent]) -> list[ContactEvent]:
    """What was on its way when whom it names was erased goes, unread. Asked when the contacts' rows are held."""
    erased = erased_at({known for row in rows for known in _named_in(row)})
    late = {
        row.id for row in rows if any(erased.get(known, row.received_at) > row.received_at for known in _named_in(row))
    }
    if late:
        ContactEvent.objects.filter(id__in=late).delete()
    return [row for row in rows if row.id not in late]


def _named_in(row: ContactEvent) -> list[Suppressed]:
    named = [(kind, row.who.get(kind)) for kind in IdentityKind.values]
    named += [("contact", row.who.get("contact_id")), ("external_id", row.who.get("previous_id"))]
    return [Suppressed(kind, str(value)) for kind, value in named if value]


def _id(contact: Contact) -> UUID:
    return contact.id


def _describe(contact: Contact, row: ContactEvent) -> None:
    """A name that was true later stays; the time that the contact was seen only grows."""
    contact.last_seen_at = max(contact.last_seen_at or row.occurred_at, row.occurred_at)
    if not row.traits:
        return
    is_newer = contact.described_at is None or row.occurred_at >= contact.described_at
    name = _name(row)
    if name and (is_newer or not contact.name):
        contact.name = name
    contact.described_at = max(contact.described_at or row.occurred_at, row.occurred_at)


def _name(row: ContactEvent) -> str:
    traits = row.traits
    parts = [traits.get(part) for part in ("firstName", "lastName")]
    whole = traits.get("name") or " ".join(part for part in parts if isinstance(part, str))
    return " ".join(whole.split())[:200] if isinstance(whole, str) else ""


def _mark(rows: Sequence[ContactEvent], found: Told) -> None:
    now = timezone.now()
    whose: dict[UUID, Contact] = {row.id: contact for contact, row in found}
    for row in rows:
        row.contact = whose.get(row.id)
    ContactEvent.objects.bulk_save(rows, ("contact",), handled_at=now)


def _descriptions(found: Told) -> list[Event]:
    """For each contact once, whatever was said of it."""
    told: dict[UUID, list[str]] = {}
    for contact, row in found:
        if row.traits or row.kind in TELLING:
            told.setdefault(contact.id, []).append(str(row.id))
    return [
        Event(CONTACT_DESCRIBED, require_tenant_id(), str(each), {"contact_id": str(each), "event_ids": ids})
        for each, ids in told.items()
    ]


def _relations(contact_ids: set[UUID]) -> list[Event]:
    return [
        Event(CONTACT_RELATED, require_tenant_id(), str(each), {"contact_id": str(each)})
        for each in sorted(contact_ids)
    ]
