"""Draining keys of a transactional subscription at once: leases, handlers and marks of all of them are one transaction.

A transaction, a scope and their marks cost more than a short handler, so they are shared. When anything in it fails,
nothing of it has happened, and the caller drains each key by itself, where the failure is found and counted. Nothing
of it shows outside before it is committed either: a key whose worker died is not drained here, but under a lease.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from rapport import logs
from rapport.events.envelope import Event
from rapport.events.inbox import Key, WaitingRow, blocked_keys, waiting_rows
from rapport.events.keeper import keeper
from rapport.events.lease import in_lock_order
from rapport.events.models import KeyLease
from rapport.events.outcome import mark_done
from rapport.events.scope import open_scope
from rapport.events.topics import Subscription

MAX_ROWS = 500
MAX_SECONDS = {"sqlite": 0.05, "postgresql": 0.15}  # on SQLite all others wait to write, else whoever fills these keys

log = logs.get_logger(__name__)


class Found(NamedTuple):
    """What a look at some keys found: rows to handle now; of keys that go on later, when; keys with rows unseen."""

    due: list[WaitingRow]
    later: dict[str, datetime]
    cut: set[str]


def drain_at_once(keys: Sequence[Key], subscription: Subscription) -> tuple[int, bool] | None:
    """How many rows of these keys of one tenant were handled, and whether any key has more to do at once. None when
    something failed, or none of them was free."""
    try:
        with (
            keeper.hold(subscription.name, deadline_seconds=subscription.deadline_seconds),
            transaction.atomic(),
        ):
            return _drain(keys, subscription)
    except Exception as error:
        log.info("drained_one_by_one", keys=len(keys), error=type(error).__name__)
        return None


def _drain(keys: Sequence[Key], subscription: Subscription) -> tuple[int, bool] | None:
    leases = _lock(keys)
    if not leases:
        return None
    found = _look([keys[0]._replace(key=lease.key) for lease in leases], subscription)
    done = _handle(found.due, subscription)
    mark_done(done)
    again = found.cut | {row.key for row in found.due[len(done) :]}
    _release(leases, again, found.later)
    return len(done), bool(again)


def _look(keys: Sequence[Key], subscription: Subscription) -> Found:
    """A key that cannot go on now would fill the look with what waits behind, and hide the others: so once more without
    it."""
    blocked, now = blocked_keys(keys, subscription), timezone.now()
    able = [key for key in keys if key.key not in blocked]
    later: dict[str, datetime] = {}
    while able:
        rows = waiting_rows(able, MAX_ROWS)
        due, more = _split(rows, now)
        later |= more
        unable = more.keys() - {row.key for row in due}
        is_cut = len(rows) == MAX_ROWS  # then no one knows which keys have more
        if not is_cut or not unable:
            return Found(due, later, {key.key for key in able} - later.keys() if is_cut else set())
        able = [key for key in able if key.key not in unable]
    return Found([], later, set())


def _split(rows: Sequence[WaitingRow], now: datetime) -> tuple[list[WaitingRow], dict[str, datetime]]:
    """The rows that are due, of each key up to the first that is not; and when that one is."""
    due: list[WaitingRow] = []
    later: dict[str, datetime] = {}
    for row in rows:
        if row.key in later:
            continue
        if row.next_attempt_at and not row.is_due(now):
            later[row.key] = row.next_attempt_at
        else:
            due.append(row)
    return due, later


def _lock(keys: Sequence[Key]) -> list[KeyLease]:
    """Those that no one holds, nor held when it died."""
    rows = KeyLease.objects.filter(
        owner="", subscription=keys[0].subscription, tenant_id=keys[0].tenant_id, key__in=[key.key for key in keys]
    )
    now = timezone.now()
    return [row for row in in_lock_order(rows) if row.leased_until is None or row.leased_until <= now]


def _handle(rows: Sequence[WaitingRow], subscription: Subscription) -> Sequence[WaitingRow]:
    """Those that were handled before the time was over."""
    if not rows:
        return []
    until = time.monotonic() + MAX_SECONDS[connection.vendor]
    events = [Event.from_json(row.payload) for row in rows]
    with open_scope(events[0].tenant_id):
        for count, event in enumerate(events, start=1):
            with logs.bind(event_id=str(event.id)):
                subscription.handler(event)
            if time.monotonic() > until:
                return rows[:count]
    return rows


def _release(leases: Sequence[KeyLease], again: set[str], later: dict[str, datetime]) -> None:
    """Keys of `again` stay ready as they are: who waits longest keeps its place."""
    idle = {"owner": "", "leased_until": None, "rung_at": None, "seat": None}
    over = [lease.id for lease in leases if lease.key not in again]
    if over:
        KeyLease.objects.filter(id__in=over).update(ready_at=None, **idle)
    if again:
        KeyLease.objects.filter(id__in=[lease.id for lease in leases if lease.key in again]).update(**idle)
    for lease in leases:
        if lease.key in later and lease.key not in again:
            KeyLease.objects.filter(id=lease.id).update(ready_at=later[lease.key])
