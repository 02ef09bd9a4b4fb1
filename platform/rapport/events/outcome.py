"""What becomes of an inbox row after its handler: done, another attempt later, or dead. Every mark shows the lease."""

import random
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from rapport import logs
from rapport.errors import RapportError
from rapport.events import bulk
from rapport.events.envelope import Event
from rapport.events.errors import LeaseLost
from rapport.events.inbox import WaitingRow
from rapport.events.lease import Lease
from rapport.events.models import InboxEvent, InboxState
from rapport.events.scope import open_scope
from rapport.events.topics import Failure, Subscription, queue_of
from rapport.metrics.registry import EVENT_FAILURES, EVENT_SECONDS

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 600.0

Row = InboxEvent | WaitingRow

log = logs.get_logger(__name__)


def finish(rows: Sequence[Row], lease: Lease) -> None:
    """In the caller's transaction. Raises LeaseLost."""
    lease.check_locked()
    mark_done(rows)


def mark_done(rows: Sequence[Row]) -> None:
    """In the transaction that has locked their leases."""
    now = timezone.now()
    bulk.mark_done([row.id for row in rows], now)
    for row in rows:
        EVENT_SECONDS.labels(queue_of(row.subscription)).observe((now - row.received_at).total_seconds())


def fail(row: Row, lease: Lease, subscription: Subscription, error: Exception) -> bool:
    """Another attempt later, or none; True when the key may go on to its next row. Raises LeaseLost."""
    failure = _describe(error, attempts=row.attempts + 1)
    is_final = isinstance(error, RapportError) and not error.is_retryable
    if is_final or failure.attempts >= subscription.max_attempts:
        bury(row, lease, subscription, failure)
        return not subscription.blocks_key
    wanted = error.retry_after_seconds if isinstance(error, RapportError) else None
    _try_later(row, lease, failure, wanted or pause_seconds(failure.attempts))
    return False


def _describe(error: Exception, *, attempts: int) -> Failure:
    if isinstance(error, RapportError):
        return Failure(error.code, error.message, attempts)
    log.error("handler_raised", error=type(error).__name__, exc_info=error)
    return Failure("internal_error", "Something went wrong on our side; it is logged.", attempts)


def _try_later(row: Row, lease: Lease, failure: Failure, pause: float) -> None:
    with transaction.atomic():
        lease.check_locked()
        InboxEvent.objects.filter(id=row.id).update(
            attempts=failure.attempts,
            next_attempt_at=timezone.now() + timedelta(seconds=pause),
            error_code=failure.code[:80],
            error_message=failure.message[:500],
        )
    EVENT_FAILURES.labels(row.subscription, "retried").inc()
    log.info("event_retried_later", code=failure.code, attempts=failure.attempts, seconds=round(pause, 1))


def pause_seconds(attempts: int) -> float:
    """Exponential, with jitter between half and all of it: 0.5–1 s, 1–2 s, 2–4 s … at most 10 minutes."""
    longest: float = min(FIRST_PAUSE_SECONDS * 2 ** (attempts - 1), LONGEST_PAUSE_SECONDS)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311  jitter, no secret


def survives_crash(row: Row, lease: Lease, subscription: Subscription) -> bool:
    """A row during which a worker died counts an attempt, so that one that kills workers comes to an end. A short one
    is put off as well: workers that start again get on with the others first. A long one was rarely what killed it."""
    row.attempts += 1
    if row.attempts >= subscription.max_attempts:
        message = "The worker went away in the middle of this, again and again."
        bury(row, lease, subscription, Failure("worker_died", message, row.attempts))
        return False
    if subscription.is_transactional:
        row.next_attempt_at = timezone.now() + timedelta(seconds=pause_seconds(row.attempts))
    InboxEvent.objects.filter(id=row.id).update(attempts=row.attempts, next_attempt_at=row.next_attempt_at)
    return True


def bury(row: Row, lease: Lease, subscription: Subscription, failure: Failure) -> None:
    """Mark the row dead and tell its subscription, in one transaction; when telling fails, the mark stands alone."""
    EVENT_FAILURES.labels(row.subscription, "dead").inc()
    log.error("event_dead", code=failure.code, attempts=failure.attempts)
    try:
        with transaction.atomic():
            _mark_dead(row, lease, failure)
            if subscription.on_dead:
                event = Event.from_json(row.payload)
                with open_scope(event.tenant_id):
                    subscription.on_dead(event, failure)
    except LeaseLost:
        raise
    except Exception:
        log.exception("on_dead_raised")
        with transaction.atomic():
            _mark_dead(row, lease, failure)


def _mark_dead(row: Row, lease: Lease, failure: Failure) -> None:
    lease.check_locked()
    InboxEvent.objects.filter(id=row.id).update(
        state=InboxState.DEAD,
        attempts=failure.attempts,
        finished_at=timezone.now(),
        error_code=failure.code[:80],
        error_message=failure.message[:500],
    )
