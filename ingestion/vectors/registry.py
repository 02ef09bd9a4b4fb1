"""Which vector store this installation uses: named by VECTORS_URL."""

from functools import cache
from threading import Lock

from ingestion.vectors.embedded import EmbeddedVectorStore
from ingestion.vectors.port import VectorStore
from rapport.config import get_config
from rapport.metrics.timing import timed

_collections: dict[str, VectorStore] = {}
_opening = Lock()


@cache
def get_vector_store() -> VectorStore:
    """The store as such, for questions about none of its collections. It opens nothing yet. Raises ConfigError when
    VECTORS_URL is incomplete."""
    return timed(_make(), "vectors")


def get_collection(model_key: str, dimensions: int) -> VectorStore:
    """The model's collection, made where it is missing; one object a process. Raises what `prepare` raises."""
    with _opening:
        if model_key not in _collections:
            store = timed(_make(), "vectors")
            store.prepare(model_key=model_key, dimensions=dimensions)
            _collections[model_key] = store
        return _collections[model_key]


def _make() -> VectorStore:
    config = get_config()
    if config.vectors_url.startswith("embedded:"):
        return EmbeddedVectorStore(config.data_dir / "vectors.sqlite3")
    from ingestion.vectors.weaviate.store import WeaviateVectorStore  # the client is loaded only where it is used

    return WeaviateVectorStore(config.vectors_url)


def check_vectors() -> None:
    """The health page's question."""
    get_vector_store().check()
