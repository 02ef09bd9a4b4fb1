"""A second look at the best finds: a port, a reranking API, and the built-in model's own evidence.

It changes the order and nothing else. A reranker that is away leaves the order as it was.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import httpx

from agents.llm.extractive.meaning import MeaningReader
from agents.llm.extractive.questions import read_question
from agents.llm.extractive.ranking import rank_segments
from agents.llm.extractive.words import guess_language
from agents.llm.port import Passage
from ingestion.embedding.port import Embedder
from rapport.errors import Unavailable

TIMEOUT_SECONDS = 5.0
MOST_RERANKED = 10


class RerankerUnavailable(Unavailable):
    code = "reranker_unavailable"


class Reranker(Protocol):
    """Scores passages as answers to a question: one number for each, in their order; more is better, and numbers of two
    calls have nothing to do with each other. Raises RerankerUnavailable."""

    def __call__(self, question: str, passages: Sequence[Passage]) -> list[float]: ...


@dataclass(frozen=True, slots=True)
class RerankApi:
    """`POST url {model, query, documents, top_n}` → `{results: [{index, relevance_score}]}`, as Cohere, Jina, Voyage's
    compatible servers, vLLM and text-embeddings-inference's router speak it."""

    url: str
    model: str = ""
    api_key: str = ""
    timeout_seconds: float = TIMEOUT_SECONDS

    def __call__(self, question: str, passages: Sequence[Passage]) -> list[float]:
        if not passages:
            return []
        texts = [text_of(each) for each in passages]
        body = {"query": question, "documents": texts, "top_n": len(texts)} | (
            {"model": self.model} if self.model else {}
        )
        headers = {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}
        try:
            answer = httpx.post(self.url, json=body, headers=headers, timeout=self.timeout_seconds)
            answer.raise_for_status()
            return _scores(answer.json(), len(texts))
        except (httpx.HTTPError, ValueError, KeyError, TypeError, IndexError) as error:
            raise RerankerUnavailable(
                f"The reranker at RERANK_URL did not answer as it should: {error}"[:300]
            ) from error


class EvidenceReranker:
    """The built-in model's evidence (shared words, kind of answer, meaning of words in context) as a reranker. Takes
    about as long as its answer does."""

    def __init__(self, open_embedder: Callable[[], Embedder]) -> None:
        self._open_embedder = open_embedder

    @cached_property
    def _meaning(self) -> MeaningReader:
        return MeaningReader(self._open_embedder())

    def __call__(self, question: str, passages: Sequence[Passage]) -> list[float]:
        language = guess_language(question)
        ranking = rank_segments(read_question(question, language=language), passages, meaning=self._meaning)
        scores = [0.0] * len(passages)
        for ranked in ranking.ranked:
            scores[ranked.passage] = max(scores[ranked.passage], ranked.share)
        return scores


def text_of(passage: Passage) -> str:
    return "\n".join((" > ".join(dict.fromkeys((passage.title, *passage.heading_path))), passage.text)).strip()


def _scores(answer: dict[str, list[dict[str, float]]], count: int) -> list[float]:
    """Of documents that the server left out, the least."""
    given = {int(each["index"]): float(each["relevance_score"]) for each in answer["results"]}
    if any(not 0 <= index < count for index in given):
        raise ValueError("it named a document that it was not given")
    least = min(given.values(), default=0.0)
    return [given.get(index, least - 1) for index in range(count)]
