"""What a tenant's server signs of its visitors, kept like what its systems send: one event whenever it says something
new, so that a chat that opens a hundred times says it once."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from ingestion.incoming.event import Incoming
from ingestion.incoming.intake import keep_events
from ingestion.models import ContactEvent
from rapport.ids import new_id
from tenants.context import tenant_scope

SOURCE = "rapport:visitor-identity"
Value = str | int | float | bool


def keep_signed_traits(
    *, tenant_id: UUID, contact_id: UUID, traits: Mapping[str, Value], company: Mapping[str, Value], at: datetime
) -> None:
    """Nothing when it is what was said last. Raises TooManyWaiting."""
    said: dict[str, object] = {**traits, **({"company": dict(company)} if company else {})}
    if not said or said == _said_last(tenant_id, contact_id):
        return
    who = {"contact_id": str(contact_id)}
    event = Incoming(SOURCE, str(new_id()), "identify", "", occurred_at=at, who=who, traits=said)
    keep_events(tenant_id=tenant_id, events=[event], received_at=at)


def _said_last(tenant_id: UUID, contact_id: UUID) -> dict[str, object] | None:
    with tenant_scope(tenant_id):
        rows = ContactEvent.objects.filter(source=SOURCE, who__contact_id=str(contact_id)).order_by("-id")
        return rows.values_list("traits", flat=True).first()
