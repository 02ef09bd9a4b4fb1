"""How fast facts become rows of the ledger, beside bare bulk inserts of the same rows into the same table.

Processes of their own do it at the same time, in rounds, each thing in each round: what goes on beside them on the
machine slows all of it alike. A round's clock runs from when all begin until all have done. Making up the facts is not
in it. What the processor spent stands beside: on a busy machine the clock says more of the machine.
"""

import multiprocessing
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

ROUND = 25_000  # facts of a process in a round
TOGETHER = 2_000  # events in a transaction
BARE_EVERY = 4  # rounds: they are slow
RATED, RECORDED, WRITTEN, BARE = "rated", "rated and written", "written", "bare bulk inserts"


@dataclass(slots=True)
class Spent:
    rows: int = 0
    seconds: float = 0.0
    ours: float = 0.0  # seconds of the processor, of the process
    theirs: float = 0.0  # and of the one that serves it in PostgreSQL, if it is on this machine


def race(month: Any, tenants: Sequence[UUID], *, facts: int, racers: int) -> dict[str, dict[str, float]]:
    """By what was done: facts a second of all together, and microseconds of the processor for each."""
    rounds = max(1, facts // (ROUND * racers))
    size = min(ROUND, facts // racers)
    context = multiprocessing.get_context("spawn")
    barrier, queue = context.Barrier(racers), context.Queue()
    plan = (month.starts_at, month.ends_at, month.seed, size)
    started = [
        context.Process(target=_run, args=(barrier, queue, plan, tenants[share % len(tenants)], share, rounds))
        for share in range(racers)
    ]
    for each in started:
        each.start()
    found = [queue.get(timeout=3_600) for _ in started]
    for each in started:
        each.join()
    return {name: _figures([spent[name] for spent in found]) for name in found[0]}


def _figures(spent: Sequence[Spent]) -> dict[str, float]:
    rows = sum(each.rows for each in spent)
    return {
        "facts": rows,
        "a_second": round(rows / max(each.seconds for each in spent)),
        "our_microseconds": round(sum(each.ours for each in spent) / rows * 1e6, 1),
        "server_microseconds": round(sum(each.theirs for each in spent) / rows * 1e6, 1),
    }


def _run(barrier: Any, queue: Any, plan: tuple[Any, ...], tenant_id: UUID, share: int, rounds: int) -> None:
    import django

    django.setup()
    from tests.bill_check.month import Month, told_in_time

    starts_at, ends_at, seed, facts = plan
    spent: dict[str, Spent] = defaultdict(Spent)
    for turn in range(rounds):
        told = told_in_time(Month(starts_at, ends_at, seed + 1 + turn, facts), 1_000 + share)
        for name, work in _works(tenant_id, told, with_bare=turn % BARE_EVERY == 0).items():
            _time(barrier, spent[name], work)
    queue.put(dict(spent))


def _works(tenant_id: UUID, told: Sequence[Any], *, with_bare: bool) -> dict[str, Callable[[], int]]:
    """Each returns how many rows it was about."""
    from billing import writing
    from billing.ledger import charge_entries
    from billing.models import UsageRecord
    from billing.services import entries_of, record_many
    from billing.terms import load_terms
    from rapport.ids import new_id
    from tenants.context import tenant_scope, tenant_transaction

    with tenant_scope(tenant_id):
        terms = load_terms()
        entries = charge_entries(entries_of(told), terms)
    for entry in entries:
        entry.source_event_id = new_id()
    bare = [UsageRecord(**_fields(entry), tenant_id=tenant_id) for entry in entries] if with_bare else []

    def rate() -> int:
        return sum(len(charge_entries(entries_of(part), terms)) for part in _parts(told, TOGETHER))

    def record() -> int:
        for part in _parts(told, TOGETHER):
            record_many(tenant_id=tenant_id, told=part)
        return len(entries)

    def write() -> int:
        for part in _parts(entries, 3 * TOGETHER):
            with tenant_transaction(tenant_id):
                writing.insert(part)
        return len(entries)

    def insert() -> int:
        for part in _parts(bare, TOGETHER):
            with tenant_transaction(tenant_id):
                UsageRecord.objects.bulk_create(part, batch_size=TOGETHER)
        return len(bare)

    return {RATED: rate, RECORDED: record, WRITTEN: write, **({BARE: insert} if with_bare else {})}


def _parts(things: Sequence[Any], size: int) -> Iterator[list[Any]]:
    waiting = iter(things)
    while part := list(islice(waiting, size)):
        yield part


def _fields(entry: Any) -> dict[str, Any]:
    from rapport.ids import new_id

    names = [name for name in type(entry).__slots__ if name not in ("id", "source_event_id")]
    return {"source_event_id": new_id(), **{name: getattr(entry, name) for name in names}}


def _time(barrier: Any, spent: Spent, work: Callable[[], int]) -> None:
    barrier.wait()
    began, ours, theirs = time.perf_counter(), time.process_time(), _served()
    spent.rows += work()
    spent.ours += time.process_time() - ours
    spent.theirs += _served() - theirs
    barrier.wait()
    spent.seconds += time.perf_counter() - began


def _served() -> float:
    """Seconds of the processor that our connection's process in PostgreSQL has spent; 0 where there is none here."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(state[11]) + int(state[12])) / os.sysconf("SC_CLK_TCK")
