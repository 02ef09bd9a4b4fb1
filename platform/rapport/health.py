"""Is each part ready? Apps register a check of what is theirs; `/readyz`, the demo and the health page run them all.

Checks of servers run side by side, each in a thread of its own, and none is waited for longer than WAIT_SECONDS: three
servers that do not answer take as long as one. Checks that only ask the database run in the caller's thread, on the
connection that it has.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connections

from rapport import logs
from rapport.errors import RapportError

WAIT_SECONDS = 5.0

log = logs.get_logger(__name__)

Check = Callable[[], None]


@dataclass(frozen=True, slots=True)
class PartHealth:
    """`message` is a sentence when the part is not ready, "" when it is. Without a part that is not `is_vital` people
    are served all the same, with less: traffic goes on."""

    name: str
    is_ready: bool
    message: str
    milliseconds: float
    is_vital: bool = True


_checks: dict[str, Check] = {}
_not_vital: set[str] = set()
_aside: set[str] = set()
_asking: dict[str, "_Question"] = {}
_lock = threading.Lock()


def register_check(name: str, check: Check, *, is_vital: bool = True, is_aside: bool = False) -> None:
    """`check` returns when the part `name` works, and raises when it does not; a RapportError's message is shown.
    `is_aside`: it asks a server, which may not answer, and not the database."""
    _checks[name] = check
    if not is_vital:
        _not_vital.add(name)
    if is_aside:
        _aside.add(name)


def check_health() -> list[PartHealth]:
    """Every part, by name. What does not answer in time is not ready."""
    asked = {name: _ask(name) for name in sorted(_checks) if name in _aside}
    until = time.monotonic() + WAIT_SECONDS
    return [
        asked[name].wait(until - time.monotonic()) if name in asked else _run(name, check)
        for name, check in sorted(_checks.items())
    ]


def check_part(name: str) -> PartHealth | None:
    """One part; None when no one registered a check of it."""
    if name in _aside and name in _checks:
        return _ask(name).wait(WAIT_SECONDS)
    return _run(name, _checks[name]) if name in _checks else None


class _Question:
    """A check under way. Several who ask at once share it, so that a part that never answers takes one thread."""

    def __init__(self, name: str, check: Check) -> None:
        self.name, self.check = name, check
        self.found: PartHealth | None = None
        self.is_over = threading.Event()
        threading.Thread(target=self._answer, name=f"check-{name}", daemon=True).start()

    def _answer(self) -> None:
        try:
            self.found = _run(self.name, self.check)
        finally:
            with _lock:
                _asking.pop(self.name, None)
            self.is_over.set()
            connections.close_all()  # this thread's own, if a check opened one after all

    def wait(self, seconds: float) -> PartHealth:
        self.is_over.wait(max(seconds, 0.0))
        if self.found:
            return self.found
        message = f"{self.name} did not answer within {WAIT_SECONDS:g} seconds."
        return PartHealth(self.name, False, message, WAIT_SECONDS * 1000, is_vital=self.name not in _not_vital)


def _ask(name: str) -> _Question:
    with _lock:
        if name not in _asking:
            _asking[name] = _Question(name, _checks[name])
        return _asking[name]


def _run(name: str, check: Check) -> PartHealth:
    started, message, is_ready = time.perf_counter(), "", True
    try:
        check()
    except RapportError as error:
        is_ready, message = False, error.message
    except Exception as error:
        log.warning("health_check_failed", part=name, error=type(error).__name__)
        is_ready, message = False, f"{name} does not work ({type(error).__name__}); the log says more."
    spent = round((time.perf_counter() - started) * 1000, 1)
    return PartHealth(name, is_ready, message, spent, is_vital=name not in _not_vital)
