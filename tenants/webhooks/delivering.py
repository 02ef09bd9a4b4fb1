"""Sending what is due to an endpoint, and writing down what came of it.

Those of an endpoint follow one another: one that fails is tried again with growing pauses and holds the later ones
back, for three days. A worker that dies in the middle leaves it to the next, which sends it again: receivers know it by
its `webhook-id`.
"""

import random
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from rapport import logs
from rapport.encryption import decrypt
from rapport.events.lease import current_lease
from tenants.context import tenant_scope
from tenants.webhooks.disabling import disable_failing
from tenants.webhooks.errors import NotDelivered
from tenants.webhooks.models import DeliveryState, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from tenants.webhooks.sending import Parcel, Result, send

FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 4 * 3600.0
FACTOR = 3.0

log = logs.get_logger(__name__)


def deliver(*, tenant_id: UUID, delivery_id: UUID) -> None:
    """Send it once. Raises NotDelivered when there is to be another attempt, LeaseLost when another worker has it."""
    parcel = _take(tenant_id, delivery_id)
    if parcel is None:
        return
    result = send(parcel)
    pause = _write_down(tenant_id, delivery_id, result)
    log.info("webhook_attempted", status=result.status, error=result.error, milliseconds=result.latency_ms)
    if pause is not None:
        raise NotDelivered("The endpoint did not take it. It is tried again.", retry_after_seconds=pause)


def give_up(delivery_id: UUID, code: str) -> None:
    """In the open scope and transaction."""
    WebhookDelivery.objects.filter(id=delivery_id, state=DeliveryState.WAITING).update(
        state=DeliveryState.FAILED, last_error=code[:80], next_attempt_at=None, finished_at=timezone.now()
    )


def pause_seconds(attempts: int) -> float:
    """5 s, 15 s, 45 s … at most 4 hours, each a quarter more or less: receivers that come back are not all asked at
    once."""
    longest = min(FIRST_PAUSE_SECONDS * FACTOR ** min(attempts - 1, 20), LONGEST_PAUSE_SECONDS)
    return longest * random.uniform(0.75, 1.25)  # noqa: S311  jitter, no secret


def _take(tenant_id: UUID, delivery_id: UUID) -> Parcel | None:
    """None when there is nothing to do: sent already, deleted, or its endpoint is switched off."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = WebhookDelivery.objects.select_related("endpoint").filter(id=delivery_id).first()
        if row is None or row.state != DeliveryState.WAITING:
            return None
        if not row.endpoint.is_enabled:
            _end(row, DeliveryState.CANCELLED)
            return None
        return Parcel(row.endpoint.url, row.event_id, row.body, secrets_of(row.endpoint))


def secrets_of(endpoint: WebhookEndpoint) -> list[str]:
    """Which sign now. Raises SecretUnreadable."""
    is_in_grace = endpoint.old_secret_until is not None and endpoint.old_secret_until > timezone.now()
    kept = [endpoint.secret, endpoint.old_secret] if endpoint.old_secret and is_in_grace else [endpoint.secret]
    return [decrypt(each) for each in kept]


def _write_down(tenant_id: UUID, delivery_id: UUID, result: Result) -> int | None:
    """Returns after how many seconds it is tried again, None when it is not. Raises LeaseLost."""
    with tenant_scope(tenant_id), transaction.atomic():
        current_lease().check_locked()
        row = WebhookDelivery.objects.select_for_update().filter(id=delivery_id).first()
        if row is None:
            return None
        endpoint = WebhookEndpoint.objects.select_for_update().get(id=row.endpoint_id)
        row.attempt_count += 1
        row.last_status, row.last_error = result.status, result.error
        WebhookAttempt.objects.create(
            delivery=row,
            number=row.attempt_count,
            status=result.status,
            error=result.error,
            latency_ms=result.latency_ms,
            response=result.response,
        )
        if result.is_delivered:
            _delivered(row, endpoint)
            return None
        return _not_delivered(row, endpoint, result)


def _delivered(row: WebhookDelivery, endpoint: WebhookEndpoint) -> None:
    _end(row, DeliveryState.DELIVERED)
    if endpoint.failing_since is not None:
        endpoint.failing_since = None
        endpoint.save(update_fields=["failing_since"])


def _not_delivered(row: WebhookDelivery, endpoint: WebhookEndpoint, result: Result) -> int | None:
    now = timezone.now()
    if endpoint.failing_since is None:
        endpoint.failing_since = now
        endpoint.save(update_fields=["failing_since"])
    was_disabled = disable_failing(endpoint, is_gone=result.is_gone)
    if was_disabled or now >= row.tried_until:
        _end(row, DeliveryState.FAILED)
        return None
    pause = max(pause_seconds(row.attempt_count), min(result.retry_after_seconds, LONGEST_PAUSE_SECONDS))
    row.next_attempt_at = _not_after(now + timedelta(seconds=pause), row.tried_until)
    row.save(update_fields=["attempt_count", "last_status", "last_error", "next_attempt_at"])
    return max(1, round((row.next_attempt_at - now).total_seconds()))


def _not_after(moment: datetime, end: datetime) -> datetime:
    """The last attempt is when the time is over, not before."""
    return min(moment, end)


def _end(row: WebhookDelivery, state: DeliveryState) -> None:
    row.state, row.next_attempt_at, row.finished_at = state, None, timezone.now()
    row.save(update_fields=["state", "attempt_count", "last_status", "last_error", "next_attempt_at", "finished_at"])
