"""The search that turns use in production: the retriever over the stores that the settings name."""

from uuid import UUID

from agents.llm.port import Passage
from agents.retrieval import RetrievalResult, RetrievedPassage, Retriever
from agents.runtime.parts import Arm, Found, FoundPassage
from ingestion.pipeline.stores import get_search_stores
from ingestion.vectors.port import EVERYTHING, SearchScope
from rapport.errors import Unavailable


class ProductSearch:
    """See Search. The stores are opened with the first question, not when the process starts."""

    def __init__(self, scope: SearchScope = EVERYTHING) -> None:
        self._scope = scope

    def retriever_of(self, tenant_id: UUID) -> Retriever:
        """With the embedding model that answers for the tenant now. Raises what a store raises that is away."""
        stores = get_search_stores().of(tenant_id)
        return Retriever(stores.embedder, stores.vectors)

    def __call__(self, *, tenant_id: UUID, query: str, limit: int) -> Found:
        """A store or an embedder that is away is an arm with an error. Raises what is no outage."""
        try:
            retriever = self.retriever_of(tenant_id)
        except Unavailable as error:
            return Found(arms=tuple(Arm(name, 0.0, 0, error.code) for name in ("dense", "words")))
        result = retriever.retrieve(tenant_id=tenant_id, query=query, limit=limit, scope=self._scope)
        return Found(
            passages=tuple(_found(each) for each in result.passages),
            arms=_arms(result),
            embedding_model=retriever.embedder.model.key if result.query_tokens else "",
            embedding_tokens=result.query_tokens,
        )


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
        words_score=words.score if words else None,
    )
    return FoundPassage(
        passage,
        chunk.document_id,
        retrieved.score,
        dense_rank=dense.rank if dense else None,
        words_rank=words.rank if words else None,
    )
