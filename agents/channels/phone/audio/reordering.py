"""Packets in the order of their numbers: what comes late is put in its place, what is lost is passed over. Pure."""

DEPTH = 5  # packets that are held for one that is missing: 100 ms


class Reordering:
    def __init__(self) -> None:
        self._next: int | None = None
        self._held: dict[int, bytes] = {}

    def put(self, number: int, sound: bytes) -> list[bytes]:
        """What is in order by now. A number that was passed on or over does not count again."""
        if self._next is None:
            self._next = number
        if number < self._next:
            return []
        self._held.setdefault(number, sound)
        ready: list[bytes] = []
        while self._held and (self._next in self._held or len(self._held) > DEPTH):
            self._next = self._next if self._next in self._held else min(self._held)
            ready.append(self._held.pop(self._next))
            self._next += 1
        return ready


class Unwrapped:
    """Numbers of 16 bits that begin again after 65,535, as ones that do not."""

    def __init__(self) -> None:
        self._last: int | None = None

    def of(self, number: int) -> int:
        if self._last is None:
            self._last = number + 65536
        else:
            step = (number - self._last + 32768) % 65536 - 32768
            self._last = self._last + step
        return self._last
