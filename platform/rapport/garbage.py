"""What a process has loaded is not looked through for garbage again and again.

A full collection looks at every object: some 60 to 110 ms in a web process that has loaded its pages, during which it
answers nobody and passes no word on. Most of those objects live as long as the process. Whatever outlives one of its
first full collections is left alone from then on.
"""

import gc
from collections.abc import Mapping

ROUNDS = 8
"""Full collections that leave alone what outlives them. What is at work at that moment is left alone, too, though it
becomes garbage later: so it is done a few times only."""


class _Freezing:
    """Called by the collector before and after each collection, while rounds are left."""

    def __init__(self) -> None:
        self.left: int | None = None

    def begin(self, rounds: int) -> None:
        if self.left is None:
            self.left = rounds
            gc.callbacks.append(self)

    def __call__(self, phase: str, collected: Mapping[str, int]) -> None:
        if self.left and phase == "stop" and collected["generation"] == 2:
            gc.freeze()
            self.left -= 1
            if self.left == 0:
                gc.callbacks.remove(self)


_freezing = _Freezing()


def leave_alone_what_lives(rounds: int = ROUNDS) -> None:
    """From the process's next full collection on; asked for again, nothing changes."""
    _freezing.begin(rounds)
