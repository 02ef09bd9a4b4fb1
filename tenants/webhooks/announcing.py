"""From an audit row to deliveries, in the write's own transaction: what is rolled back is told to nobody.

A company without endpoints pays one question to an index, and only for what is in the catalogue.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.utils import timezone

from rapport.events.envelope import Event
from rapport.events.outbox import publish_all
from rapport.ids import Prefix, encode, new_id
from tenants.context import require_tenant_id
from tenants.webhooks.catalogue import BY_NAME, is_wanted
from tenants.webhooks.models import WebhookDelivery, WebhookEndpoint
from tenants.webhooks.topics import DELIVERY_DUE, WEBHOOKS

TRIED_FOR = timedelta(days=3)
LONGEST_TEXT = 500


class Happened(Protocol):
    """What an audit row tells (`tenants.audit.Audited`)."""

    @property
    def action(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def details(self) -> Any: ...
    @property
    def before(self) -> Any: ...
    @property
    def after(self) -> Any: ...


def announce(label: str, entries: Sequence[Happened]) -> None:
    """In the open scope and transaction. `label`: the actor's."""
    known = [each for each in entries if each.action in BY_NAME]
    if not known:
        return
    endpoints = list(WebhookEndpoint.objects.filter(is_enabled=True).order_by("id").only("id", "event_types"))
    if not endpoints:
        return
    now = timezone.now()
    deliveries = []
    for each in known:
        event_id = new_id()
        body = write_body(each.action, now, _data(label, each))
        deliveries += [
            make_delivery(endpoint.id, event_id, each.action, body, now)
            for endpoint in endpoints
            if is_wanted(each.action, endpoint.event_types)
        ]
    queue_deliveries(WebhookDelivery.objects.bulk_create(deliveries))


def make_delivery(endpoint_id: UUID, event_id: UUID, event_type: str, body: str, now: datetime) -> WebhookDelivery:
    return WebhookDelivery(
        endpoint_id=endpoint_id, event_id=event_id, event_type=event_type, body=body, tried_until=now + TRIED_FOR
    )


def queue_deliveries(deliveries: Sequence[WebhookDelivery]) -> None:
    """Have the worker send them, those of an endpoint in this order."""
    publish_all(WEBHOOKS, [_due(each) for each in deliveries])


def write_body(event_type: str, at: datetime, data: dict[str, Any]) -> str:
    """As Standard Webhooks has it: type, timestamp, data."""
    return json.dumps({"type": event_type, "timestamp": at.isoformat(), "data": data}, separators=(",", ":"))


def _data(label: str, entry: Happened) -> dict[str, Any]:
    """Only what the catalogue names: what an audit row comes to hold one day is not told by itself."""
    details = {name: _short(entry.details[name]) for name in BY_NAME[entry.action].fields if name in entry.details}
    changes = {"before": entry.before, "after": entry.after} if entry.before or entry.after else None
    return {"id": entry.subject, "actor": label, **details, **({"changes": changes} if changes else {})}


def _short(value: Any) -> Any:
    return value[:LONGEST_TEXT] if isinstance(value, str) else value


def _due(delivery: WebhookDelivery) -> Event:
    """Ids only; the partition key makes those of an endpoint follow one another."""
    return Event(
        type=DELIVERY_DUE,
        tenant_id=require_tenant_id(),
        partition_key=str(delivery.endpoint_id),
        source="rapport/webhooks",
        subject=encode(Prefix.DELIVERY, delivery.id),
        data={"delivery_id": str(delivery.id)},
    )
