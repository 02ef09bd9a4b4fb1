"""Rows for looking at the pages of webhooks: one that is healthy, one that fails, one that was switched off."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from rapport.encryption import encrypt
from rapport.ids import Prefix, encode, new_id
from tenants.context import tenant_scope
from tenants.webhooks.announcing import make_delivery, write_body
from tenants.webhooks.endpoints import make_secret
from tenants.webhooks.models import DeliveryState, WebhookAttempt, WebhookDelivery, WebhookEndpoint


@dataclass(frozen=True, slots=True)
class SeededWebhooks:
    healthy: UUID
    failing: UUID
    disabled: UUID
    delivery: UUID


def seed_webhooks(tenant_id: UUID, now: datetime | None = None) -> SeededWebhooks:
    """The same figures each time."""
    now, chance = now or timezone.now(), random.Random(7)
    with tenant_scope(tenant_id):
        healthy = _endpoint("https://hooks.acme.example/rapport", "Order service", ["document.*", "turn.completed"])
        failing = _endpoint("https://legacy.acme.example/a/rather/long/path/rapport-events?tenant=acme", "", ["*"])
        failing.failing_since = now - timedelta(hours=7)
        failing.save()
        disabled = _endpoint("https://old.acme.example/hook", "The old shop", ["contact.*"])
        disabled.is_enabled, disabled.disabled_reason = False, "failures"
        disabled.save()
        for days in range(13, -1, -1):
            for _ in range(chance.randint(1, 6)):
                _told(healthy, now - timedelta(days=days), 200 if chance.random() > 0.08 else 503)
        _told(disabled, now - timedelta(days=6), 500)
        last = _told(failing, now - timedelta(hours=7), 502, is_waiting=True)
        _delivery(failing, now - timedelta(hours=6))
    return SeededWebhooks(healthy.id, failing.id, disabled.id, last.id)


def _endpoint(url: str, description: str, types: list[str]) -> WebhookEndpoint:
    return WebhookEndpoint.objects.create(
        url=url, description=description, event_types=types, secret=encrypt(make_secret())
    )


def _delivery(endpoint: WebhookEndpoint, at: datetime) -> WebhookDelivery:
    data = {"id": encode(Prefix.DOCUMENT, new_id()), "actor": "system", "passages": 12}
    row = make_delivery(endpoint.id, new_id(), "document.ready", write_body("document.ready", at, data), at)
    row.save()
    WebhookDelivery.objects.filter(id=row.id).update(created_at=at)
    return row


def _told(endpoint: WebhookEndpoint, at: datetime, status: int, *, is_waiting: bool = False) -> WebhookDelivery:
    row, is_good = _delivery(endpoint, at), status < 300
    error = "" if is_good else f"status_{status}"
    row.state = DeliveryState.DELIVERED if is_good else DeliveryState.FAILED
    row.attempt_count, row.last_status, row.last_error, row.finished_at = 1, status, error, at
    if is_waiting:
        row.state, row.next_attempt_at, row.finished_at = DeliveryState.WAITING, at + timedelta(hours=8), None
    row.created_at = at
    row.save()
    response = "ok" if is_good else "<html><body><h1>502 Bad Gateway</h1></body></html>"
    attempt = WebhookAttempt.objects.create(
        delivery=row, number=1, status=status, error=error, latency_ms=41, response=response
    )
    WebhookAttempt.objects.filter(id=attempt.id).update(at=at)
    return row
