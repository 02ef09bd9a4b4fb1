"""An answer before it is put into a provider's words: pieces, tool calls, tokens."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.providers.behaviour import Behaviour

LENGTH = 8
NO_ANSWER = ("NO", "_ANS", "WER", ".")


@dataclass(frozen=True)
class Counted:
    """Tokens in classes that do not overlap."""

    input: int = 0
    cache_read: int = 0
    cache_write: int = 0
    cache_write_1h: int = 0
    output: int = 0
    reasoning: int = 0

    @property
    def prompt(self) -> int:
        return self.input + self.cache_read + self.cache_write + self.cache_write_1h


@dataclass(frozen=True)
class Answer:
    """`finish` is "stop", "length", "filter" or "tools". Each piece is a token, and so is each piece of arguments."""

    pieces: tuple[str, ...]
    tools: tuple[tuple[str, str], ...]  # (name, arguments)
    counted: Counted
    finish: str


def answer_for(
    behaviour: Behaviour, body: Mapping[str, Any], *, told: Sequence[str], text: Sequence[str] | None, arguments: str
) -> Answer:
    """`told`: what tools gave back; `text`: pieces that the test wants said."""
    tools = () if told else tuple((name, arguments) for name in behaviour.tools)
    pieces = tuple(_pieces(behaviour, told, text)) if not tools else ()
    spoken = len(pieces) + sum(len(cut_up(each)) for _, each in tools)
    return Answer(pieces, tools, _counted(behaviour, body, spoken), "tools" if tools else behaviour.finish)


def _pieces(behaviour: Behaviour, told: Sequence[str], text: Sequence[str] | None) -> Iterator[str]:
    if told and behaviour.tools:
        yield f"The tool says: {told[-1]}."
        return
    if behaviour.is_unknowing:
        yield from NO_ANSWER
        return
    if text is not None:
        yield from text
    else:
        yield from (f"word{number} " for number in range(behaviour.length or LENGTH))
    if behaviour.is_cited:
        yield from ("[", "1", "].")


def cut_up(arguments: str) -> list[str]:
    """Arguments come in pieces, cut where no JSON parser would cut."""
    step = max(1, math.ceil(len(arguments) / 3))
    return [arguments[start : start + step] for start in range(0, len(arguments), step)]


def _counted(behaviour: Behaviour, body: Mapping[str, Any], spoken: int) -> Counted:
    reading, cached, written = behaviour.usage or (prompt_tokens(body), 0, 0)
    return Counted(
        input=reading,
        cache_read=cached,
        cache_write=0 if behaviour.is_hour else written,
        cache_write_1h=written if behaviour.is_hour else 0,
        output=spoken,
        reasoning=behaviour.reasoning,
    )


def prompt_tokens(body: Mapping[str, Any]) -> int:
    """A quarter of the bytes of every text in what a model reads, rounded up: a tokeniser that needs no table."""
    read = [body.get(name) for name in ("messages", "system", "contents", "systemInstruction", "tools")]
    return max(1, math.ceil(sum(len(text.encode()) for text in _texts(read)) / 4))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            if name not in {"role", "type", "cache_control"}:
                yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
