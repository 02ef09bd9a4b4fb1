"""Sending events as a tenant's system does, without HTTP, and having them handled in this thread."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from ingestion.incoming.customer_data import read_message
from ingestion.incoming.handling import handle_events
from ingestion.incoming.intake import receive_events
from ingestion.models import ContactEvent
from tenants.context import tenant_scope

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
Json = dict[str, Any]


def message(kind: str, *, minutes: int = 0, **fields: object) -> Json:
    """A call of a customer-data tool, so many minutes after noon."""
    return {"type": kind, "timestamp": (NOON + timedelta(minutes=minutes)).isoformat(), **fields}


def receive(tenant_id: UUID, messages: Sequence[Json]) -> None:
    now = timezone.now()
    receive_events(
        tenant_id=tenant_id, events=[read_message(each, received_at=now) for each in messages], received_at=now
    )


def handle(tenant_id: UUID) -> None:
    with tenant_scope(tenant_id):
        handle_events(list(ContactEvent.objects.order_by("id").values_list("id", flat=True)))


def tell(tenant_id: UUID, *messages: Json) -> None:
    """Received and handled, one after the other."""
    for each in messages:
        receive(tenant_id, [each])
        handle(tenant_id)
