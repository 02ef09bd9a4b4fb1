"""A time by which a whole exchange must be over: one byte a second never runs into a read timeout."""

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore

from rapport.outbound.stopping import watched

_deadline: ContextVar[float | None] = ContextVar("rapport_outbound_deadline", default=None)


@contextmanager
def exchange_before(deadline: float) -> Iterator[None]:
    """Reads inside the block fail with httpcore.ReadTimeout after `deadline` (of the monotonic clock)."""
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


def time_left(timeout: float | None) -> float | None:
    """`timeout`, or less when the exchange is over before. Raises httpcore.ConnectTimeout when it is over."""
    deadline = _deadline.get()
    if deadline is None:
        return timeout
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ConnectTimeout("The exchange took too long.")
    return left if timeout is None else min(timeout, left)


class DeadlineStream(httpcore.NetworkStream):
    """A connection whose reads know the deadline of the exchange that they serve."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        deadline = _deadline.get()
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise httpcore.ReadTimeout("The exchange took too long.")
            timeout = left if timeout is None else min(timeout, left)
        with watched(self._inner.get_extra_info("socket")):
            return self._inner.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return DeadlineStream(self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
