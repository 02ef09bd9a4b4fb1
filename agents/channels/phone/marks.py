"""What happened when in a call, as its page draws it: who spoke, when an answer began, and where it was cut off. Pure.

Carriers that are asked for it say when somebody speaks; from the others only the moments are known at which a sentence
was understood, and at which an answer's first word was sent.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from uuid import UUID

MOST_MARKS = 4000  # of a call; what happens after them is in its messages alone


class Kind(StrEnum):
    CALLER_SPEAKS = "caller_on"
    CALLER_SILENT = "caller_off"
    AGENT_SPEAKS = "agent_on"
    AGENT_SILENT = "agent_off"
    ASKED = "asked"  # the turn's question was understood
    FIRST_WORD = "first_word"  # of the turn's answer was sent
    CUT_OFF = "cut_off"  # the caller spoke while it was played


@dataclass(frozen=True, slots=True)
class Mark:
    """`at_ms`: since the call was taken up."""

    at_ms: int
    kind: Kind
    turn_id: UUID | None = None

    def to_stored(self) -> list[object]:
        return [self.at_ms, str(self.kind), self.turn_id.hex if self.turn_id else ""]

    @classmethod
    def from_stored(cls, stored: Sequence[object]) -> Self:
        at_ms, kind, turn = stored
        return cls(int(str(at_ms)), Kind(str(kind)), UUID(hex=str(turn)) if turn else None)


class Clock:
    """Milliseconds since the call was taken up, `lasted` seconds before now."""

    def __init__(self, lasted: float) -> None:
        self._began = time.monotonic() - lasted

    def now_ms(self) -> int:
        return round(1000 * (time.monotonic() - self._began))
