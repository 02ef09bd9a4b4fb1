"""Writes about contacts."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ingestion.models import Contact
from tenants.context import tenant_scope

IDENTITY_FIELDS = frozenset({"name", "email", "phone"})


def create_visitor(*, tenant_id: UUID) -> UUID:
    """An anonymous contact for a new visitor. Returns its id."""
    with tenant_scope(tenant_id):
        return Contact.objects.create(last_seen_at=timezone.now()).id


def ensure_contact(*, tenant_id: UUID, external_id: str, name: str = "", email: str = "") -> UUID:
    """The contact whom the tenant's own system calls `external_id`, made if new. Returns its id."""
    with tenant_scope(tenant_id), transaction.atomic():
        contact, _ = Contact.objects.get_or_create(
            external_id=external_id,
            defaults={"name": name[:200], "email": email, "is_anonymous": False, "last_seen_at": timezone.now()},
        )
        return contact.id


def touch_contact(*, tenant_id: UUID, contact_id: UUID) -> bool:
    """Note that the contact was here now. False when there is no such contact (erased, or another tenant's)."""
    with tenant_scope(tenant_id):
        return bool(Contact.objects.filter(id=contact_id).update(last_seen_at=timezone.now()))


def describe_contact(*, tenant_id: UUID, contact_id: UUID, field: str, value: str) -> None:
    """Show on the contact what it last said of itself. `field`: "name", "email" or "phone"; raises ValueError."""
    if field not in IDENTITY_FIELDS:
        raise ValueError(f"A contact has no {field}.")
    with tenant_scope(tenant_id):
        Contact.objects.filter(id=contact_id).update(**{field: value[:200], "is_anonymous": False})
