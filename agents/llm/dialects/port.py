"""What a provider's dialect promises to `agents.llm.http_model`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from agents.llm.port import ChatRequest, Json, Usage

Ending = Literal["", "stop", "length", "refused"]


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request. `path` is relative to the provider's base address."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """More text."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolPiece:
    """More of the tool call of that index; `id`, `name` and `signature` come with its first piece."""

    index: int
    id: str
    name: str
    arguments: str
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Traits:
    """What the model understands, of what a dialect can say. Nothing is sent that the model would refuse."""

    has_effort: bool = False
    has_prompt_caching: bool = False
    has_compaction: bool = False
    takes_temperature: bool = True
    counts_reasoning: bool = False  # its output limit is called max_completion_tokens


class Reader(Protocol):
    """Reads one answer's events in order. `usage` is what was said of tokens so far, None before anything was; `ending`
    is "" until the answer has ended."""

    usage: Usage | None
    ending: Ending

    def read(self, event: Json) -> Iterator[Said | ToolPiece]: ...


class Dialect(Protocol):
    """`provider` is OpenTelemetry's name of it."""

    provider: str

    def call(self, request: ChatRequest, *, model: str, api_key: str, traits: Traits) -> Call: ...

    def reader(self) -> Reader: ...

    def trouble(self, event: Json) -> str | None:
        """An error in the middle of the stream: "overloaded" or "failed"; None when the event is none."""
        ...
