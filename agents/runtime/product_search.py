"""The search that turns use in production: the retriever over the stores that the settings name."""

import time
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from agents.llm.port import Passage
from agents.retrieval import ArmEvidence, RetrievalResult, RetrievedPassage, Retriever
from agents.retrieval.asking import milliseconds
from agents.retrieval.graph import GraphArms
from agents.retrieval.reranking import MOST_RERANKED, EvidenceReranker, RerankApi, Reranker, RerankerUnavailable
from agents.runtime.parts import Arm, Found, FoundPassage, SearchPlan
from ingestion.embedding.paying import buying_query
from ingestion.embedding.port import Embedder
from ingestion.graph.registry import get_graph_store
from ingestion.pipeline.stores import get_search_stores
from ingestion.vectors.port import EVERYTHING, SearchScope
from rapport.config import get_config
from rapport.errors import Unavailable

RERANKER = "reranker"


class ProductSearch:
    """See Search. The stores are opened with the first question, not when the process starts."""

    def __init__(self, scope: SearchScope = EVERYTHING) -> None:
        self._scope = scope

    def retriever_of(self, tenant_id: UUID) -> Retriever:
        """With the embedding model that answers for the tenant now. Raises what a store raises that is away."""
        stores = get_search_stores().of(tenant_id)
        graph = GraphArms(get_graph_store, stores.vectors)
        return Retriever(
            stores.embedder,
            stores.vectors,
            arms=(("entities", graph.search_entities),),
            beyond=(("links", graph.follow_links),),
            deadline_seconds=get_config().search_deadline_seconds,
        )

    def __call__(self, *, tenant_id: UUID, query: str, plan: SearchPlan) -> Found:
        """A store or an embedder that is away is an arm with an error. Raises what is no outage."""
        try:
            retriever = self.retriever_of(tenant_id)
        except Unavailable as error:
            return Found(arms=tuple(Arm(name, 0.0, 0, error.code) for name in ("dense", "words")))
        sources = tuple(
            each for each in plan.source_ids if each in self._scope.source_ids or not self._scope.source_ids
        )
        scope = replace(self._scope, source_ids=sources) if plan.source_ids else self._scope
        known = plan.embedded
        result = retriever.retrieve(
            tenant_id=tenant_id,
            query=query,
            limit=plan.limit,
            scope=scope,
            weights=_arm_weights(plan.weights),
            vector=known.vector if known and known.model == retriever.embedder.model.key else None,
        )
        passages = tuple(_found(each) for each in (*result.passages, *result.left))
        passages, second = _look_again(plan.reranker, query, passages, retriever)
        return Found(
            passages=passages,
            arms=(*_arms(result), *second),
            embedding_model=retriever.embedder.model.key if result.query_tokens else "",
            embedding_tokens=result.query_tokens,
        )


def search_aside(search: ProductSearch, *, tenant_id: UUID, query: str, limit: int) -> RetrievalResult:
    """A search that no turn bears: its question is paid for by itself, and goes by words where no budget pays for that.
    Outside of any transaction. Raises what a store raises that is away."""
    retriever = search.retriever_of(tenant_id)
    with buying_query(retriever.embedder, query, tenant_id=tenant_id, step="embed_query") as bought:
        paying = replace(retriever, embedder=bought.embedder)
        result = paying.retrieve(tenant_id=tenant_id, query=query, limit=limit)
        bought.tokens = result.query_tokens
    return result


def _look_again(
    kind: str, query: str, passages: tuple[FoundPassage, ...], retriever: Retriever
) -> tuple[tuple[FoundPassage, ...], tuple[Arm, ...]]:
    """The best passages in the reranker's order; as they were when it is away, which the trace says."""
    if kind == "none" or not passages:
        return passages, ()
    best, others = passages[:MOST_RERANKED], passages[MOST_RERANKED:]
    started = time.perf_counter()
    try:
        scores = _reranker(kind, retriever)(query, [each.passage for each in best])
    except Unavailable as error:
        return passages, (Arm(RERANKER, milliseconds(started), 0, error.code),)
    order = sorted(range(len(best)), key=lambda place: (-scores[place], place))
    looked_at = tuple(
        replace(best[place], arms={**best[place].arms, RERANKER: ArmEvidence(rank, scores[place])})
        for rank, place in enumerate(order, start=1)
    )
    return (*looked_at, *others), (Arm(RERANKER, milliseconds(started), len(best)),)


def _reranker(kind: str, retriever: Retriever) -> Reranker:
    """Raises RerankerUnavailable."""
    if kind == "model":
        return _evidence_reranker(retriever.embedder)
    config = get_config()
    if not config.rerank_url:
        raise RerankerUnavailable("This installation has no reranking API: set RERANK_URL.")
    return RerankApi(config.rerank_url, config.rerank_model, config.rerank_api_key)


_evidence_rerankers: dict[str, EvidenceReranker] = {}


def _evidence_reranker(embedder: Embedder) -> EvidenceReranker:
    """It remembers what it has read; one for each embedding model."""
    return _evidence_rerankers.setdefault(embedder.model.key, EvidenceReranker(lambda: embedder))


def _arm_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """An agent's three: sentences are words, mentions and links are the graph."""
    words, graph = weights.get("words", 1.0), weights.get("graph", 1.0)
    return {
        "dense": weights.get("dense", 1.0),
        "words": words,
        "sentences": words,
        "entities": graph,
        "links": graph,
    }


def _arms(result: RetrievalResult) -> tuple[Arm, ...]:
    return tuple(
        Arm(name, milliseconds, sum(name in passage.arms for passage in result.passages), result.failed.get(name, ""))
        for name, milliseconds in (dict.fromkeys(result.failed, 0.0) | result.timings_ms).items()
    )


def _found(retrieved: RetrievedPassage) -> FoundPassage:
    chunk, dense, words = retrieved.chunk, retrieved.arms.get("dense"), retrieved.arms.get("words")
    passage = Passage(
        id=chunk.id,
        title=chunk.title,
        heading_path=chunk.heading_path,
        text=chunk.text,
        dense_score=dense.score if dense else None,
        words_score=words.score if words else None if dense else 0.0,  # found by neither: by the graph, not given
    )
    return FoundPassage(passage, chunk.document_id, retrieved.score, retrieved.arms)
