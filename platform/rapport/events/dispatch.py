"""Choosing which keys are drained next, and ringing for them. Fair: tenants take turns, and a queue has its own slots.

A ring is a Celery message without data. It may be lost: `rung_at` grows old, and the sweeper rings again.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from kombu.exceptions import OperationalError

from rapport import logs
from rapport.config import get_config
from rapport.events.doorbell import ring
from rapport.events.models import KeyLease
from rapport.events.queues import QUEUES, slots
from rapport.events.topics import Queue

RING_SECONDS = 5.0  # a ring that no worker answered for so long is lost

log = logs.get_logger(__name__)

_backlogs: dict[Queue, bool] = {}  # did this process's last look at a queue leave ready keys without a slot?


class Choice(NamedTuple):
    """The keys to ring for now; `is_full` when others may be ready that found no slot."""

    leases: list[KeyLease]
    is_full: bool


def wake_dispatch() -> None:
    """Have ready keys rung for soon: here when the broker is shared, else by the worker, whose broker is its memory."""
    if is_broker_in_worker():
        ring("dispatch")
    else:
        dispatch_all()


def is_broker_in_worker() -> bool:
    return get_config().celery_broker_url.startswith(("embedded", "memory"))


def dispatch_all() -> int:
    """Ring in every queue in which a key is ready; returns for how many keys."""
    ready = set(KeyLease.objects.filter(ready_at__lte=timezone.now()).values_list("queue", flat=True).distinct())
    return sum(_ring_in(queue) for queue in QUEUES if queue in ready)


def dispatch_after_drain(queue: Queue, *, is_due_again: bool) -> int:
    """A slot is free again. Where all ringing is done in this process, it knows whether anyone waits for the slot."""
    nobody_waits = is_broker_in_worker() and not _backlogs.get(queue) and not is_due_again
    return 0 if nobody_waits else dispatch(queue)


def dispatch(queue: Queue) -> int:
    """Ring for as many ready keys as the queue has free slots; returns how many."""
    if not KeyLease.objects.filter(queue=queue, ready_at__lte=timezone.now()).exists():
        _backlogs[queue] = False
        return 0
    return _ring_in(queue)


def _ring_in(queue: Queue) -> int:
    leases, _backlogs[queue] = choose(queue, now=timezone.now())
    for lease in leases:
        if not _ring_for(lease):
            break
    return len(leases)


@transaction.atomic
def choose(queue: Queue, *, now: datetime) -> Choice:
    """Mark up to the free slots' number of ready keys as rung. Of each tenant the longest waiting first."""
    _lock(queue)
    rung_after = now - timedelta(seconds=RING_SECONDS)
    busy = Q(leased_until__gt=now) | Q(rung_at__gt=rung_after)
    active = Counter(KeyLease.objects.filter(busy, queue=queue).values_list("tenant_id", flat=True))
    free = slots(queue) - active.total()
    if free <= 0:
        return Choice([], is_full=True)
    chosen = take_turns(_waiting(queue, now, rung_after, free), active, free)
    KeyLease.objects.filter(id__in=[lease.id for lease in chosen]).update(rung_at=now)
    return Choice(chosen, is_full=len(chosen) >= free)


def _waiting(queue: Queue, now: datetime, rung_after: datetime, free: int) -> list[KeyLease]:
    """Ready keys, the longest waiting first: all when they are few, else up to `free` of each tenant."""
    ready = KeyLease.objects.filter(
        Q(leased_until=None) | Q(leased_until__lte=now),
        Q(rung_at=None) | Q(rung_at__lte=rung_after),
        queue=queue,
        ready_at__lte=now,
    ).order_by("ready_at", "id")
    first = list(ready[: free + 1])
    if len(first) <= free:
        return first
    place = Window(RowNumber(), partition_by=F("tenant_id"), order_by=[F("ready_at"), F("id")])
    return list(ready.annotate(place=place).filter(place__lte=free))


def take_turns(waiting: Sequence[KeyLease], active: Counter[UUID], free: int) -> list[KeyLease]:
    """Again and again the tenant with the fewest active keys, and of those the one that has waited longest."""
    lines: dict[UUID, list[KeyLease]] = {}
    for lease in waiting:
        lines.setdefault(lease.tenant_id, []).append(lease)
    heap = [(active[tenant], number, tenant) for number, tenant in enumerate(lines)]
    heapify(heap)
    chosen: list[KeyLease] = []
    while heap and len(chosen) < free:
        count, number, tenant = heappop(heap)
        chosen.append(lines[tenant].pop(0))
        if lines[tenant]:
            heappush(heap, (count + 1, number, tenant))
    return chosen


def _lock(queue: Queue) -> None:
    """One dispatch of a queue at a time; SQLite's transactions are that already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"rapport.dispatch.{queue}"])


def _ring_for(lease: KeyLease) -> bool:
    from rapport.events.tasks import drain_key

    try:
        drain_key.apply_async(args=(lease.subscription, str(lease.tenant_id), lease.key), queue=lease.queue)
    except OperationalError:
        log.warning("broker_unreachable", queue=lease.queue)
        return False
    return True
