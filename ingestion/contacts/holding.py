"""Whether something may be written for a contact now: not when it is gone, and not when it is being erased."""

from uuid import UUID

from ingestion.contacts.errors import ContactNotFound
from ingestion.models import Contact
from tenants.context import tenant_scope
from tenants.privacy.suppression import is_contact_erased


def hold_contact(contact_id: UUID) -> None:
    """In the open scope and transaction: until it ends, no erasure of the contact begins. Raises ContactNotFound."""
    held = Contact.objects.select_for_update().filter(id=contact_id).values_list("id", flat=True).first()
    if held is None or is_contact_erased(contact_id):
        raise ContactNotFound("There is no such contact.")


def is_forgotten(*, tenant_id: UUID, contact_id: UUID) -> bool:
    """True when the contact was erased, or is being erased."""
    with tenant_scope(tenant_id):
        return is_contact_erased(contact_id)
