"""Tool calls that come in pieces, as OpenAI's protocol streams them: by index, the arguments cut anywhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agents.llm.port import ToolCall

MOST_CALLS = 32
LONGEST_ARGUMENTS = 64_000


@dataclass(slots=True)
class _Open:
    id: str = ""
    name: str = ""
    arguments: str = ""


class ToolCallPieces:
    """`add` takes each piece of the stream, `whole` gives the calls when it has ended. False while there is none."""

    def __init__(self) -> None:
        self._calls: dict[int, _Open] = {}

    def __bool__(self) -> bool:
        return bool(self._calls)

    def add(self, piece: Mapping[str, Any]) -> None:
        """What is beyond the limits is left out: the caller's parser would not take it either."""
        for choice in piece.get("choices") or ():
            for each in (choice.get("delta") or {}).get("tool_calls") or ():
                index = int(each.get("index") or 0)
                if index in self._calls or len(self._calls) < MOST_CALLS:
                    _join(self._calls.setdefault(index, _Open()), each)

    def whole(self) -> Iterator[ToolCall]:
        for index, call in sorted(self._calls.items()):
            yield ToolCall(call.id or f"call_{index}", call.name, call.arguments or "{}")


def _join(call: _Open, piece: Mapping[str, Any]) -> None:
    function = piece.get("function") or {}
    call.id = piece.get("id") or call.id
    call.name = call.name or function.get("name") or ""
    call.arguments = (call.arguments + (function.get("arguments") or ""))[:LONGEST_ARGUMENTS]
