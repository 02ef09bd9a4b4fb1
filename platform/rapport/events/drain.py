"""Draining a key: its waiting rows, in order, under a lease. The one place where handlers run."""

import random
import time
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from rapport import logs
from rapport.errors import RapportError
from rapport.events.envelope import Event
from rapport.events.errors import LeaseLost
from rapport.events.inbox import Key, is_blocked
from rapport.events.keeper import keeper
from rapport.events.lease import Lease, release_lease, take_lease, working_under
from rapport.events.models import InboxEvent, InboxState
from rapport.events.scope import open_scope
from rapport.events.topics import Failure, Subscription, find_subscription

MAX_ROWS = 50  # then other keys have a turn
MAX_SECONDS = 5.0
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 600.0
WORKER_DIED = Failure("worker_died", "The worker went away in the middle, again and again.", 0)

log = logs.get_logger(__name__)


def drain(key: Key) -> int:
    """Handle what waits for `key`; returns how many rows were finished. 0 when someone else is at it."""
    subscription = find_subscription(key.subscription)
    lease = take_lease(key) if subscription else None
    if subscription is None or lease is None:
        return 0
    try:
        with logs.bind(subscription=key.subscription, tenant_id=str(key.tenant_id)), working_under(lease):
            return _drain(lease, subscription)
    except LeaseLost:
        log.warning("lease_lost")
        return 0
    finally:
        release_lease(lease)


def _drain(lease: Lease, subscription: Subscription) -> int:
    finished, until = 0, time.monotonic() + MAX_SECONDS
    for number, row in enumerate(_due_rows(lease.key, subscription)):
        if time.monotonic() > until:
            break
        if number == 0 and lease.was_abandoned and not _survives_crash(row, lease, subscription):
            finished += 1
            if subscription.blocks_key:
                break
            continue
        if not _handle(row, lease, subscription):
            break
        finished += 1
    return finished


def _due_rows(key: Key, subscription: Subscription) -> list[InboxEvent]:
    """The first rows of the key, up to the first one whose next attempt is still to come."""
    if is_blocked(key, subscription):
        return []
    waiting = InboxEvent.objects.filter(**key._asdict(), state=InboxState.PENDING).order_by("id")[:MAX_ROWS]
    due: list[InboxEvent] = []
    for row in waiting:
        if row.next_attempt_at and row.next_attempt_at > timezone.now():
            break
        due.append(row)
    return due


def _survives_crash(row: InboxEvent, lease: Lease, subscription: Subscription) -> bool:
    """A row during which a worker died counts an attempt, so that one that kills workers comes to an end."""
    row.attempts += 1
    if row.attempts >= subscription.max_attempts:
        _bury(row, lease, subscription, WORKER_DIED)
        return False
    InboxEvent.objects.filter(id=row.id).update(attempts=row.attempts)
    return True


def _handle(row: InboxEvent, lease: Lease, subscription: Subscription) -> bool:
    """True when the key may go on to its next row."""
    event = Event.from_json(row.payload)
    with logs.bind(event_id=str(event.id)):
        try:
            _run(event, row, lease, subscription)
        except LeaseLost:
            raise
        except RapportError as error:
            return _fail(row, lease, subscription, error)
        except Exception as error:
            log.exception("handler_raised", error=type(error).__name__)
            return _fail(row, lease, subscription, error)
    return True


def _run(event: Event, row: InboxEvent, lease: Lease, subscription: Subscription) -> None:
    with keeper.hold(lease, deadline_seconds=subscription.deadline_seconds):
        if subscription.is_transactional:
            with transaction.atomic():
                with open_scope(event.tenant_id):
                    subscription.handler(event)
                _finish(row, lease)
        else:
            subscription.handler(event)
            with transaction.atomic():
                _finish(row, lease)


def _finish(row: InboxEvent, lease: Lease) -> None:
    lease.check_locked()
    InboxEvent.objects.filter(id=row.id, state=InboxState.PENDING).update(
        state=InboxState.DONE, finished_at=timezone.now(), error_code="", error_message=""
    )


def _fail(row: InboxEvent, lease: Lease, subscription: Subscription, error: Exception) -> bool:
    """Another attempt later, or none; False when the key must wait."""
    attempts = row.attempts + 1
    is_known = isinstance(error, RapportError)
    code = error.code if isinstance(error, RapportError) else "internal_error"
    message = error.message if isinstance(error, RapportError) else f"{type(error).__name__} in our code; it is logged."
    if (is_known and not getattr(error, "is_retryable", False)) or attempts >= subscription.max_attempts:
        _bury(row, lease, subscription, Failure(code, message, attempts))
        return not subscription.blocks_key
    pause = getattr(error, "retry_after_seconds", None) or pause_seconds(attempts)
    with transaction.atomic():
        lease.check_locked()
        InboxEvent.objects.filter(id=row.id).update(
            attempts=attempts,
            next_attempt_at=timezone.now() + timedelta(seconds=pause),
            error_code=code[:80],
            error_message=message[:500],
        )
    log.info("event_retried_later", code=code, attempts=attempts, seconds=round(pause, 1))
    return False


def pause_seconds(attempts: int) -> float:
    """Exponential, with jitter between half and all of it: 0.5–1 s, 1–2 s, 2–4 s … at most 10 minutes."""
    longest: float = min(FIRST_PAUSE_SECONDS * 2 ** (attempts - 1), LONGEST_PAUSE_SECONDS)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311  jitter, no secret


def _bury(row: InboxEvent, lease: Lease, subscription: Subscription, failure: Failure) -> None:
    """Mark the row dead and tell its subscription, in one transaction; when telling fails, the mark stands alone."""
    failure = Failure(failure.code, failure.message, row.attempts if failure is WORKER_DIED else failure.attempts)
    log.error("event_dead", code=failure.code, attempts=failure.attempts)
    event = Event.from_json(row.payload)
    try:
        with transaction.atomic():
            _mark_dead(row, lease, failure)
            if subscription.on_dead:
                with open_scope(event.tenant_id):
                    subscription.on_dead(event, failure)
    except LeaseLost:
        raise
    except Exception:
        log.exception("on_dead_raised")
        with transaction.atomic():
            _mark_dead(row, lease, failure)


def _mark_dead(row: InboxEvent, lease: Lease, failure: Failure) -> None:
    lease.check_locked()
    InboxEvent.objects.filter(id=row.id).update(
        state=InboxState.DEAD,
        attempts=failure.attempts,
        finished_at=timezone.now(),
        error_code=failure.code[:80],
        error_message=failure.message[:500],
    )
