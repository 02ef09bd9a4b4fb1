"""Which vector store this installation uses: named by VECTORS_URL."""

from functools import cache

from ingestion.vectors.embedded import EmbeddedVectorStore
from ingestion.vectors.port import VectorStore
from rapport.config import ConfigError, get_config


@cache
def get_vector_store() -> VectorStore:
    """One per process. Raises ConfigError naming VECTORS_URL for a store that this version does not have."""
    config = get_config()
    if config.vectors_url.startswith("embedded:"):
        return EmbeddedVectorStore(config.data_dir / "vectors.sqlite3")
    raise ConfigError("This version has only the embedded vector store: set VECTORS_URL=embedded:")
