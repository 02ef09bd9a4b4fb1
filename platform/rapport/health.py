"""Is each part ready? Apps register a check of what is theirs; `/readyz`, the demo and the health page run them all."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from rapport import logs
from rapport.errors import RapportError

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


def register_check(name: str, check: Check, *, is_vital: bool = True) -> None:
    """`check` returns when the part `name` works, and raises when it does not; a RapportError's message is shown."""
    _checks[name] = check
    if not is_vital:
        _not_vital.add(name)


def check_health() -> list[PartHealth]:
    """Every part, by name. A check that hangs hangs this: checks bring their own time limits."""
    return [_run(name, check) for name, check in sorted(_checks.items())]


def check_part(name: str) -> PartHealth | None:
    """One part; None when no one registered a check of it."""
    return _run(name, _checks[name]) if name in _checks else None


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
