"""Choosing which keys are drained next, and ringing for them. Fair: tenants take turns, and a queue has its own slots.

A ring is a Celery message without data. It may be lost: `rung_at` grows old, and the sweeper rings again.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet, Window
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


class _Turn:
    """Of a queue: who rings, and whether anyone wanted it since it last began."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.is_wanted = False


_turns: dict[Queue, _Turn] = {queue: _Turn() for queue in QUEUES}


class Waiting(NamedTuple):
    """A ready key; `id` is its lease's."""

    id: int
    tenant_id: UUID
    subscription: str
    key: str
    rung_at: datetime | None = None  # set: a ring that came to nothing, perhaps because its worker died of this key


Seat = list[Waiting]  # keys of one subscription and tenant that take one slot together


class Choice(NamedTuple):
    """The seats to ring for now; `is_full` when other keys may be ready that found no slot."""

    seats: list[Seat]
    is_full: bool

    @property
    def leases(self) -> list[Waiting]:
        return [lease for seat in self.seats for lease in seat]


def wake_dispatch(queues: Iterable[Queue] = QUEUES) -> None:
    """Have ready keys rung for soon: here when the broker is shared, else by the worker, whose broker is its memory."""
    if is_broker_in_worker():
        ring("dispatch")
        return
    for queue in queues:
        _choose_once(queue)


def is_broker_in_worker() -> bool:
    return get_config().celery_broker_url.startswith(("embedded", "memory"))


def dispatch_all() -> int:
    """Ring in every queue in which a key is ready; returns for how many keys."""
    ready = set(KeyLease.objects.filter(ready_at__lte=timezone.now()).values_list("queue", flat=True).distinct())
    return sum(_choose_once(queue)[1] for queue in QUEUES if queue in ready)


def next_seat(queue: Queue, *, is_due_again: bool) -> Seat | None:
    """A slot is free again: a seat for the caller to drain at once, which saves it a ring; others are rung for.

    Where all ringing is done in this process, it knows whether anyone waits for the slot.
    """
    nobody_waits = is_broker_in_worker() and not _backlogs.get(queue) and not is_due_again
    return None if nobody_waits or not _is_anyone_ready(queue) else _choose_once(queue, keep=1)[0]


def dispatch(queue: Queue) -> int:
    """Ring for as many ready keys as the queue has free slots; returns how many."""
    return _choose_once(queue)[1] if _is_anyone_ready(queue) else 0


def _is_anyone_ready(queue: Queue) -> bool:
    now = timezone.now()
    is_ready = _ready(queue, now, now - timedelta(seconds=RING_SECONDS)).exists()
    _backlogs[queue] = _backlogs.get(queue, False) and is_ready
    return is_ready


def _choose_once(queue: Queue, *, keep: int = 0) -> tuple[Seat | None, int]:
    """One thread of a process at a time; one that comes meanwhile does not wait, but has the first look once more.

    Returns a seat that is kept for the caller, when `keep` is 1 and there is one, and for how many others it rang.
    """
    turn = _turns[queue]
    turn.is_wanted = True
    kept: list[Seat] = []
    count = 0
    while turn.is_wanted and turn.lock.acquire(blocking=False):
        try:
            turn.is_wanted = False
            seats, _backlogs[queue] = choose(queue, now=timezone.now())
            room = keep - len(kept)
            kept += seats[:room]
            count += _ring_for(queue, seats[room:])
        finally:
            turn.lock.release()
    return (kept[0] if kept else None), count


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
    _mark(chosen, now)
    return Choice(chosen, is_full=len(chosen) >= free or sum(map(len, chosen)) < len(waiting))


def _mark(seats: Sequence[Seat], now: datetime) -> None:
    """As rung for. A key that sits alone needs no seat's name."""
    alone = [seat[0].id for seat in seats if len(seat) == 1]
    if alone:
        KeyLease.objects.filter(id__in=alone).update(rung_at=now, seat=None)
    for seat in seats:
        if len(seat) > 1:
            KeyLease.objects.filter(id__in=[each.id for each in seat]).update(rung_at=now, seat=new_id())


def _active(queue: Queue, now: datetime, rung_after: datetime) -> Counter[UUID]:
    """How many seats each tenant has at work or rung for."""
    busy = Q(leased_until__gt=now) | Q(rung_at__gt=rung_after)
    rows = KeyLease.objects.filter(busy, queue=queue).values_list("tenant_id", "seat", "id")
    return Counter(tenant for tenant, _ in {(tenant, seat or number) for tenant, seat, number in rows})


def _waiting(queue: Queue, now: datetime, rung_after: datetime, free: int) -> list[Waiting]:
    """Ready keys, the longest waiting first: all when they are few, else of each tenant as many as it could seat."""
    ready = _ready(queue, now, rung_after).order_by("ready_at", "id")
    depth = free * most_together_in(queue)
    first = ready.values_list(*Waiting._fields)[: depth + 1]
    if len(first) <= depth:
        return [Waiting(*each) for each in first]
    place = Window(RowNumber(), partition_by=F("tenant_id"), order_by=[F("ready_at"), F("id")])
    placed = ready.annotate(place=place).filter(place__lte=depth)
    return [Waiting(*each) for each in placed.values_list(*Waiting._fields)]


def _ready(queue: Queue, now: datetime, rung_after: datetime) -> QuerySet[KeyLease]:
    """Keys that have something to do and that no one works on or was rung for."""
    return KeyLease.objects.filter(
        Q(leased_until=None) | Q(leased_until__lte=now),
        Q(rung_at=None) | Q(rung_at__lte=rung_after),
        queue=queue,
        ready_at__lte=now,
    )


def take_turns(waiting: Sequence[Waiting], active: Counter[UUID], free: int, most: int) -> list[Seat]:
    """Again and again the tenant with the fewest active seats, and of those the one that has waited longest; no tenant
    more than `most`."""
    lines: dict[UUID, list[Waiting]] = {}
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


def _take_seat(line: list[Waiting]) -> Seat:
    """The line's first key, with others of the same subscription where its handler takes several at once. One that was
    rung for in vain sits alone: if it kills its workers, no other goes down with it."""
    subscription = find_subscription(line[0].subscription)
    most = subscription.most_together if subscription else 1
    alike = [each for each in line if each.subscription == line[0].subscription and not each.rung_at]
    seat = line[:1] if line[0].rung_at else alike[:most]
    taken = {lease.id for lease in seat}
    line[:] = [lease for lease in line if lease.id not in taken]
    return seat


def _lock(queue: Queue) -> None:
    """One dispatch of a queue at a time; SQLite's transactions are that already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"rapport.dispatch.{queue}"])


def _ring_for(queue: Queue, seats: Sequence[Seat]) -> int:
    """Returns for how many; one for which the broker could not be rung is rung for again by the sweeper."""
    from rapport.events.tasks import drain_keys

    for count, seat in enumerate(seats):
        first = seat[0]
        try:
            drain_keys.apply_async(
                args=(first.subscription, str(first.tenant_id), *[each.key for each in seat]), queue=queue
            )
        except OperationalError:
            log.warning("broker_unreachable", queue=queue)
            return count
    return len(seats)
