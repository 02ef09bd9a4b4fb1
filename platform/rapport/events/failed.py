"""A tenant's events that failed for good: which there are, and trying some or all of them again, or giving them up."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from rapport.events.inbox import drop_events, replay_events
from rapport.events.models import InboxEvent, InboxState
from rapport.events.selectors import InboxRow, inbox_row

TOGETHER = 500  # SQLite takes only so many parameters


@dataclass(frozen=True, slots=True)
class Which:
    """Empty fields say nothing; filled ones must all match. One event may have failed in several subscriptions."""

    subscription: str = ""
    code: str = ""
    event_ids: tuple[UUID, ...] = ()
    rows: tuple[int, ...] = ()


ALL = Which()


@dataclass(frozen=True, slots=True)
class FailedKind:
    """What failed, with which code, and how many of them."""

    subscription: str
    code: str
    count: int


def list_failed(*, tenant_id: UUID, which: Which = ALL, limit: int = 100, before: int = 0) -> list[InboxRow]:
    """Newest first; `before`: only rows with a smaller number."""
    rows = _matching(tenant_id, which).order_by("-id")
    return [inbox_row(row) for row in (rows.filter(id__lt=before) if before else rows)[:limit]]


def failed_kinds(*, tenant_id: UUID) -> list[FailedKind]:
    """The most frequent first."""
    rows = _matching(tenant_id, ALL).order_by().values_list("subscription", "error_code").annotate(Count("id"))
    return sorted((FailedKind(*row) for row in rows), key=lambda kind: (-kind.count, kind.subscription, kind.code))


def replay_failed(*, tenant_id: UUID, which: Which) -> int:
    """Handle them again, in their order; returns how many there were."""
    return _each(tenant_id, which, lambda ids: replay_events(ids=ids, tenant_id=tenant_id))


def drop_failed(*, tenant_id: UUID, which: Which) -> int:
    """Give them up, so that what waits behind them goes on; returns how many there were."""
    return _each(tenant_id, which, lambda ids: drop_events(ids=ids, tenant_id=tenant_id))


@transaction.atomic
def _each(tenant_id: UUID, which: Which, act: Callable[[Iterable[int]], int]) -> int:
    ids: Sequence[int] = list(_matching(tenant_id, which).order_by("id").values_list("id", flat=True))
    return sum(act(ids[start : start + TOGETHER]) for start in range(0, len(ids), TOGETHER))


def _matching(tenant_id: UUID, which: Which) -> QuerySet[InboxEvent]:
    rows = InboxEvent.objects.filter(tenant_id=tenant_id, state=InboxState.DEAD)
    if which.subscription:
        rows = rows.filter(subscription=which.subscription)
    if which.code:
        rows = rows.filter(error_code=which.code)
    if which.event_ids:
        rows = rows.filter(event_id__in=which.event_ids)
    return rows.filter(id__in=which.rows) if which.rows else rows
