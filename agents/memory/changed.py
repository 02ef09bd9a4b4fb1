"""Saying that a contact's memory changed otherwise than by a turn, so that what was made of it is made anew."""

from uuid import UUID

from agents.topics import MEMORY, MEMORY_CHANGED
from rapport.events.envelope import Event
from rapport.events.outbox import publish
from tenants.context import require_tenant_id


def tell_changed(contact_id: UUID) -> None:
    """In the caller's scope and transaction."""
    data = {"contact_id": str(contact_id)}
    publish(MEMORY, Event(MEMORY_CHANGED, require_tenant_id(), str(contact_id), data))
