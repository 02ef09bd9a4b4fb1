"""Which vector store this installation uses: named by VECTORS_URL."""

from functools import cache

from ingestion.vectors.embedded import EmbeddedVectorStore
from ingestion.vectors.port import VectorStore
from rapport.config import get_config
from rapport.metrics.timing import timed


@cache
def get_vector_store() -> VectorStore:
    """One per process; it opens nothing yet. Raises ConfigError when VECTORS_URL is incomplete."""
    return timed(_make(), "vectors")


def _make() -> VectorStore:
    config = get_config()
    if config.vectors_url.startswith("embedded:"):
        return EmbeddedVectorStore(config.data_dir / "vectors.sqlite3")
    from ingestion.vectors.weaviate.store import WeaviateVectorStore  # the client is loaded only where it is used

    return WeaviateVectorStore(config.vectors_url)


def check_vectors() -> None:
    """The health page's question."""
    get_vector_store().check()
