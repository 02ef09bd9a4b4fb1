"""Tool calls that come in pieces, as providers stream them: by index, the arguments cut anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass

from agents.llm.dialects.port import ToolPiece
from agents.llm.port import ToolCall

MOST_CALLS = 32
LONGEST_ARGUMENTS = 64_000
LONGEST_SIGNATURE = 64_000


@dataclass(slots=True)
class _Open:
    id: str = ""
    name: str = ""
    arguments: str = ""
    signature: str = ""


class ToolCallPieces:
    """`add` takes each piece of the stream, `whole` gives the calls when it has ended. False while there is none."""

    def __init__(self) -> None:
        self._calls: dict[int, _Open] = {}

    def __bool__(self) -> bool:
        return bool(self._calls)

    def add(self, piece: ToolPiece) -> None:
        """What is beyond the limits is left out: the caller's parser would not take it either."""
        if piece.index not in self._calls and len(self._calls) >= MOST_CALLS:
            return
        call = self._calls.setdefault(piece.index, _Open())
        call.id = piece.id or call.id
        call.name = call.name or piece.name
        call.signature = call.signature or piece.signature
        call.arguments = (call.arguments + piece.arguments)[:LONGEST_ARGUMENTS]

    def whole(self) -> Iterator[ToolCall]:
        for index, call in sorted(self._calls.items()):
            signature = call.signature if len(call.signature) <= LONGEST_SIGNATURE else ""
            yield ToolCall(call.id or f"call_{index}", call.name, call.arguments or "{}", signature)
