"""One conversation's mask: personal data becomes placeholders, and placeholders become what they stand for.

The same value has the same placeholder in every turn of its conversation, and another one in any other: a provider
cannot follow a person from one to the next. Letters only, and no vowels: a placeholder claims no figure, and spells
nothing. Nothing is stored: the mask is made anew from the conversation's own texts with each request.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from uuid import UUID

from agents.llm.port import ChatEvent, ChatMessage, ChatRequest, Citation, Passage, TextDelta, ToolCall
from agents.masking.patterns import OwnPattern, find_personal

_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_SIZE = 6
_PLACEHOLDER = re.compile(
    rf"\[(?P<inner>[A-Z_]+_[{_LETTERS}]{{{_SIZE},}})\]|(?P<bare>[A-Z_]+_[{_LETTERS}]{{{_SIZE},}})"
)
_TAIL = re.compile(r"\[?[A-Z_]{0,48}$")
_ESCAPES = re.compile(r"(\\(?:u[0-9a-fA-F]{4}|.))", re.DOTALL)
_SHORTEST_PART = 4
_IDENTITY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=.*[a-f])[0-9a-f]{16}|[0-9a-f]{64}")
EXPLANATION = (
    "Some values are hidden and stand as [KIND_LETTERS], for example [EMAIL_BCDFGH]. Use a placeholder as the value "
    "itself: write it exactly as it stands, brackets too, in answers and in the arguments of tools. Never invent one."
)


class Piece(NamedTuple):
    """Where a placeholder stands in the masked text, and what it stands for in the original; ends exclusive."""

    start: int
    end: int
    original_start: int
    original_end: int


@dataclass(slots=True)
class Mask:
    """Not shared between threads. `plain`: values that the company itself tells the model; they hide nothing."""

    key: bytes
    own: Sequence[OwnPattern] = ()
    plain: frozenset[str] = frozenset()
    _values: dict[str, str | int | float] = field(default_factory=dict)  # by placeholder
    _pieces: dict[UUID, tuple[Piece, ...]] = field(default_factory=dict)

    def request(self, request: ChatRequest) -> ChatRequest:
        """Everything of it that a contact, a document or a tool said."""
        instructions = "\n".join(part for part in (self.text(request.instructions), EXPLANATION) if part)
        return replace(
            request,
            question=self.text(request.question),
            history=tuple(ChatMessage(each.role, self.text(each.text)) for each in request.history),
            passages=tuple(self._passage(each) for each in request.passages),
            exchange=tuple(self._message(each) for each in request.exchange),
            instructions=instructions,
            about=tuple(replace(each, text=self.text(each.text)) for each in request.about),
        )

    def text(self, text: str) -> str:
        return self._masked(text)[0]

    def json(self, value: Any) -> Any:
        """A JSON value with its texts and its numbers masked, names of members too."""
        match value:
            case str():
                return self._told(value)
            case bool() | None:
                return value
            case int() | float():
                found = find_personal(str(value), self.own)
                is_whole = bool(found) and (found[0].start, found[0].end) == (0, len(str(value)))
                return self._stand_in(found[0].kind, value) if is_whole else value
            case Mapping():
                return {self.text(str(name)): self.json(inner) for name, inner in value.items()}
            case list() | tuple():
                return [self.json(each) for each in value]
        return value

    def redacted(self, value: Any) -> Any:
        """For what is kept to be looked at: parts of hidden values are hidden as well."""
        if isinstance(value, str):
            if _IDENTITY.fullmatch(value):
                return value
            return "•••" if self._is_part(value) else self._told(value)
        if isinstance(value, Mapping):
            return {name: self.redacted(inner) for name, inner in value.items()}
        return [self.redacted(each) for each in value] if isinstance(value, list | tuple) else value

    def restore(self, text: str) -> str:
        """Placeholders that this mask gave become values again; others stay as they are."""
        return _PLACEHOLDER.sub(self._value_of, text) if self._values else text

    def restore_arguments(self, text: str) -> str:
        """The same in a JSON text; one that stood for a number is a number again."""
        try:
            return json.dumps(self._restored(json.loads(text)), ensure_ascii=False)
        except (ValueError, RecursionError):
            return self.restore(text)

    def restoring(self) -> "Restoring":
        return Restoring(self)

    def placed(self, citation: Citation) -> Citation:
        """With its place in the passage as it was before."""
        pieces = self._pieces.get(citation.passage_id, ())
        start, end = _original(citation.start, pieces, is_end=False), _original(citation.end, pieces, is_end=True)
        return replace(citation, start=start, end=end)

    def prefix_held(self, text: str) -> int:
        """How many characters at its end may be the beginning of a placeholder."""
        tail = _TAIL.search(text)
        longest = len(tail.group()) if tail else 0
        return next((size for size in range(longest, 0, -1) if self._begins(text[-size:])), 0)

    def _passage(self, passage: Passage) -> Passage:
        text, pieces = self._masked(passage.text)
        self._pieces[passage.id] = pieces
        heading = tuple(self.text(each) for each in passage.heading_path)
        return replace(passage, title=self.text(passage.title), heading_path=heading, text=text)

    def _message(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """A call, or what came back: contents and arguments are JSON texts as often as not."""
        masked = dict(message)
        if isinstance(message.get("content"), str):
            masked["content"] = self._told(message["content"])
        elif message.get("content"):
            masked["content"] = self.json(message["content"])
        if message.get("tool_calls"):
            masked["tool_calls"] = [self._call(each) for each in message["tool_calls"]]
        return masked

    def _call(self, call: Mapping[str, Any]) -> dict[str, Any]:
        function = dict(call.get("function", {}))
        return {**call, "function": {**function, "arguments": self._told(str(function.get("arguments", "")))}}

    def _told(self, text: str) -> str:
        """A text; where it is JSON, what is in it, and where it is JSON that was cut, between its escapes."""
        if not text.lstrip().startswith(("{", "[", '"')):
            return self.text(text)
        try:
            value = json.loads(text)
            masked = self.json(value)
            return text if masked == value else json.dumps(masked, ensure_ascii=False)
        except (ValueError, RecursionError):
            return "".join(part if place % 2 else self.text(part) for place, part in enumerate(_ESCAPES.split(text)))

    def _masked(self, text: str) -> tuple[str, tuple[Piece, ...]]:
        parts, pieces, at, size = list[str](), list[Piece](), 0, 0
        for found in find_personal(text, self.own):
            value = text[found.start : found.end]
            if value in self.plain:
                continue
            name = self._stand_in(found.kind, value)
            parts += (text[at : found.start], name)
            size += found.start - at + len(name)
            pieces.append(Piece(size - len(name), size, found.start, found.end))
            at = found.end
        return "".join((*parts, text[at:])), tuple(pieces)

    def _stand_in(self, kind: str, value: str | int | float) -> str:
        """Its placeholder; of two values that would have the same one the later has a longer one."""
        spelled = _spelled(self.key, f"{kind}:{value}")
        for size in range(_SIZE, len(spelled)):
            name = f"[{kind}_{spelled[:size]}]"
            if self._values.setdefault(name, value) == value:
                return name
        raise AssertionError("Two values with the same digest.")

    def _restored(self, value: Any) -> Any:
        match value:
            case str():
                whole = self._values.get(value)
                return whole if whole is not None and not isinstance(whole, str) else self.restore(value)
            case Mapping():
                return {self.restore(str(name)): self._restored(inner) for name, inner in value.items()}
            case list():
                return [self._restored(each) for each in value]
        return value

    def _value_of(self, match: re.Match[str]) -> str:
        value = self._values.get(f"[{match['inner'] or match['bare']}]")
        return match.group() if value is None else str(value)

    def _begins(self, tail: str) -> bool:
        """As given, or without brackets, as some models write it; one without them may still go on."""
        return any((name.startswith(tail) and name != tail) or name[1:].startswith(tail) for name in self._values)

    def _is_part(self, text: str) -> bool:
        part = text.casefold()
        return len(part) >= _SHORTEST_PART and any(part in str(value).casefold() for value in self._values.values())


class Restoring:
    """The same in a stream of text, however it is cut, over as many attempts as an answer takes."""

    def __init__(self, mask: Mask) -> None:
        self._mask, self._held = mask, ""

    def events(self, events: Iterable[ChatEvent]) -> Iterator[ChatEvent]:
        for event in events:
            match event:
                case TextDelta(text):
                    yield from _said(self.add(text))
                case Citation():
                    yield self._mask.placed(event)
                case ToolCall():
                    yield from _said(self.rest())
                    yield replace(event, arguments=self._mask.restore_arguments(event.arguments))
                case _:
                    yield from _said(self.rest())
                    yield event

    def add(self, text: str) -> str:
        text = self._held + text
        kept = self._mask.prefix_held(text)
        ready, self._held = (text[:-kept], text[-kept:]) if kept else (text, "")
        return self._mask.restore(ready)

    def rest(self) -> str:
        held, self._held = self._held, ""
        return self._mask.restore(held)


def _said(text: str) -> Iterator[TextDelta]:
    if text:
        yield TextDelta(text)


def _original(place: int, pieces: Sequence[Piece], *, is_end: bool) -> int:
    """Inside a placeholder it is the value's beginning, or its end."""
    shift = 0
    for piece in pieces:
        if place <= piece.start:
            break
        if place < piece.end:
            return piece.original_end if is_end else piece.original_start
        shift = piece.original_end - piece.end
    return place + shift


def _spelled(key: bytes, text: str) -> str:
    number = int.from_bytes(hmac.new(key, text.encode(), hashlib.sha256).digest())
    letters = []
    while number:
        number, rest = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[rest])
    return "".join(letters)
