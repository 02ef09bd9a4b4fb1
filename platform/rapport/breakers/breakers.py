"""Asking a breaker before a call, and telling it afterwards. A store that is away stops no call."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from rapport import logs
from rapport.breakers import state as states
from rapport.breakers.port import BreakerStore
from rapport.breakers.state import Phase, State
from rapport.errors import Unavailable

log = logs.get_logger(__name__)

FRESH_SECONDS = 1.0  # for so long a process believes what it has read: of another's failures it hears a little later


@dataclass(frozen=True, slots=True)
class BreakerView:
    """For people: `seconds` until it is tried again; `code` says why it was opened."""

    name: str
    phase: Phase
    failures: int
    seconds: float
    code: str


class Breakers:
    """One per process."""

    def __init__(self, store: BreakerStore, *, clock: Callable[[], float] = time.time) -> None:
        self._store, self._clock = store, clock
        self._known: dict[str, tuple[float, State]] = {}
        self._lock = threading.Lock()

    def may_call(self, name: str) -> bool:
        """False while it is open. When it is half open one caller in all processes is let through."""
        now = self._clock()
        state = self._read(name, now)
        if state.phase(now) == "closed":
            return True
        verdict = [True]

        def asked(current: State) -> State:
            after, verdict[0] = states.ask(current, self._clock())
            return after

        self._change(name, asked)
        return verdict[0]

    def succeeded(self, name: str) -> None:
        if self._read(name, self._clock()) != State():
            self._change(name, lambda state: states.succeed(state, self._clock()))

    def failed(self, name: str, code: str) -> None:
        self._change(name, lambda state: states.fail(state, self._clock(), code[:80]))

    def list(self, prefix: str) -> list[BreakerView]:
        """Those that have seen failures lately, by name. Raises what the store raises."""
        now = self._clock()
        return [
            BreakerView(name, state.phase(now), state.failures, max(0.0, state.open_until - now), state.code)
            for name, state in sorted(self._store.list(prefix).items())
            if state.opened or now - state.window_began_at <= states.WINDOW_SECONDS
        ]

    def count(self, prefix: str) -> int:
        """How many are kept. Raises what the store raises."""
        return len(self._store.list(prefix))

    def forget(self, prefix: str) -> None:
        """Raises what the store raises."""
        self._store.forget(prefix)
        with self._lock:
            for name in [name for name in self._known if name.startswith(prefix)]:
                del self._known[name]

    def _read(self, name: str, now: float) -> State:
        with self._lock:
            at, state = self._known.get(name, (0.0, State()))
        if now - at < FRESH_SECONDS:
            return state
        try:
            return self._keep(name, self._store.read([name]).get(name, State()))
        except Unavailable as error:
            log.warning("breaker_not_read", code=error.code)
            return self._keep(name, State())

    def _change(self, name: str, change: Callable[[State], State]) -> None:
        try:
            self._keep(name, self._store.change(name, change))
        except Unavailable as error:
            log.warning("breaker_not_written", code=error.code)

    def _keep(self, name: str, state: State) -> State:
        with self._lock:
            if len(self._known) > 10_000:
                self._known.clear()
            self._known[name] = (self._clock(), state)
        return state
