"""What a chat model promises. Callers know only this; which one they get is decided by `agents.llm.gateway`.

A model reads a question with numbered passages and streams an answer that cites them. It never fetches anything, and
never sees a tenant.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol
from uuid import UUID

Role = Literal["user", "assistant"]
FinishReason = Literal["answered", "unknown", "small_talk", "length", "refused", "tool_calls"]
Effort = Literal["", "low", "medium", "high"]  # "" leaves it to the model
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One earlier message of the conversation, oldest first in a request; citation markers are left in its text."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage the model may quote. Its number, as cited, is its place in `ChatRequest.passages`, from 1.

    `dense_score` (cosine) and `words_score` (BM25, ≥ 0) are what retrieval said of it; None: not found by that arm.
    With neither it was not searched for, but handed over because the question asks for it (memory).
    """

    id: UUID
    title: str
    heading_path: tuple[str, ...]
    text: str
    dense_score: float | None = None
    words_score: float | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call in disjoint classes: their sum is everything that was processed."""

    input: int = 0
    cached_read: int = 0
    cache_write: int = 0  # kept for five minutes
    output: int = 0
    reasoning: int = 0
    cache_write_1h: int = 0
    audio_input: int = 0
    audio_output: int = 0
    is_estimated: bool = False  # the provider had not said, so it was reckoned


@dataclass(slots=True)
class UsageMeter:
    """What a call has used so far, kept by the model while it works: an answer that breaks off, or that nobody waits
    for, is charged as far as it came. `told` is None until the provider has begun to answer."""

    told: Usage | None = None
    pieces: int = 0  # that came since, one a token
    is_final: bool = False

    @property
    def usage(self) -> Usage | None:
        """What the provider said, and until it said all, a token for each piece."""
        told = self.told
        if told is None or self.is_final or told.output + told.reasoning >= self.pieces:
            return told
        return replace(told, output=self.pieces - told.reasoning, is_estimated=True)


@dataclass(frozen=True, slots=True)
class AboutContact:
    """What is always told of the contact: a bounded text of one kind, and which version of it (`agents.memory.blocks`).
    `fact_ids`: of the facts that it says."""

    label: str
    text: str
    version: str
    fact_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One answer wanted. `question` is the contact's own words; `passages` are best first and may be empty.

    `model` is the name the implementation goes by ("" = its default); `timeout_seconds` bounds the whole answer.
    `tools` are what whoever asked offers to do itself, in OpenAI's form, and `exchange` what was called and came back
    since the question. A model that cannot call tools ignores both.

    `said`: the answer so far, by another model that broke off; the stream is what comes after it. `prompt`: messages in
    OpenAI's form that are sent as they are, in the place of question, passages and rules: for tasks that are no answer.
    `effort`, `caches_prompt` and `compacts` are asked of providers that have them. `about`: what is known of whoever
    asks. `meter` is kept up to date.
    """

    question: str
    passages: tuple[Passage, ...] = ()
    history: tuple[ChatMessage, ...] = ()
    instructions: str = ""
    model: str = ""
    max_output_tokens: int = 1024
    timeout_seconds: float = 60.0
    language: str = ""  # ISO 639-1 of the answer; "" = the question's
    tools: tuple[Json, ...] = ()
    tool_choice: Json | str | None = None
    exchange: tuple[Json, ...] = ()
    said: str = ""
    prompt: tuple[Json, ...] = ()
    effort: Effort = ""
    caches_prompt: bool = True
    compacts: bool = False
    about: tuple[AboutContact, ...] = ()
    meter: UsageMeter = field(default_factory=UsageMeter, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More of the answer, in order. Citation markers such as "[1]" are part of the text."""

    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Marker `[marker]` names this passage. `start` and `end` are the quoted characters of its text (end exclusive)."""

    marker: int
    passage_id: UUID
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The model wants this done by whoever asked, and goes on when it is told what came of it. `arguments` is JSON.
    `signature`: of the thoughts that led to it, which its provider wants back with the call."""

    id: str
    name: str
    arguments: str
    signature: str = ""

    def to_json(self) -> dict[str, Any]:
        """In OpenAI's form; the signature where Google's OpenAI-compatible service has it."""
        call = {"id": self.id, "type": "function", "function": {"name": self.name, "arguments": self.arguments}}
        return call | {"extra_content": {"google": {"thought_signature": self.signature}}} if self.signature else call


def signature_in(call: Json) -> str:
    """Of a call in OpenAI's form; "" without one, or with one that is no text."""
    extra = call.get("extra_content")
    google = extra.get("google") if isinstance(extra, Mapping) else None
    found = google.get("thought_signature") if isinstance(google, Mapping) else None
    return found if isinstance(found, str) else ""


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event of every complete stream. `confidence`: probability that the answer is right, or None."""

    reason: FinishReason
    confidence: float | None = None


ChatEvent = TextDelta | Citation | ToolCall | Usage | Finished


class ChatModel(Protocol):
    """Streams one answer. Safe to call from several threads; closing the iterator stops the work behind it.

    Order: `TextDelta`s, each marker's `Citation` once and before `Usage`; then `ToolCall`s; `Usage` exactly once;
    `Finished` last.
    A stream that cannot be completed raises an error of `agents.llm.errors`; what was streamed before it stands.
    """

    @property
    def name(self) -> str:
        """What answers when a request names no model; goes into traces and prices."""
        ...

    def stream(self, request: ChatRequest) -> Iterator[ChatEvent]: ...


class FollowUpResolver(Protocol):
    """Rewrites a question that leans on the conversation into one that stands alone; used before retrieval."""

    def __call__(self, question: str, history: Sequence[ChatMessage]) -> str: ...
