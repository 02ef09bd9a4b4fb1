"""Ending somebody's exchanges from another thread: a thread that waits for a server cannot be told in any other way.

The connection is shut down below whatever speaks over it, so the server sees at once that nobody waits any more, and
the read that waited ends with the error of a connection that broke. Whoever stopped it knows why.
"""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any


class Stop:
    """Set once, by any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: set[int] = set()  # descriptors of connections that are read from
        self._is_set = False

    @property
    def is_set(self) -> bool:
        return self._is_set

    def set(self) -> None:
        with self._lock:
            self._is_set = True
            for descriptor in self._waiting:
                _shut_down(descriptor)

    @contextlib.contextmanager
    def watching(self, connection: socket.socket) -> Iterator[None]:
        """While the block reads from this connection, `set` ends it."""
        descriptor = connection.fileno()
        with self._lock:
            self._waiting.add(descriptor)
            if self._is_set:
                _shut_down(descriptor)
        try:
            yield
        finally:
            with self._lock:
                self._waiting.discard(descriptor)


_current: ContextVar[Stop | None] = ContextVar("rapport_outbound_stop", default=None)


@contextlib.contextmanager
def stoppable_by(stop: Stop) -> Iterator[None]:
    """Reads inside the block, in this thread, are ended by `stop`."""
    token = _current.set(stop)
    try:
        yield
    finally:
        _current.reset(token)


def watched(connection: Any) -> contextlib.AbstractContextManager[None]:
    """For whoever reads from a connection: see `stoppable_by`."""
    stop = _current.get()
    if stop is None or not isinstance(connection, socket.socket) or connection.fileno() < 0:
        return contextlib.nullcontext()
    return stop.watching(connection)


def _shut_down(descriptor: int) -> None:
    """By a copy of the descriptor: the connection's own object, and its TLS, belong to the thread that reads."""
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as copy:
        copy.shutdown(socket.SHUT_RDWR)
