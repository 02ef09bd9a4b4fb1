"""The embedder and the two projections that the pipeline writes to, made ready once per process.

Who only searches takes `get_search_stores`: answers need no graph, and go on while it is away.
"""

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from ingestion.embedding.port import Embedder
from ingestion.graph.port import GraphStore
from ingestion.vectors.port import VectorStore

_making_search, _making = Lock(), Lock()  # a graph that does not answer must not make searches wait


@dataclass(frozen=True, slots=True)
class SearchStores:
    embedder: Embedder
    vectors: VectorStore


@dataclass(frozen=True, slots=True)
class Stores:
    embedder: Embedder
    vectors: VectorStore
    graph: GraphStore


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
    from ingestion.embedding.registry import get_embedder
    from ingestion.vectors.registry import get_vector_store

    stores = SearchStores(get_embedder(), get_vector_store())
    model = stores.embedder.model
    stores.vectors.prepare(model_key=model.key, dimensions=model.dimensions)
    return stores


@lru_cache(maxsize=1)
def _make() -> Stores:
    from ingestion.graph.registry import get_graph_store

    graph = get_graph_store()
    graph.prepare()
    search = get_search_stores()
    return Stores(search.embedder, search.vectors, graph)
