"""Work on texts, one at a time, on threads of a chosen priority. Jobs of one lane take turns text by text.

A lane for queries runs at the process's priority, a lane for passages below it: the system's scheduler then lets a
query overtake a text that is already running, which no queue could. Must not import Django.
"""

import contextlib
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence

Work = Callable[[int], None]


class Job:
    """Calls `work(index)` once for each index of `order`, on any of a lane's threads."""

    def __init__(self, work: Work, order: Sequence[int]) -> None:
        self._work = work
        self._waiting = deque(order)
        self._unfinished = len(order)
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._error: BaseException | None = None
        if not order:
            self._done.set()

    @property
    def has_waiting(self) -> bool:
        return bool(self._waiting)

    def take(self) -> int | None:
        with self._lock:
            return self._waiting.popleft() if self._waiting else None

    def run(self, index: int) -> None:
        try:
            self._work(index)
        except Exception as error:
            self._error = error
            self.cancel()
        with self._lock:
            self._unfinished -= 1
            if not self._unfinished:
                self._done.set()

    def cancel(self) -> None:
        """Drop what has not begun; what runs, ends."""
        with self._lock:
            self._unfinished -= len(self._waiting)
            self._waiting.clear()

    def wait(self, seconds: float) -> bool:
        """True when all is done. Raises what the work raised."""
        finished = self._done.wait(seconds)
        if self._error is not None:
            raise self._error
        return finished


class Lane:
    """Threads that work for the jobs given to them. `niceness` as in nice(1), where threads can have their own."""

    def __init__(self, name: str, *, threads: int, niceness: int = 0) -> None:
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()
        for number in range(threads):
            threading.Thread(target=self._serve, args=(niceness,), name=f"{name}-{number}", daemon=True).start()

    def submit(self, work: Work, order: Sequence[int]) -> Job:
        job = Job(work, order)
        if order:
            with self._changed:
                self._jobs.append(job)
                self._changed.notify(len(order))
        return job

    def _serve(self, niceness: int) -> None:
        lower_priority(niceness)
        while True:
            job, index = self._next()
            job.run(index)

    def _next(self) -> tuple[Job, int]:
        with self._changed:
            while True:
                while not self._jobs:
                    self._changed.wait()
                job = self._jobs.popleft()
                index = job.take()
                if index is None:
                    continue
                if job.has_waiting:
                    self._jobs.append(job)
                return job, index


def lower_priority(niceness: int) -> None:
    """For the calling thread only. Linux keeps a niceness per thread; elsewhere it would be the whole process's."""
    if niceness and sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)
