"""A chat model and a search that do what they are told: small real implementations of ports, for tests of turns."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from agents.llm.port import ChatEvent, ChatMessage, ChatRequest, Citation, Finished, Passage, TextDelta, Usage
from agents.retrieval import ArmEvidence
from agents.runtime.parts import Arm, Found, FoundPassage, Parts, SearchPlan
from agents.tracing.recorder import current_span
from rapport.ids import new_id
from rapport.streams.registry import get_stream_store

Script = Callable[[ChatRequest], Iterator[ChatEvent]]
WORDS = "Standard delivery takes 3 days within Germany."


def quote_first(request: ChatRequest) -> Iterator[ChatEvent]:
    """Quotes the first passage whole; says that it does not know when there is none."""
    yield from _answer(request, request.passages[0].text if request.passages else "")


def _answer(request: ChatRequest, quote: str) -> Iterator[ChatEvent]:
    if not quote:
        yield TextDelta("I do not know.")
        yield Usage(input=20, output=4)
        yield Finished("unknown", 0.1)
        return
    for word in quote.split(" "):
        yield TextDelta(f"{word} ")
    yield TextDelta("[1]")
    yield Citation(1, request.passages[0].id, 0, len(quote))
    yield Usage(input=120, cached_read=30, output=12, reasoning=2)
    yield Finished("answered", 0.9)


@dataclass
class ScriptedModel:
    """Runs its script; remembers what it was asked and in which span it ran."""

    script: Script = quote_first
    requests: list[ChatRequest] = field(default_factory=list)
    spans: list[str] = field(default_factory=list)
    name: str = "builtin-scripted"

    def stream(self, request: ChatRequest) -> Iterator[ChatEvent]:
        self.requests.append(request)
        span = current_span()
        self.spans.append(span.name if span else "")
        return self.script(request)


@dataclass
class ScriptedSearch:
    """Finds the same passages for every question."""

    texts: Sequence[str] = (WORDS,)
    queries: list[str] = field(default_factory=list)
    document_id: UUID = field(default_factory=new_id)

    def __call__(self, *, tenant_id: UUID, query: str, plan: SearchPlan) -> Found:
        self.queries.append(query)
        passages = tuple(
            FoundPassage(
                Passage(new_id(), "Delivery", ("Shipping",), text, dense_score=0.8, words_score=7.5),
                self.document_id,
                score=1 / rank,
                arms={"dense": ArmEvidence(rank, 0.8), "words": ArmEvidence(rank, 7.5)},
            )
            for rank, text in enumerate(self.texts, start=1)
        )
        return Found(passages, (Arm("dense", 1.5, len(passages)),), "minilm-test", 9)


def resolve_with_last(question: str, history: Sequence[ChatMessage]) -> str:
    """Puts the last question before this one, as a follow-up resolver might."""
    earlier = [message.text for message in history if message.role == "user"]
    return f"{earlier[-1]} {question}" if earlier else question


def scripted_parts(script: Script = quote_first, *, texts: Sequence[str] = (WORDS,)) -> Parts:
    return Parts(ScriptedModel(script), ScriptedSearch(texts), get_stream_store(), resolve_with_last)
