"""Turns under way in this process, and stopping one: whoever asked does not want the answer any more.

The turn's row says that it was cancelled; a bell says that rows are to be looked at. A ring that is lost costs the rest
of the answer, which is then written as if nobody had cancelled. Called in a worker's threads.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import close_old_connections

from agents.errors import TurnCancelled
from rapport import logs
from rapport.events.doorbell import Bell, ring
from rapport.outbound.stopping import Stop, stoppable_by

BELL = "cancelled-turns"
WAIT_SECONDS = 5.0

log = logs.get_logger(__name__)

_running: dict[tuple[UUID, UUID], Stop] = {}
_lock = threading.Lock()
_listener: threading.Thread | None = None


@contextmanager
def running(tenant_id: UUID, turn_id: UUID) -> Iterator[Stop]:
    """Before the turn is read: who cancels it later rings, who did so before is seen when it is read."""
    stop, key = Stop(), (tenant_id, turn_id)
    with _lock:
        _running[key] = stop
        _listen()
    try:
        with stoppable_by(stop):
            yield stop
    finally:
        with _lock:
            _running.pop(key, None)


def refuse_stopped(stop: Stop) -> None:
    """Raises TurnCancelled."""
    if stop.is_set:
        raise TurnCancelled("Whoever asked does not want the answer any more.")


def tell_workers() -> None:
    """A turn's row says now that it is cancelled."""
    ring(BELL)


def _listen() -> None:
    global _listener  # noqa: PLW0603  one a process, made anew after a fork
    if _listener is None or not _listener.is_alive():
        bell = Bell(BELL)  # made here: whoever is told from now on is heard
        _listener = threading.Thread(target=_hear, args=(bell,), name="cancelled-turns", daemon=True)
        _listener.start()


def _hear(bell: Bell) -> None:
    with bell:
        while True:
            if bell.wait(WAIT_SECONDS):
                _stop_cancelled()


def _stop_cancelled() -> None:
    """A database that is away leaves the answers as they are."""
    from agents.selectors.conversations import cancelled_turns

    with _lock:
        turns = list(_running)
    try:
        for tenant_id in {tenant for tenant, _ in turns}:
            mine = [turn for tenant, turn in turns if tenant == tenant_id]
            for turn_id in cancelled_turns(tenant_id=tenant_id, turn_ids=mine):
                _set((tenant_id, turn_id))
    except Exception as error:
        log.warning("cancellation_not_read", error=type(error).__name__)
    finally:
        close_old_connections()


def _set(key: tuple[UUID, UUID]) -> None:
    with _lock:
        stop = _running.get(key)
    if stop is not None:
        stop.set()
        log.info("turn_stopped", turn_id=str(key[1]))
