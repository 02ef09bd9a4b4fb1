"""The embedder and the two projections that the pipeline writes to, made ready once per process."""

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from ingestion.embedding.port import Embedder
from ingestion.graph.port import GraphStore
from ingestion.vectors.port import VectorStore

_making = Lock()


@dataclass(frozen=True, slots=True)
class Stores:
    embedder: Embedder
    vectors: VectorStore
    graph: GraphStore


def get_stores() -> Stores:
    """As the settings name them. Raises what a store raises when it cannot be reached."""
    with _making:
        return _make()


@lru_cache(maxsize=1)
def _make() -> Stores:
    from ingestion.embedding.registry import get_embedder
    from ingestion.graph.registry import get_graph_store
    from ingestion.vectors.registry import get_vector_store

    stores = Stores(get_embedder(), get_vector_store(), get_graph_store())
    model = stores.embedder.model
    stores.vectors.prepare(model_key=model.key, dimensions=model.dimensions)
    stores.graph.prepare()
    return stores
