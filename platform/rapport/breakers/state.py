"""What a breaker remembers, and what follows from it: pure functions of a state and a moment (seconds since 1970)."""

from dataclasses import dataclass, replace
from typing import Literal

Phase = Literal["closed", "open", "half_open"]

FAILURES = 5  # so many in a window, and no success between them, open it
WINDOW_SECONDS = 60.0
OPEN_SECONDS = (10.0, 30.0, 60.0, 120.0)  # the first time, and each time that the probe fails
PROBE_SECONDS = 30.0  # a probe that says nothing for so long is counted as gone, and another may go


@dataclass(frozen=True, slots=True)
class State:
    """`opened` counts how often it has opened without a success since; `code` is the last failure's."""

    failures: int = 0
    window_began_at: float = 0.0
    opened: int = 0
    open_until: float = 0.0
    probing_until: float = 0.0
    code: str = ""

    def phase(self, now: float) -> Phase:
        if not self.opened:
            return "closed"
        return "open" if now < self.open_until else "half_open"


def ask(state: State, now: float) -> tuple[State, bool]:
    """May it be called? When half open one caller may, and is the probe."""
    phase = state.phase(now)
    if phase == "closed":
        return state, True
    if phase == "open" or now < state.probing_until:
        return state, False
    return replace(state, probing_until=now + PROBE_SECONDS), True


def succeed(state: State, now: float) -> State:
    return State()


def fail(state: State, now: float, code: str) -> State:
    """A failed probe opens it for longer; a failure while it is open (of a call that began before) changes nothing."""
    phase = state.phase(now)
    if phase == "open":
        return state
    if phase == "half_open":
        return _open(state, now, code)
    is_new = now - state.window_began_at > WINDOW_SECONDS
    counted = State(1, now, code=code) if is_new else replace(state, failures=state.failures + 1, code=code)
    return _open(counted, now, code) if counted.failures >= FAILURES else counted


def _open(state: State, now: float, code: str) -> State:
    seconds = OPEN_SECONDS[min(state.opened, len(OPEN_SECONDS) - 1)]
    return State(state.failures, now, state.opened + 1, now + seconds, 0.0, code)
