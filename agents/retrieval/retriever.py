"""Finds the passages that may answer a question: arms over the tenant's chunks, asked at once, fused by rank.

Takes its embedder and stores as arguments, so it runs anywhere. It never filters by anything but tenant and scope, and
never decides whether a passage answers: that is the model's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol
from uuid import UUID

from agents.retrieval.asking import Asking, ask, begin
from agents.retrieval.fusion import RetrievedPassage, Weighting, choose_weighting, fuse
from agents.retrieval.sentences import rank_by_best_sentence
from ingestion.embedding.port import Embedder, Vectors
from ingestion.parsing.language import detect_question_language
from ingestion.vectors.port import EVERYTHING, Hit, SearchScope, VectorChunk, VectorStore

ARM_DEPTH = 30
SENTENCE_DEPTH = 10  # of each arm's passages, how many are looked at by sentence
SEED_PASSAGES = 3  # how many of the best passages are looked beyond
DEADLINE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for, of whom, and how many. `vector` is None while or when there is none."""

    tenant_id: UUID
    text: str
    limit: int
    scope: SearchScope = EVERYTHING
    vector: Vectors | None = None


class Arm(Protocol):
    """A further way to find chunks, such as the graph. Returns best first, only of this tenant and this scope."""

    def __call__(self, question: Question) -> Sequence[Hit]: ...


class Beyond(Protocol):
    """What is to be found from the best passages of the arms, such as where their pages link to. See Arm."""

    def __call__(self, question: Question, seeds: Sequence[VectorChunk]) -> Sequence[Hit]: ...


@dataclass(frozen=True, slots=True)
class RetrievalResult:
    """Passages best first, and how long each step took. Keys of `timings_ms`: "embed", "dense", "words", "entities"…

    `failed`: arms that could not be asked, and the code of the error. `left`: what fell past the limit, best first.
    """

    query: str
    passages: tuple[RetrievedPassage, ...]
    timings_ms: dict[str, float]
    query_tokens: int
    failed: dict[str, str] = field(default_factory=dict)
    language: str = ""
    left: tuple[RetrievedPassage, ...] = ()


@dataclass(frozen=True, slots=True)
class Retriever:
    """`arms` are asked beside meaning and words, `beyond` after them; both under their names."""

    embedder: Embedder
    vectors: VectorStore
    arms: tuple[tuple[str, Arm], ...] = ()
    beyond: tuple[tuple[str, Beyond], ...] = ()
    deadline_seconds: float = DEADLINE_SECONDS

    def retrieve(
        self,
        *,
        tenant_id: UUID,
        query: str,
        limit: int = 10,
        scope: SearchScope = EVERYTHING,
        weights: Mapping[str, float] | None = None,
        vector: Vectors | None = None,
    ) -> RetrievalResult:
        """The `limit` passages that the arms together rank best; a blank query or an unknown tenant finds none.
        `weights` of arms, beside their own: 2 doubles what one counts, 0 leaves it out. `vector`: the query's, by this
        embedder, where somebody has it already.

        An arm that cannot be asked now (its store or the embedder is away, or takes longer than the deadline) is left
        out and named in `failed`. Raises what is no outage.
        """
        query = query.strip()
        if not query:
            return RetrievalResult(query, (), {}, 0)
        language = detect_question_language(query)
        weighting = choose_weighting(language, self.embedder.model).times(weights or {})
        asking = Asking(self.deadline_seconds)
        tokens = self.ask(asking, Question(tenant_id, query, max(limit, ARM_DEPTH), scope, vector), weighting)
        fused = asking.clock.time("fuse", lambda: fuse(asking.arm_hits(), weighting=weighting, limit=2 * limit))
        return RetrievalResult(
            query, fused[:limit], asking.clock.timings_ms, tokens, asking.failed, language, fused[limit:]
        )

    def ask(self, asking: Asking, question: Question, weighting: Weighting) -> int:
        """Every arm, into `asking`. Returns how many tokens were embedded."""
        meaning = _Meaning(self, question, asking)
        waiting = {"dense": begin("dense", meaning.search)}
        waiting |= {name: begin(name, partial(arm, question)) for name, arm in self.arms}
        search = partial(
            self.vectors.search_words, question.tenant_id, question.text, limit=question.limit, scope=question.scope
        )
        asking.note("words", ask(search))  # needs no vector: asked here, while there is none
        for name, each in waiting.items():
            asking.wait(name, each)
        found = _unique(asking.hits.get(name, ())[:SENTENCE_DEPTH] for name in ("dense", "words"))
        asking.note("sentences", ask(lambda: rank_by_best_sentence(question.text, found)))
        if self.beyond:
            self._look_beyond(asking, question, meaning.vector, weighting)
        return meaning.tokens if "dense" in asking.hits else 0

    def _look_beyond(self, asking: Asking, question: Question, vector: Vectors | None, weighting: Weighting) -> None:
        best = fuse(asking.arm_hits(), weighting=weighting, limit=SEED_PASSAGES)
        seeds = [passage.chunk for passage in best]
        further = Question(question.tenant_id, question.text, question.limit, question.scope, vector)
        waiting = {name: begin(name, partial(each, further, seeds)) for name, each in self.beyond}
        for name, each in waiting.items():
            asking.wait(name, each)


class _Meaning:
    """The dense arm, which runs in a thread of its own: first the question's vector, then its neighbours."""

    def __init__(self, retriever: Retriever, question: Question, asking: Asking) -> None:
        self._retriever, self._question, self._clock = retriever, question, asking.clock
        self.vector: Vectors | None = question.vector
        self.tokens = 0

    def search(self) -> Sequence[Hit]:
        question = self._question
        vector = self.vector = self._embedded() if self.vector is None else self.vector
        search = self._retriever.vectors.search_dense
        return search(question.tenant_id, vector, limit=question.limit, scope=question.scope)

    def _embedded(self) -> Vectors:
        embedder, texts = self._retriever.embedder, [self._question.text]
        vector: Vectors = self._clock.time("embed", lambda: embedder.embed(texts, purpose="query")[0])
        self.tokens = embedder.count_tokens(texts)[0]
        return vector


def _unique(lists: Iterable[Sequence[Hit]]) -> list[VectorChunk]:
    chunks: dict[UUID, VectorChunk] = {}
    for hits in lists:
        chunks |= {hit.chunk.id: hit.chunk for hit in hits}
    return list(chunks.values())
