"""Writers of one SQLite file, one after another.

SQLite lets a writer that finds the file locked sleep for up to 100 ms before it looks again, and so at a hundred small
transactions a second a dozen threads mostly sleep (seen in profiles). Here the threads of a process wait for one
another on a lock, which wakes the next at once, and only one thread of each process looks at the file, every
millisecond. The gate guards nothing: SQLite's own lock does. It only keeps the queue short.
"""

import fcntl
import os
import threading
import time
from functools import cache
from pathlib import Path

LOOK_SECONDS = 0.001
MAX_IN_A_ROW = 3  # then the other processes have a turn


class Gate:
    """One per process and file. `enter` gives up after `timeout_seconds`: then SQLite itself says that it is locked."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._threads = threading.Lock()
        self._file: int | None = None
        self._in_a_row = 0

    def enter(self, timeout_seconds: float) -> bool:
        """True when this thread is through and must `leave` later."""
        until = time.monotonic() + timeout_seconds
        if not self._enter_process(timeout_seconds):
            return False
        while not self._try_file():
            if time.monotonic() > until:
                self._threads.release()
                return False
            self._in_a_row = 0
            time.sleep(LOOK_SECONDS)
        return True

    def _enter_process(self, timeout_seconds: float) -> bool:
        """Threads that hand the gate to one another leave no gap for other processes, so they make one."""
        if self._threads.acquire(blocking=False):
            self._in_a_row = 0
            return True
        if not self._threads.acquire(timeout=timeout_seconds):
            return False
        self._in_a_row += 1
        if self._in_a_row >= MAX_IN_A_ROW:
            self._in_a_row = 0
            time.sleep(LOOK_SECONDS * 1.5)
        return True

    def leave(self) -> None:
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()

    def _try_file(self) -> bool:
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@cache
def _gate(path: str, pid: int) -> Gate:
    return Gate(path)


def gate_of(database: str) -> Gate:
    """This process's gate for a database file; a forked child opens its own, since a lock belongs to an open file."""
    return _gate(f"{database}-gate", os.getpid())
