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
from django.db.models import Q, QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError

from rapport import logs
from rapport.config import get_config
from rapport.events.bulk import LEASES
from rapport.events.doorbell import ring
from rapport.events.inbox import Key
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
    owner: str = ""  # set: a worker did die of it, or with it

    @property
    def drained_key(self) -> Key:
        return Key(self.subscription, self.tenant_id, self.key)

    @property
    def is_suspect(self) -> bool:
        return bool(self.rung_at or self.owner)


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
    ready = _ready(queue, now, now - timedelta(seconds=RING_SECONDS))
    is_ready = bool(ready.order_by("ready_at", "id").values_list("id")[:1])  # in an index's order: no one collects all
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
    waiting, is_cut = _waiting(queue, now, rung_after, free, active)
    chosen = _untouched(take_turns(waiting, active, free, most_of_one_tenant(queue)))
    _mark(chosen, now)
    return Choice(chosen, is_full=is_cut or len(chosen) >= free or sum(map(len, chosen)) < len(waiting))


def _untouched(seats: Sequence[Seat]) -> list[Seat]:
    """Without keys that someone has locked: a handler that takes longer than a ring is thought to, or one who marks
    keys as ready. Waiting for them would hold up the whole queue, and they have the next keys chosen when they end."""
    ids = [lease.id for seat in seats for lease in seat]
    locked = KeyLease.objects.select_for_update(skip_locked=True).filter(id__in=ids).values_list("id", flat=True)
    free = set(locked) if ids else set()
    kept = [[lease for lease in seat if lease.id in free] for seat in seats]
    return [seat for seat in kept if seat]


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
    keys = KeyLease.objects.filter(queue=queue).values_list("tenant_id", "seat", "id")
    rows = keys.filter(leased_until__gt=now).union(keys.filter(rung_at__gt=rung_after))  # each by an index of its own
    return Counter(tenant for tenant, _ in {(tenant, seat or number) for tenant, seat, number in rows})


def _waiting(
    queue: Queue, now: datetime, rung_after: datetime, free: int, active: Counter[UUID]
) -> tuple[list[Waiting], bool]:
    """Ready keys, the longest waiting tenant first: all when they are few, else as many as each tenant could seat that
    has a turn now; and whether there are more. It never reads all: an import may be tens of thousands of keys."""
    ready = _ready(queue, now, rung_after).order_by("ready_at", "id")
    depth = free * most_together_in(queue)
    first = ready.values_list(*Waiting._fields)[: depth + 1]
    if len(first) <= depth:
        return [Waiting(*each) for each in first], False
    most = most_of_one_tenant(queue)
    lines = [(active[tenant], since, tenant) for tenant, since in _first_of_each(queue, now, rung_after)]
    next_ones = sorted(line for line in lines if line[0] < most)[:free]  # each takes a seat at least
    waiting = [
        Waiting(*each)
        for _, _, tenant in sorted(next_ones, key=lambda line: line[1:])
        for each in ready.filter(tenant_id=tenant).values_list(*Waiting._fields)[:depth]
    ]
    return waiting, True


_FIRST_OF_EACH = """
WITH RECURSIVE line(tenant_id) AS (
    SELECT (SELECT tenant_id FROM {leases} WHERE queue = %(queue)s AND ready_at IS NOT NULL
            ORDER BY tenant_id LIMIT 1)
    UNION ALL
    SELECT (SELECT l.tenant_id FROM {leases} l
            WHERE l.queue = %(queue)s AND l.ready_at IS NOT NULL AND l.tenant_id > line.tenant_id
            ORDER BY l.tenant_id LIMIT 1)
    FROM line WHERE line.tenant_id IS NOT NULL
), firsts AS (
    SELECT tenant_id, (
        SELECT l.ready_at FROM {leases} l
        WHERE l.queue = %(queue)s AND l.tenant_id = line.tenant_id AND l.ready_at <= %(now)s
          AND (l.leased_until IS NULL OR l.leased_until <= %(now)s)
          AND (l.rung_at IS NULL OR l.rung_at <= %(rung_after)s)
        ORDER BY l.ready_at, l.id LIMIT 1
    ) AS since
    FROM line WHERE tenant_id IS NOT NULL
)
SELECT tenant_id, since FROM firsts WHERE since IS NOT NULL
"""


def _first_of_each(queue: Queue, now: datetime, rung_after: datetime) -> list[tuple[UUID, str]]:
    """Each tenant with ready keys, and since when its first is ready (as text that sorts). From tenant to tenant by the
    index, which costs a step for each tenant, not for each key."""
    stamp = connection.ops.adapt_datetimefield_value
    values = {"queue": queue, "now": stamp(now), "rung_after": stamp(rung_after)}
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_OF_EACH.format(leases=LEASES), values)
        return [(UUID(str(tenant)), str(since)) for tenant, since in cursor.fetchall()]


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
    alike = [each for each in line if each.subscription == line[0].subscription and not each.is_suspect]
    seat = line[:1] if line[0].is_suspect else alike[:most]
    taken = {lease.id for lease in seat}
    line[:] = [lease for lease in line if lease.id not in taken]
    return seat


def _lock(queue: Queue) -> None:
    """One dispatch of a queue at a time; SQLite's transactions are that already.

    The planner knows little of a table that fills and empties in minutes: it would collect and sort all ready keys to
    take the first few, where the index gives them in order. So it is told, for this transaction.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtext(%s)), set_config('enable_bitmapscan', 'off', true)",
                [f"rapport.dispatch.{queue}"],
            )


def _ring_for(queue: Queue, seats: Sequence[Seat]) -> int:
    """Returns for how many; one for which the broker could not be rung is rung for again by the sweeper."""
    from rapport.events.tasks import drain_keys

    for count, seat in enumerate(seats):
        first = seat[0]
        try:
            drain_keys.apply_async(
                args=(first.subscription, str(first.tenant_id), *[each.key for each in seat]),
                kwargs={"is_suspect": True} if first.is_suspect else {},
                queue=queue,
            )
        except OperationalError:
            log.warning("broker_unreachable", queue=queue)
            return count
    return len(seats)
