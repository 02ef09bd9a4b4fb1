"""What brings a call's sound here and takes ours away. Sound is µ-law, see `mulaw`."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Sound:
    """In order, of any length."""

    mulaw: bytes


@dataclass(frozen=True, slots=True)
class Key:
    """A key was pressed."""

    digit: str


@dataclass(frozen=True, slots=True)
class Reached:
    """All that was sent before this mark was played, or cleared."""

    mark: str


Arrived = Sound | Key | Reached


class Transport(Protocol):
    """`receive` gives None when the line is closed; sending to a closed one does nothing. `has_marks`: it plays what it
    is sent by itself, and tells how far it is. `is_continuous`: it wants a frame every 20 ms, silence too."""

    has_marks: bool
    is_continuous: bool

    async def receive(self) -> Arrived | None: ...

    async def send(self, frame: bytes) -> None:
        """20 ms."""

    async def mark(self, name: str) -> None: ...

    async def clear(self) -> None:
        """What was sent and is not played yet is dropped."""

    async def close(self) -> None:
        """Hangs up."""
