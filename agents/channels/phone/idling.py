"""When nobody says anything: the caller is asked whether they are there, then the call ends. Pure.

A line that plays by itself does not say when it is done, so how long a sentence takes is reckoned from its words.
"""

import time
from collections.abc import Callable

ASK_SECONDS = 12.0  # of silence on both sides, from the end of what was said last
GIVE_UP_SECONDS = 10.0  # more of it, after the question
GREETING_SECONDS = 8.0  # before the first silence counts
SECONDS_A_WORD = 0.38


class Idling:
    """`asked`: the caller was asked since they last did anything."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._quiet_from = clock() + GREETING_SECONDS
        self._speaking: set[bool] = set()  # which sides speak, where the carrier tells
        self.asked = False

    def caller_acts(self) -> None:
        """Says something, or presses a key."""
        self.asked = False
        self.touch()

    def speaks(self, is_caller: bool, is_on: bool) -> None:
        (self._speaking.add if is_on else self._speaking.discard)(is_caller)
        if is_caller:
            self.asked = False
        self._quiet_from = self._clock()

    def says(self, text: str) -> None:
        """It is played after what is still being played."""
        self._quiet_from = max(self._quiet_from, self._clock()) + SECONDS_A_WORD * len(text.split())

    def touch(self) -> None:
        """Something goes on; or what was to be played is not."""
        self._quiet_from = self._clock()

    def is_due(self, *, is_busy: bool) -> bool:
        """The caller is to be asked, or when they were asked the call to end."""
        if is_busy or self._speaking:
            self._quiet_from = max(self._quiet_from, self._clock())
            return False
        return self._clock() - self._quiet_from > (GIVE_UP_SECONDS if self.asked else ASK_SECONDS)
