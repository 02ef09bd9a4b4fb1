"""Reads of the event machinery for health pages: how far behind, how much waits, what failed. It returns no models."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min
from django.utils import timezone

from rapport.events.models import GroupOffset, InboxEvent, InboxState, KeyLease, LogPartition, OutboxEvent, Role


@dataclass(frozen=True, slots=True)
class RoleStatus:
    """A job of the event machinery; `trouble` is a sentence when it does not get on."""

    name: str
    is_held: bool
    trouble: str


@dataclass(frozen=True, slots=True)
class EventsHealth:
    """Ages in seconds, 0 when nothing waits. `oldest_due_seconds`: how late the most overdue key is."""

    outbox_waiting: int
    outbox_age_seconds: float
    lag: int
    inbox_pending: int
    inbox_dead: int
    oldest_due_seconds: float
    keys_in_work: int
    roles: tuple[RoleStatus, ...]


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One event as one subscription has it, without its data."""

    id: int
    subscription: str
    type: str
    key: str
    state: str
    attempts: int
    error_code: str
    error_message: str
    received_at: datetime
    next_attempt_at: datetime | None


def events_health() -> EventsHealth:
    """Over all tenants; for operators."""
    outbox = OutboxEvent.objects.filter(published_at=None).aggregate(count=Count("id"), oldest=Min("created_at"))
    states = _count_states(None)
    now = timezone.now()
    free = KeyLease.objects.filter(ready_at__lte=now).exclude(leased_until__gt=now)
    return EventsHealth(
        outbox_waiting=outbox["count"],
        outbox_age_seconds=_age(outbox["oldest"]),
        lag=_lag(),
        inbox_pending=states[InboxState.PENDING],
        inbox_dead=states[InboxState.DEAD],
        oldest_due_seconds=_age(free.aggregate(oldest=Min("ready_at"))["oldest"]),
        keys_in_work=KeyLease.objects.filter(leased_until__gt=now).count(),
        roles=tuple(
            RoleStatus(role.name, bool(role.owned_until and role.owned_until > now), role.trouble)
            for role in Role.objects.order_by("name")
        ),
    )


def count_inbox(*, tenant_id: UUID) -> dict[str, int]:
    """A tenant's rows by state; every state is there."""
    return _count_states(tenant_id)


def list_inbox(*, tenant_id: UUID, states: Sequence[str] = (InboxState.DEAD,), limit: int = 100) -> list[InboxRow]:
    """A tenant's newest rows in these states."""
    rows = InboxEvent.objects.filter(tenant_id=tenant_id, state__in=list(states)).order_by("-id")[:limit]
    return [
        InboxRow(
            id=row.id,
            subscription=row.subscription,
            type=str(row.payload.get("type", "")),
            key=row.key,
            state=row.state,
            attempts=row.attempts,
            error_code=row.error_code,
            error_message=row.error_message,
            received_at=row.received_at,
            next_attempt_at=row.next_attempt_at,
        )
        for row in rows
    ]


def _count_states(tenant_id: UUID | None) -> dict[str, int]:
    rows = InboxEvent.objects.all() if tenant_id is None else InboxEvent.objects.filter(tenant_id=tenant_id)
    counted = dict(rows.values_list("state").annotate(Count("id")).order_by())
    return {state: counted.get(state, 0) for state in InboxState.values}


def _lag() -> int:
    """Records that the inbox consumer has not taken yet; 0 on a bus that keeps its offsets elsewhere."""
    heads = {(head.topic, head.partition): head.next_offset for head in LogPartition.objects.all()}
    offsets = GroupOffset.objects.filter(group="rapport")
    return sum(max(0, heads.get((row.topic, row.partition), 0) - row.next_offset) for row in offsets)


def _age(moment: datetime | None) -> float:
    return max(0.0, (timezone.now() - moment).total_seconds()) if moment else 0.0
