"""Reads about what tenants' systems sent: the timeline of contacts, and what single events said of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from ingestion.contacts.merging import family_of
from ingestion.models import ContactEvent
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class ContactEventView:
    """`kind`: "identify", "track", "page", "screen", "group", "alias" or "event"; `name` may be empty."""

    id: UUID
    contact_id: UUID
    kind: str
    name: str
    traits: dict[str, Any]
    properties: dict[str, Any]
    context: dict[str, Any]
    occurred_at: datetime
    received_at: datetime
    source: str
    event_id: str

    @property
    def title(self) -> str:
        """How the timeline calls it."""
        return self.name or {"identify": "Identified", "alias": "Linked", "group": "Joined a company"}.get(
            self.kind, self.kind.title()
        )


@dataclass(frozen=True, slots=True)
class Description:
    """What an event said of a contact, when it was true, and where it came from."""

    event_id: UUID
    kind: str
    name: str
    traits: dict[str, Any]
    properties: dict[str, Any]
    occurred_at: datetime


def list_contact_events(
    *, tenant_id: UUID, contact_id: UUID, limit: int = 50, before: tuple[datetime, UUID] | None = None
) -> list[ContactEventView]:
    """What happened last comes first, also of those who are read as one with the contact; `before`: when and id of the
    last one of the previous page."""
    with tenant_scope(tenant_id):
        family = family_of(tenant_id=tenant_id, contact_id=contact_id)
        rows = ContactEvent.objects.filter(contact_id__in=family).order_by("-occurred_at", "-id")
        if before is not None:
            at, last = before
            rows = rows.filter(Q(occurred_at__lt=at) | Q(occurred_at=at, id__lt=last))
        return [_view(row) for row in rows[:limit]]


def get_contact_events(*, tenant_id: UUID, ids: Sequence[UUID]) -> dict[UUID, ContactEventView]:
    """Those of the ids that exist and are about someone."""
    with tenant_scope(tenant_id):
        rows = ContactEvent.objects.filter(id__in=ids).exclude(contact=None)
        return {row.id: _view(row) for row in rows}


def descriptions(*, tenant_id: UUID, contact_id: UUID, ids: Sequence[UUID]) -> list[Description]:
    """What these events said of this contact, in the order in which it was true."""
    with tenant_scope(tenant_id):
        rows = ContactEvent.objects.filter(id__in=ids, contact_id=contact_id).order_by("occurred_at", "id")
        return [Description(row.id, row.kind, row.name, row.traits, row.properties, row.occurred_at) for row in rows]


def _view(row: ContactEvent) -> ContactEventView:
    assert row.contact_id is not None
    return ContactEventView(
        id=row.id,
        contact_id=row.contact_id,
        kind=row.kind,
        name=row.name,
        traits=row.traits,
        properties=row.properties,
        context=row.context,
        occurred_at=row.occurred_at,
        received_at=row.received_at,
        source=row.source,
        event_id=row.event_id,
    )
