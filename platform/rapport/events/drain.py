"""Draining a key: its waiting rows, in order. The one place where handlers run.

Transactional handlers: lease, handlers and marks are one transaction; its row lock is the lease (`at_once.py`). When
that failed, and for the others: the lease is taken and committed first, kept alive while the handler runs, and shown
when its work is marked; each row of a transactional handler then has a transaction of its own. Several keys at once:
`together.py`.
"""

import time
from datetime import datetime
from itertools import takewhile
from threading import Lock
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from rapport import logs
from rapport.events.at_once import drain_at_once
from rapport.events.envelope import Event
from rapport.events.errors import LeaseLost, NotNow
from rapport.events.inbox import Key, WaitingRow, is_blocked, waiting_rows
from rapport.events.keeper import keeper
from rapport.events.lease import Lease, release_lease, take_lease, working_under
from rapport.events.outcome import fail, finish, survives_crash
from rapport.events.scope import open_scope
from rapport.events.topics import Subscription, find_subscription

MAX_ROWS = 50  # then other keys have a turn
MAX_SECONDS = 5.0

log = logs.get_logger(__name__)

# Of transactional handlers one lease a process at a time: when one kills the process, no other is counted.
_alone = Lock()


class Drained(NamedTuple):
    """How many rows came to an end, and whether the key has more to do at once (other keys have their turn first)."""

    finished: int
    is_due_again: bool = False


NOTHING = Drained(0)


def drain(key: Key, *, is_suspect: bool = False) -> Drained:
    """Handle what waits for `key`; NOTHING when someone else is at it. `is_suspect`: it may have killed a worker, so it
    is only handled under a lease, which stays as a sign when it does so again."""
    subscription = find_subscription(key.subscription)
    if subscription is None:
        return NOTHING
    with logs.bind(subscription=key.subscription, tenant_id=str(key.tenant_id)):
        if subscription.is_transactional:
            if not is_suspect and (at_once := drain_at_once([key], subscription)):
                return Drained(*at_once)
            with _alone:
                return _drain_under_lease(key, subscription)
        return _drain_under_lease(key, subscription)


def _drain_under_lease(key: Key, subscription: Subscription) -> Drained:
    lease = take_lease(key)
    if lease is None:
        return NOTHING
    finished = 0
    try:
        with working_under(lease):
            finished = _handle_one_by_one(lease, subscription)
    except LeaseLost:
        log.warning("lease_lost")
    finally:
        next_at = release_lease(lease)
    return Drained(finished, is_due(next_at))


def is_due(moment: datetime | None) -> bool:
    return moment is not None and moment <= timezone.now()


def _handle_one_by_one(lease: Lease, subscription: Subscription) -> int:
    rows, _ = _due_rows(lease.key, subscription)
    finished, until = 0, time.monotonic() + MAX_SECONDS
    if rows and lease.was_abandoned:
        if survives_crash(rows[0], lease, subscription):
            rows = rows if rows[0].is_due(timezone.now()) else []
        else:
            rows = [] if subscription.blocks_key else rows[1:]
            finished = 1
    for row in rows:
        if not _handle(row, lease, subscription):
            break
        finished += 1
        if time.monotonic() > until:
            break
    return finished


def _handle(row: WaitingRow, lease: Lease, subscription: Subscription) -> bool:
    """True when the key may go on to its next row. Raises LeaseLost."""
    with logs.bind(event_id=str(row.payload.get("id", ""))):
        try:
            with keeper.hold(subscription.name, lease, deadline_seconds=subscription.deadline_seconds):
                _run(row, lease, subscription)
        except LeaseLost:
            raise
        except NotNow:
            return False
        except Exception as error:
            return fail(row, lease, subscription, error)
    return True


def _run(row: WaitingRow, lease: Lease, subscription: Subscription) -> None:
    """Handle and mark. What the database refuses only when it commits is raised in here, too."""
    event = Event.from_json(row.payload)
    if not subscription.is_transactional:
        subscription.handler(event)
    with transaction.atomic():
        if subscription.is_transactional:
            with open_scope(event.tenant_id):
                subscription.handler(event)
        finish([row], lease)


def _due_rows(key: Key, subscription: Subscription) -> tuple[list[WaitingRow], bool]:
    """The first rows of the key, up to the first that is due later; and whether those are all that wait."""
    if is_blocked(key, subscription):
        return [], False
    rows = waiting_rows([key], MAX_ROWS)
    due = list(takewhile(lambda row: row.is_due(timezone.now()), rows))
    return due, len(due) == len(rows) < MAX_ROWS
