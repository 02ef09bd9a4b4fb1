"""Where one model's answer broke off and another goes on: what the second says again is said once.

It was told to repeat nothing. A model that does so all the same either begins anew, or begins with the last words said.
"""

SHORTEST = 8  # a shorter overlap may be chance: "the " ends one half and begins the other


class Seam:
    """Holds the first characters back while they may be a repetition of `said`."""

    def __init__(self, said: str) -> None:
        self._said = said
        self._held = ""
        self._is_open = bool(said)

    def pass_on(self, text: str) -> str:
        if not self._is_open:
            return text
        self._held += text
        if self._said.startswith(self._held) or self._held in self._said:
            return ""
        return self.rest()

    def rest(self) -> str:
        """What is held and is no repetition; nothing is held back any more."""
        was_open, self._is_open = self._is_open, False
        held, self._held = self._held, ""
        return held[self._repeated(held) :] if was_open and held else held

    def _repeated(self, held: str) -> int:
        if held.startswith(self._said):
            return len(self._said)
        longest = min(len(held), len(self._said))
        return next((size for size in range(longest, SHORTEST - 1, -1) if self._said.endswith(held[:size])), 0)
