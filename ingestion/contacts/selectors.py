"""Reads about contacts, as frozen dataclasses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ingestion.contacts.errors import ContactNotFound as ContactNotFound
from ingestion.models import Contact
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class ContactView:
    """`display_name`: the name, else the e-mail address, else the phone number, else "Visitor" and four characters."""

    id: UUID
    name: str
    email: str
    phone: str
    external_id: str
    is_anonymous: bool
    created_at: datetime
    last_seen_at: datetime | None

    @property
    def display_name(self) -> str:
        return self.name or self.email or self.phone or f"Visitor {self.id.hex[-4:]}"


def _view(row: Contact) -> ContactView:
    return ContactView(
        row.id, row.name, row.email, row.phone, row.external_id, row.is_anonymous, row.created_at, row.last_seen_at
    )


def get_contact(*, tenant_id: UUID, contact_id: UUID) -> ContactView:
    """Raises ContactNotFound."""
    with tenant_scope(tenant_id):
        row = Contact.objects.filter(id=contact_id).first()
    if row is None:
        raise ContactNotFound("There is no such contact.")
    return _view(row)


def get_contacts(*, tenant_id: UUID, contact_ids: Iterable[UUID]) -> dict[UUID, ContactView]:
    """Those of the ids that exist."""
    with tenant_scope(tenant_id):
        return {row.id: _view(row) for row in Contact.objects.filter(id__in=list(contact_ids))}


def list_contacts(*, tenant_id: UUID, limit: int = 50, before: UUID | None = None) -> list[ContactView]:
    """Newest first; `before` is the last id of the previous page."""
    with tenant_scope(tenant_id):
        rows = Contact.objects.order_by("-id")
        if before is not None:
            rows = rows.filter(id__lt=before)
        return [_view(row) for row in rows[:limit]]
