"""The embedder and the two projections that the pipeline writes to, made ready once per process.

Which embedding model answers is a tenant's own matter: `of(tenant_id)` gives its embedder with its collection, so that
a question is embedded by the model of the passages that it meets. Who only searches takes `get_search_stores`: answers
need no graph, and go on while it is away.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock
from uuid import UUID

from ingestion.embedding.port import Embedder
from ingestion.embedding.state import Held, read_answering, recall_answering
from ingestion.graph.port import GraphStore
from ingestion.vectors.port import VectorStore

_making_search, _making = Lock(), Lock()  # a graph that does not answer must not make searches wait


@dataclass(frozen=True, slots=True)
class Models:
    """Every embedding model that passages may be held by: the embedder and the collection of each, made once."""

    embedder: Callable[[Held], Embedder]
    collection: Callable[[Held], VectorStore]


@dataclass(frozen=True, slots=True)
class SearchStores:
    """`embedder` and `vectors` belong together. Without `models` they are everybody's."""

    embedder: Embedder
    vectors: VectorStore
    models: Models | None = None

    def of(self, tenant_id: UUID) -> "SearchStores":
        """With the model that answers for this tenant, or did a second ago."""
        if self.models is None:
            return self
        model = recall_answering(tenant_id, self.embedder.model)
        return SearchStores(self.models.embedder(model), self.models.collection(model))


@dataclass(frozen=True, slots=True)
class Stores:
    """See SearchStores."""

    embedder: Embedder
    vectors: VectorStore
    graph: GraphStore
    models: Models | None = None

    def of(self, tenant_id: UUID) -> "Stores":
        """With the model that answers for this tenant now."""
        return self if self.models is None else self.by(read_answering(tenant_id, self.embedder.model).model)

    def by(self, model: Held) -> "Stores":
        """With this model."""
        if self.models is None or model.key == self.embedder.model.key:
            return self
        return replace(self, embedder=self.models.embedder(model), vectors=self.models.collection(model))

    def holding(self, tenant_id: UUID) -> Sequence[VectorStore]:
        """Every collection that may hold passages of the tenant: what is removed leaves them all."""
        if self.models is None:
            return [self.vectors]
        return [self.by(each).vectors for each in read_answering(tenant_id, self.embedder.model).held]

    def all_collections(self) -> Sequence[VectorStore]:
        """Every model's that the vector store has."""
        if self.models is None:
            return [self.vectors]
        return [self.by(Held(*each)).vectors for each in sorted(self.vectors.list_models().items())]


def get_search_stores() -> SearchStores:
    """As the settings name them. Raises what the embedder or the vector store raises when it cannot be reached."""
    with _making_search:
        return _make_search()


def get_stores() -> Stores:
    """As the settings name them. Raises what a store raises when it cannot be reached."""
    with _making:
        return _make()


@lru_cache(maxsize=1)
def _make_search() -> SearchStores:
    from ingestion.embedding.registry import find_embedder, get_embedder
    from ingestion.vectors.registry import get_collection

    embedder = get_embedder()
    models = Models(
        embedder=lambda model: find_embedder(model.key, dimensions=model.dimensions),
        collection=lambda model: get_collection(model.key, model.dimensions),
    )
    model = Held(embedder.model.key, embedder.model.dimensions)
    return SearchStores(embedder, models.collection(model), models)


@lru_cache(maxsize=1)
def _make() -> Stores:
    from ingestion.graph.registry import get_graph_store

    graph = get_graph_store()
    graph.prepare()
    search = get_search_stores()
    return Stores(search.embedder, search.vectors, graph, search.models)
