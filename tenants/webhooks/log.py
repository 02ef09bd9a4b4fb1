"""Reads of webhooks: endpoints with how they do, deliveries, attempts. Old ones are forgotten here, too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from tenants.context import tenant_scope
from tenants.webhooks.errors import DeliveryNotFound, WebhookNotFound
from tenants.webhooks.models import DeliveryState, WebhookAttempt, WebhookDelivery, WebhookEndpoint

KEPT = timedelta(days=30)
PRUNED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class WebhookView:
    """`state`: "healthy", "failing" (tried again), "disabled" or "new" (nothing was sent yet)."""

    id: UUID
    url: str
    description: str
    event_types: tuple[str, ...]
    is_enabled: bool
    disabled_reason: str
    failing_since: datetime | None
    old_secret_until: datetime | None
    created_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class DeliveryView:
    id: UUID
    webhook_id: UUID
    event_id: UUID
    event_type: str
    state: str
    attempt_count: int
    last_status: int | None
    last_error: str
    created_at: datetime
    next_attempt_at: datetime | None
    finished_at: datetime | None
    body: str


@dataclass(frozen=True, slots=True)
class AttemptView:
    number: int
    status: int | None
    error: str
    latency_ms: int
    response: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """How many attempts of a day were taken, and how many not."""

    day: date
    taken: int
    refused: int


def list_webhooks(*, tenant_id: UUID) -> list[WebhookView]:
    """Oldest first."""
    with tenant_scope(tenant_id):
        rows = list(WebhookEndpoint.objects.order_by("id"))
        return [_view(row, is_tried=_is_tried(row)) for row in rows]


def get_webhook(*, tenant_id: UUID, webhook_id: UUID) -> WebhookView:
    """Raises WebhookNotFound."""
    with tenant_scope(tenant_id):
        row = WebhookEndpoint.objects.filter(id=webhook_id).first()
        if row is None:
            raise WebhookNotFound("There is no such webhook; it may have been removed.")
        return _view(row, is_tried=_is_tried(row))


def list_deliveries(
    *, tenant_id: UUID, webhook_id: UUID, state: str = "", limit: int = 50, before: UUID | None = None
) -> list[DeliveryView]:
    """Newest first; `before`: only older ones than this. Raises WebhookNotFound."""
    with tenant_scope(tenant_id):
        if not WebhookEndpoint.objects.filter(id=webhook_id).exists():
            raise WebhookNotFound("There is no such webhook; it may have been removed.")
        rows = WebhookDelivery.objects.filter(endpoint_id=webhook_id).order_by("-id")
        rows = rows.filter(state=state) if state else rows
        return [_delivery(row) for row in (rows.filter(id__lt=before) if before else rows)[:limit]]


def get_delivery(*, tenant_id: UUID, webhook_id: UUID, delivery_id: UUID) -> tuple[DeliveryView, list[AttemptView]]:
    """With its attempts, newest first. Raises DeliveryNotFound."""
    with tenant_scope(tenant_id):
        row = WebhookDelivery.objects.filter(id=delivery_id, endpoint_id=webhook_id).first()
        if row is None:
            raise DeliveryNotFound("There is no such delivery; old ones are forgotten.")
        attempts = WebhookAttempt.objects.filter(delivery=row).order_by("-id")
        names = ("number", "status", "error", "latency_ms", "response", "at")
        return _delivery(row), [AttemptView(*each) for each in attempts.values_list(*names)]


def attempts_by_day(*, tenant_id: UUID, webhook_ids: Sequence[UUID], days: int = 14) -> dict[UUID, list[Day]]:
    """Of each endpoint, oldest day first, days without attempts too."""
    today = timezone.localdate()
    span = [today - timedelta(days=ago) for ago in range(days - 1, -1, -1)]
    taken = Count("id", filter=Q(status__gte=200, status__lt=300))
    with tenant_scope(tenant_id):
        rows = (
            WebhookAttempt.objects.filter(
                delivery__endpoint_id__in=list(webhook_ids), at__gte=timezone.now() - timedelta(days=days)
            )
            .order_by()
            .annotate(day=TruncDate("at"))
            .values_list("delivery__endpoint_id", "day")
            .annotate(taken=taken, tried=Count("id"))
        )
        found = {(endpoint, day): (good, total - good) for endpoint, day, good, total in rows}
    return {each: [Day(day, *found.get((each, day), (0, 0))) for day in span] for each in webhook_ids}


def waiting_count(*, tenant_id: UUID, webhook_id: UUID) -> int:
    with tenant_scope(tenant_id):
        return WebhookDelivery.objects.filter(endpoint_id=webhook_id, state=DeliveryState.WAITING).count()


def prune_deliveries(*, tenant_id: UUID) -> int:
    """Forget deliveries that came to an end thirty days ago, with what was answered; returns how many."""
    total = 0
    with tenant_scope(tenant_id):
        over = WebhookDelivery.objects.filter(created_at__lt=timezone.now() - KEPT).exclude(state=DeliveryState.WAITING)
        while ids := list(over.order_by("id").values_list("id", flat=True)[:PRUNED_AT_ONCE]):
            with transaction.atomic():
                WebhookAttempt.objects.filter(delivery_id__in=ids).delete()
                WebhookDelivery.objects.filter(id__in=ids).delete()
            total += len(ids)
    return total


def _is_tried(row: WebhookEndpoint) -> bool:
    return WebhookDelivery.objects.filter(endpoint=row, attempt_count__gt=0).exists()


def _view(row: WebhookEndpoint, *, is_tried: bool) -> WebhookView:
    return WebhookView(
        row.id,
        row.url,
        row.description,
        tuple(row.event_types),
        row.is_enabled,
        row.disabled_reason,
        row.failing_since,
        row.old_secret_until,
        row.created_at,
        _state(row, is_tried=is_tried),
    )


def _state(row: WebhookEndpoint, *, is_tried: bool) -> str:
    if not row.is_enabled:
        return "disabled"
    if row.failing_since is not None:
        return "failing"
    return "healthy" if is_tried else "new"


def _delivery(row: WebhookDelivery) -> DeliveryView:
    return DeliveryView(
        row.id,
        row.endpoint_id,
        row.event_id,
        row.event_type,
        row.state,
        row.attempt_count,
        row.last_status,
        row.last_error,
        row.created_at,
        row.next_attempt_at,
        row.finished_at,
        row.body,
    )
