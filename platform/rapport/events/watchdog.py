"""Noticing that something stands still although there is work: by what it achieves, not by what it says."""

import time
from collections.abc import Callable

from rapport.errors import Unavailable

CHECK_SECONDS = 5.0


class ConsumerStuck(Unavailable):
    """Records wait and none comes: the consumer is made anew."""

    code = "consumer_stuck"


class Watchdog:
    """`behind` counts what waits; it is asked only while nothing happens, and at most every few seconds."""

    def __init__(
        self, behind: Callable[[], int], *, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.behind = behind
        self.seconds = seconds
        self.clock = clock
        self.progressed()

    def progressed(self) -> None:
        """Something was achieved, or there is nothing that could be."""
        self._moved_at = self._checked_at = self.clock()
        self._waited = 0

    def check(self) -> None:
        """Raises ConsumerStuck when as much as before, or more, has been waiting for too long."""
        now = self.clock()
        if now - self._checked_at < min(CHECK_SECONDS, self.seconds):
            return
        self._checked_at = now
        waiting = self.behind()
        if not waiting or waiting < self._waited:
            self.progressed()
        self._waited = waiting
        if waiting and now - self._moved_at >= self.seconds:
            self.progressed()
            raise ConsumerStuck(f"{waiting} events wait in the log and none came for {self.seconds:.0f} seconds.")
