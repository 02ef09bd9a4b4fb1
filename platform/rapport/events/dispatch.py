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
from rapport.events.queues import QUEUES, most_of_one_tenant, slots
from rapport.events.topics import Queue, find_subscription, most_together_in
from rapport.ids import new_id

RING_SECONDS = 5.0  # a ring that no worker answered for so long is lost

log = logs.get_logger(__name__)

_backlogs: dict[Queue, bool] = {}  # did this process's last look at a queue leave ready keys without a slot?


Seat = list[KeyLease]  # keys of one subscription and tenant that take one slot together


class Choice(NamedTuple):
    """The seats to ring for now; `is_full` when other keys may be ready that found no slot."""

    seats: list[Seat]
    is_full: bool

    @property
    def leases(self) -> list[KeyLease]:
        return [lease for seat in self.seats for lease in seat]


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
    seats, _backlogs[queue] = choose(queue, now=timezone.now())
    for seat in seats:
        if not _ring_for(seat):
            break
    return len(seats)


@transaction.atomic
def choose(queue: Queue, *, now: datetime) -> Choice:
    """Mark ready keys for up to the free slots' number of seats as rung. Of each tenant the longest waiting first."""
    _lock(queue)
    rung_after = now - timedelta(seconds=RING_SECONDS)
    active = _active(queue, now, rung_after)
    free = slots(queue) - active.total()
    if free <= 0:
        return Choice([], is_full=True)
    waiting = _waiting(queue, now, rung_after, free)
    chosen = take_turns(waiting, active, free, most_of_one_tenant(queue))
    for seat in chosen:
        KeyLease.objects.filter(id__in=[lease.id for lease in seat]).update(rung_at=now, seat=new_id())
    return Choice(chosen, is_full=len(chosen) >= free or sum(map(len, chosen)) < len(waiting))


def _active(queue: Queue, now: datetime, rung_after: datetime) -> Counter[UUID]:
    """How many seats each tenant has at work or rung for."""
    busy = Q(leased_until__gt=now) | Q(rung_at__gt=rung_after)
    rows = KeyLease.objects.filter(busy, queue=queue).values_list("tenant_id", "seat", "id")
    return Counter(tenant for tenant, _ in {(tenant, seat or number) for tenant, seat, number in rows})


def _waiting(queue: Queue, now: datetime, rung_after: datetime, free: int) -> list[KeyLease]:
    """Ready keys, the longest waiting first: all when they are few, else of each tenant as many as it could seat."""
    ready = KeyLease.objects.filter(
        Q(leased_until=None) | Q(leased_until__lte=now),
        Q(rung_at=None) | Q(rung_at__lte=rung_after),
        queue=queue,
        ready_at__lte=now,
    ).order_by("ready_at", "id")
    depth = free * most_together_in(queue)
    first = list(ready[: depth + 1])
    if len(first) <= depth:
        return first
    place = Window(RowNumber(), partition_by=F("tenant_id"), order_by=[F("ready_at"), F("id")])
    return list(ready.annotate(place=place).filter(place__lte=depth))


def take_turns(waiting: Sequence[KeyLease], active: Counter[UUID], free: int, most: int) -> list[Seat]:
    """Again and again the tenant with the fewest active seats, and of those the one that has waited longest; no tenant
    more than `most`."""
    lines: dict[UUID, list[KeyLease]] = {}
    for lease in waiting:
        lines.setdefault(lease.tenant_id, []).append(lease)
    heap = [(active[tenant], number, tenant) for number, tenant in enumerate(lines) if active[tenant] < most]
    heapify(heap)
    chosen: list[Seat] = []
    while heap and len(chosen) < free:
        count, number, tenant = heappop(heap)
        chosen.append(_take_seat(lines[tenant]))
        if lines[tenant] and count + 1 < most:
            heappush(heap, (count + 1, number, tenant))
    return chosen


def _take_seat(line: list[KeyLease]) -> Seat:
    """The line's first key, with others of the same subscription where its handler takes several at once."""
    subscription = find_subscription(line[0].subscription)
    most = subscription.most_together if subscription else 1
    seat = [lease for lease in line if lease.subscription == line[0].subscription][:most]
    taken = {lease.id for lease in seat}
    line[:] = [lease for lease in line if lease.id not in taken]
    return seat


def _lock(queue: Queue) -> None:
    """One dispatch of a queue at a time; SQLite's transactions are that already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"rapport.dispatch.{queue}"])


def _ring_for(seat: Seat) -> bool:
    from rapport.events.tasks import drain_keys

    first = seat[0]
    keys = [lease.key for lease in seat]
    try:
        drain_keys.apply_async(args=(first.subscription, str(first.tenant_id), *keys), queue=first.queue)
    except OperationalError:
        log.warning("broker_unreachable", queue=first.queue)
        return False
    return True
