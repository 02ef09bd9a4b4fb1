"""A small company's pages of our own making, and an answer gathered from its events."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

import numpy as np

from agents.llm.port import ChatModel, ChatRequest, Citation, Finished, Passage, TextDelta, Usage
from ingestion.embedding.minilm import MiniLM
from ingestion.embedding.port import EmbeddingModel, Purpose, TokenStates, Vectors

PLACE = UUID("0190b3a0-0000-7000-8000-00000000000a")


class VectorsOnly:
    """The built-in embedder as the plain port shows it: no token states."""

    def __init__(self, model: MiniLM) -> None:
        self.minilm = model

    @property
    def model(self) -> EmbeddingModel:
        return self.minilm.model

    def embed(self, texts: Sequence[str], *, purpose: Purpose) -> Vectors:
        return self.minilm.encode(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self.minilm.count_tokens(texts)


class InProcessEmbedder(VectorsOnly):
    def embed_tokens(self, texts: Sequence[str]) -> list[TokenStates]:
        return self.minilm.embed_tokens(texts)


def passage(title: str, text: str, *heading_path: str) -> Passage:
    return Passage(uuid5(PLACE, title + text), title, heading_path, text)


SHOP = (
    passage(
        "Delivery",
        "Standard delivery takes 3 days within Germany and costs 4.90 euros. Parcels to Norway need 8 days. "
        "We hand them to the carrier every evening at six.",
    ),
    passage(
        "Returns",
        "You may return what you bought within 30 days. The refund is paid to the card that you paid with. "
        "Opened food cannot be returned because of hygiene rules.",
    ),
    passage(
        "Setting up the lamp",
        "Connect the lamp\n\nBring the lamp and your phone into one room. Then do this:\n\n"
        "1. Hold the button for five seconds.\n2. Open the app and choose Add a lamp.\n3. Wait for the green light.\n\n"
        "Update the firmware\n\nConnect a cable and run the updater:\n\nlampctl update --latest\nlampctl restart\n\n"
        "The lamp restarts twice.",
    ),
    passage("The company", "Ada Moss founded the shop in Bremen in 2011. It has 42 employees."),
)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as its events told it."""

    text: str
    citations: tuple[Citation, ...]
    usage: Usage
    finished: Finished

    def quotes(self, passages: Sequence[Passage]) -> list[str]:
        by_id = {each.id: each for each in passages}
        return [by_id[c.passage_id].text[c.start : c.end] for c in self.citations]


def answer(model: ChatModel, request: ChatRequest) -> Answered:
    events = list(model.stream(request))
    assert isinstance(events[-2], Usage)
    assert isinstance(events[-1], Finished)
    return Answered(
        "".join(event.text for event in events if isinstance(event, TextDelta)),
        tuple(event for event in events if isinstance(event, Citation)),
        events[-2],
        events[-1],
    )


def scored(passages: Sequence[Passage], question: str, minilm: MiniLM) -> tuple[Passage, ...]:
    """The passages best first with their cosine, as retrieval would hand them over."""
    vectors = minilm.encode([question, *(f"{each.title}\n{each.text}" for each in passages)])
    cosines = vectors[1:] @ vectors[0]
    return tuple(
        Passage(p.id, p.title, p.heading_path, p.text, dense_score=float(cosines[i]))
        for i, p in ((int(i), passages[int(i)]) for i in np.argsort(-cosines))
    )
