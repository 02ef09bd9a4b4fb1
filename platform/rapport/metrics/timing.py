"""One wrapper that times whatever stands behind a port, so that no implementation has to."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from rapport.metrics.registry import STORE_SECONDS

Port = TypeVar("Port")


def timed(target: Port, store: str) -> Port:
    """The same object to its callers; each call of a public method is measured under its name."""
    return cast(Port, _Timed(target, store))


class _Timed:
    """Methods are set at once, not looked up when they are called: `isinstance` with a protocol sees only what is
    there. Everything else (properties) is passed through."""

    def __init__(self, target: object, store: str) -> None:
        self._target = target
        for name in dir(type(target)):
            if not name.startswith("_") and callable(getattr(type(target), name)):
                setattr(self, name, _measure(getattr(target, name), store, name))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._target, name)


def _measure(method: Callable[..., Any], store: str, call: str) -> Callable[..., Any]:
    @wraps(method)
    def measured(*args: Any, **options: Any) -> Any:
        started, outcome = time.perf_counter(), "error"
        try:
            answer = method(*args, **options)
            outcome = "ok"
            return answer
        finally:
            STORE_SECONDS.labels(store, call, outcome).observe(time.perf_counter() - started)

    return measured
