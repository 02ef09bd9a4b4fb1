"""Celery's part: doorbells and the clock. A task carries names, never data; losing one costs only time."""

import time
from typing import Any
from uuid import UUID

from celery import Task
from celery.schedules import crontab

from rapport import logs
from rapport.celery import app
from rapport.config import get_config
from rapport.events.dispatch import dispatch, next_seat
from rapport.events.inbox import Key, prune_inbox
from rapport.events.registry import get_bus
from rapport.events.relay import prune_outbox
from rapport.events.together import drain_together
from rapport.events.topics import find_subscription
from rapport.streams.registry import get_stream_store

CHAIN_SECONDS = 5.0  # then the task ends: a worker that is to stop waits for it
STREAM_HOURS = 24.0

log = logs.get_logger(__name__)


@app.task(name="rapport.events.drain", expires=60, base=Task)  # handlers have deadlines of their own
def drain_keys(subscription: str, tenant_id: str, *keys: str, is_suspect: bool = False) -> None:
    """Drain the keys of one seat, then those of the next for a while: a ring for each would cost more than the work."""
    until = time.monotonic() + CHAIN_SECONDS
    seat = [Key(subscription, UUID(tenant_id), key) for key in keys]
    while seat and (found := find_subscription(seat[0].subscription)):
        drained = drain_together(seat, is_suspect=is_suspect)
        if time.monotonic() > until:
            dispatch(found.queue)
            return
        chosen = next_seat(found.queue, is_due_again=drained.is_due_again) or ()
        seat = [each.drained_key for each in chosen]
        is_suspect = any(each.is_suspect for each in chosen)


@app.task(name="rapport.events.prune", expires=3600)
def prune() -> None:
    """Forget what was handled long ago; rows that wait or are dead stay."""
    hours = get_config().event_retention_hours
    counts = {
        "outbox": prune_outbox(older_than_hours=hours),
        "log": get_bus().prune(older_than_hours=hours),
        "inbox": prune_inbox(older_than_hours=hours),
        "frames": get_stream_store().prune(older_than_hours=STREAM_HOURS),
    }
    log.info("pruned", **counts)


@app.task(name="rapport.events.note_statistics", expires=1800)
def note_statistics_of_tables() -> None:
    """Every hour, for SQLite's planner."""
    from rapport.sqlite.statistics import note_statistics

    note_statistics()


@app.on_after_finalize.connect
def schedule(sender: Any, **_: object) -> None:
    """Each app adds its own periodic tasks in the same way."""
    sender.add_periodic_task(crontab(minute="27"), note_statistics_of_tables.s(), name="rapport.events.note_statistics")
    sender.add_periodic_task(crontab(hour="3", minute="17"), prune.s(), name="rapport.events.prune")
