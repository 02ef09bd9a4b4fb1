"""Draining several keys of one tenant at once, for subscriptions whose work is cheaper that way.

Each key gives its first waiting row. What happens to one says nothing of the others: the handler returns an outcome for
each, and every row is marked under its own lease. A key whose last worker died is drained alone, so that an event that
kills workers costs only its own attempts.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from rapport import logs
from rapport.events.at_once import drain_at_once
from rapport.events.drain import NOTHING, Drained, drain, is_due
from rapport.events.envelope import Event
from rapport.events.errors import LeaseLost, NotNow
from rapport.events.inbox import Key, first_rows
from rapport.events.keeper import keeper
from rapport.events.lease import Lease, lock_leases, release_leases, take_leases, working_under
from rapport.events.models import InboxEvent
from rapport.events.outcome import fail, mark_done
from rapport.events.topics import Subscription, find_subscription

log = logs.get_logger(__name__)


def drain_together(keys: Sequence[Key], *, is_suspect: bool = False) -> Drained:
    """Handle what waits for these keys of one subscription and tenant, of a batch handler's the first row of each;
    NOTHING when all are held. `is_suspect`: see `drain`; such a key is alone."""
    subscription = find_subscription(keys[0].subscription)
    if subscription is None:
        return NOTHING
    if len(keys) > 1 and subscription.is_transactional:
        with logs.bind(subscription=subscription.name, tenant_id=str(keys[0].tenant_id)):
            if at_once := drain_at_once(keys, subscription):
                return Drained(*at_once)
    if len(keys) == 1 or subscription.batch_handler is None:
        return _sum([drain(key, is_suspect=is_suspect) for key in keys])
    with logs.bind(subscription=subscription.name, tenant_id=str(keys[0].tenant_id)):
        leases = take_leases(keys)
        together = [_drain_leases(leases, subscription)] if leases else []
        taken = {lease.key for lease in leases}
        return _sum([*together, *[drain(key) for key in keys if key not in taken]])


def _sum(each: Sequence[Drained]) -> Drained:
    return Drained(sum(one.finished for one in each), any(one.is_due_again for one in each))


def _drain_leases(leases: Sequence[Lease], subscription: Subscription) -> Drained:
    rows: list[InboxEvent] = []
    outcomes: list[Exception | None] = []
    try:
        rows = [row for row in first_rows([lease.key for lease in leases]).values() if _is_due(row)]
        outcomes = _handle(rows, leases, subscription)
    finally:
        drained = _close(rows, outcomes, leases, subscription)
    return drained


def _is_due(row: InboxEvent) -> bool:
    return row.next_attempt_at is None or row.next_attempt_at <= timezone.now()


def _handle(rows: Sequence[InboxEvent], leases: Sequence[Lease], subscription: Subscription) -> list[Exception | None]:
    """One outcome per row. An exception of the handler itself is every row's outcome."""
    assert subscription.batch_handler is not None
    if not rows:
        return []
    events = [Event.from_json(row.payload) for row in rows]
    try:
        with (
            working_under(*leases),
            keeper.hold(subscription.name, *leases, deadline_seconds=subscription.deadline_seconds),
        ):
            outcomes = list(subscription.batch_handler(events))
    except Exception as error:
        return [error for _ in rows]
    if len(outcomes) != len(rows):
        raise RuntimeError(f"{subscription.name} answered {len(outcomes)} outcomes for {len(rows)} events.")
    return outcomes


def _close(
    rows: Sequence[InboxEvent],
    outcomes: Sequence[Exception | None],
    leases: Sequence[Lease],
    subscription: Subscription,
) -> Drained:
    """Mark what came to an end and give every key back."""
    finished = _fail_each(rows, outcomes, leases, subscription)
    done = [row for row, outcome in zip(rows, outcomes, strict=False) if outcome is None]
    with transaction.atomic():
        held = lock_leases(leases)
        keys = {lease.key.key for lease in held}
        mark_done([row for row in done if row.key in keys])
        next_at = _next_at(held)
        release_leases(held, next_at)
    finished += sum(row.key in keys for row in done)
    return Drained(finished, any(is_due(moment) for moment in next_at.values()))


def _next_at(leases: Sequence[Lease]) -> dict[str, datetime]:
    rows = first_rows([lease.key for lease in leases]) if leases else {}
    return {key: row.next_attempt_at or timezone.now() for key, row in rows.items()}


def _fail_each(
    rows: Sequence[InboxEvent],
    outcomes: Sequence[Exception | None],
    leases: Sequence[Lease],
    subscription: Subscription,
) -> int:
    """Returns how many rows are dead now."""
    by_key = {lease.key.key: lease for lease in leases}
    dead = 0
    for row, outcome in zip(rows, outcomes, strict=False):
        if outcome is None or isinstance(outcome, NotNow | LeaseLost):
            continue
        try:
            dead += fail(row, by_key[row.key], subscription, outcome)
        except LeaseLost:
            log.warning("lease_lost")
    return dead
