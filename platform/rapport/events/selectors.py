"""Reads of the event machinery for health pages: how far behind, how much waits, what failed. It returns no models."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min
from django.utils import timezone

from rapport.events.bus import Partition
from rapport.events.errors import BusUnavailable
from rapport.events.models import InboxEvent, InboxState, KeyLease, OutboxEvent, Role
from rapport.events.registry import get_bus
from rapport.events.topics import INBOX_GROUP, subscribed_topics


@dataclass(frozen=True, slots=True)
class RoleStatus:
    """A job of the event machinery; `trouble` is a sentence when it does not get on."""

    name: str
    is_held: bool
    trouble: str


@dataclass(frozen=True, slots=True)
class EventsHealth:
    """Ages in seconds, 0 when nothing waits. `oldest_due_seconds`: how late the most overdue key is. `lag`: records
    that the inbox does not have yet, None while the bus does not say."""

    outbox_waiting: int
    outbox_age_seconds: float
    lag: int | None
    inbox_pending: int
    inbox_dead: int
    oldest_due_seconds: float
    keys_in_work: int
    roles: tuple[RoleStatus, ...]


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One event as one subscription has it, without its data."""

    id: int
    event_id: UUID
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
    return EventsHealth(
        outbox_waiting=outbox["count"],
        outbox_age_seconds=_age(outbox["oldest"]),
        lag=sum(lag.values()) if (lag := consumer_lag()) is not None else None,
        inbox_pending=states[InboxState.PENDING],
        inbox_dead=states[InboxState.DEAD],
        oldest_due_seconds=oldest_due_seconds(),
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
    return [inbox_row(row) for row in rows]


def inbox_row(row: InboxEvent) -> InboxRow:
    return InboxRow(
        id=row.id,
        event_id=row.event_id,
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


def _count_states(tenant_id: UUID | None) -> dict[str, int]:
    rows = InboxEvent.objects.all() if tenant_id is None else InboxEvent.objects.filter(tenant_id=tenant_id)
    counted = dict(rows.values_list("state").annotate(Count("id")).order_by())
    return {state: counted.get(state, 0) for state in InboxState.values}


def oldest_due_seconds() -> float:
    """How late the most overdue key is that no one works on."""
    now = timezone.now()
    free = KeyLease.objects.filter(ready_at__lte=now).exclude(leased_until__gt=now)
    return _age(free.aggregate(oldest=Min("ready_at"))["oldest"])


def consumer_lag() -> dict[Partition, int] | None:
    """Records of each partition that the inbox consumers have not taken yet; None while the bus does not say."""
    try:
        return get_bus().group_lag(INBOX_GROUP, subscribed_topics())
    except BusUnavailable:
        return None


def _age(moment: datetime | None) -> float:
    return max(0.0, (timezone.now() - moment).total_seconds()) if moment else 0.0
