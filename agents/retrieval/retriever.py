"""Finds the passages that may answer a question: two arms over the tenant's chunks, asked at once, fused by rank.

Takes its embedder and store as arguments, so it runs anywhere. It never filters by anything but tenant and scope, and
never decides whether a passage answers: that is the model's.
"""

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID

from agents.retrieval.fusion import ArmHit, RetrievedPassage, fuse
from ingestion.embedding.port import Embedder
from ingestion.vectors.port import EVERYTHING, Hit, SearchScope, VectorStore
from rapport.errors import Unavailable

T = TypeVar("T")

ARM_DEPTH = 30
ARM_WEIGHTS = {"dense": 1.0, "words": 1.0, "graph": 0.5}


@dataclass(frozen=True, slots=True)
class RetrievalResult:
    """Passages best first, and how long each step took. Keys of `timings_ms`: "embed", "dense", "words", "graph"…

    `failed`: arms that could not be asked, and the code of the error.
    """

    query: str
    passages: tuple[RetrievedPassage, ...]
    timings_ms: dict[str, float]
    query_tokens: int
    failed: dict[str, str] = field(default_factory=dict)


class Arm(Protocol):
    """A further way to find chunks, such as the graph. Returns best first, at most `limit`, only of this tenant."""

    def __call__(self, *, tenant_id: UUID, query: str, limit: int, scope: SearchScope) -> Sequence[Hit]: ...


@dataclass(frozen=True, slots=True)
class Retriever:
    """`further_arms` join the fusion under their names. `expand` may add neighbours to the fused list (same tenant)."""

    embedder: Embedder
    vectors: VectorStore
    further_arms: tuple[tuple[str, Arm], ...] = ()
    expand: Callable[[UUID, tuple[RetrievedPassage, ...]], tuple[RetrievedPassage, ...]] | None = None

    def retrieve(
        self, *, tenant_id: UUID, query: str, limit: int = 10, scope: SearchScope = EVERYTHING
    ) -> RetrievalResult:
        """The `limit` passages that the arms together rank best; a blank query or an unknown tenant finds none.

        An arm that cannot be asked now (its store or the embedder is away) is left out and named in `failed`. Raises
        what is no outage.
        """
        query = query.strip()
        if not query:
            return RetrievalResult(query, (), {}, 0)
        asking = _Asking()
        depth = max(limit, ARM_DEPTH)
        search_words = partial(self.vectors.search_words, tenant_id, query, limit=depth, scope=scope)
        words = _threads(os.getpid()).submit(_ask, search_words)  # needs no vector: begins before there is one
        tokens = self._ask_dense(asking, tenant_id, query, depth, scope)
        asking.note("words", words.result())
        for name, arm in self.further_arms:
            asking.note(name, _ask(partial(arm, tenant_id=tenant_id, query=query, limit=depth, scope=scope)))
        clock = asking.clock
        passages = clock.time("fuse", lambda: fuse(_arm_hits(asking.hits), weights=ARM_WEIGHTS, limit=limit))
        if self.expand is not None:
            passages = self.expand(tenant_id, passages)
        return RetrievalResult(query, passages, clock.timings_ms, tokens, asking.failed)

    def _ask_dense(self, asking: "_Asking", tenant_id: UUID, query: str, depth: int, scope: SearchScope) -> int:
        """Returns how many tokens were embedded."""
        try:
            vector = asking.clock.time("embed", lambda: self.embedder.embed([query], purpose="query")[0])
            tokens = self.embedder.count_tokens([query])[0]
        except Unavailable as error:
            asking.failed["dense"] = error.code
            return 0
        asking.note("dense", _ask(partial(self.vectors.search_dense, tenant_id, vector, limit=depth, scope=scope)))
        return tokens


@lru_cache(maxsize=1)
def _threads(process: int) -> ThreadPoolExecutor:
    """For the arms that are asked beside the caller's own; threads do not cross a fork. There are as many as questions
    at once, up to a bound that no process comes to."""
    return ThreadPoolExecutor(64, thread_name_prefix="search")


class _Answer(NamedTuple):
    """What an arm said, and after how long; `error`: the code of the outage that kept it from being asked."""

    milliseconds: float
    hits: Sequence[Hit]
    error: str = ""


def _ask(search: Callable[[], Sequence[Hit]]) -> _Answer:
    started = time.perf_counter()
    try:
        hits = search()
    except Unavailable as error:
        return _Answer(_milliseconds(started), (), error.code)
    return _Answer(_milliseconds(started), hits)


def _arm_hits(hits: dict[str, Sequence[Hit]]) -> list[ArmHit]:
    return [
        ArmHit(arm, rank, hit.score, hit.chunk)
        for arm, found in hits.items()
        for rank, hit in enumerate(found, start=1)
    ]


class _Asking:
    """What the arms found, and which could not be asked."""

    def __init__(self) -> None:
        self.clock = _Clock()
        self.hits: dict[str, Sequence[Hit]] = {}
        self.failed: dict[str, str] = {}

    def note(self, name: str, answer: _Answer) -> None:
        self.clock.timings_ms[name] = answer.milliseconds
        if answer.error:
            self.failed[name] = answer.error
        else:
            self.hits[name] = answer.hits


class _Clock:
    """Wall-clock milliseconds per step."""

    def __init__(self) -> None:
        self.timings_ms: dict[str, float] = {}

    def time(self, name: str, step: Callable[[], T]) -> T:
        started = time.perf_counter()
        try:
            return step()
        finally:
            self.timings_ms[name] = _milliseconds(started)


def _milliseconds(since: float) -> float:
    return round((time.perf_counter() - since) * 1000, 3)
