"""Which embedder this installation uses: named by EMBEDDINGS_URL."""

from functools import lru_cache
from threading import Lock

from ingestion.embedding.port import Embedder
from rapport.config import Config, get_config
from rapport.metrics.timing import timed

_making = Lock()


def get_embedder() -> Embedder:
    """The process's embedder, safe for its threads. Raises EmbeddingsUrlInvalid and EmbeddingModelMissing."""
    with _making:
        return _make()


@lru_cache(maxsize=1)
def _make() -> Embedder:
    return timed(make_embedder(get_config()), "embedder")


def make_embedder(config: Config) -> Embedder:
    """`builtin:` talks to the process at DATA_DIR/embedder.sock, and starts it where none runs."""
    if not config.embeddings_url.startswith("builtin:"):
        from ingestion.embedding.openai_compatible import OpenAICompatibleEmbedder

        return OpenAICompatibleEmbedder.from_url(config.embeddings_url)
    from ingestion.embedding.client import BuiltinEmbedder

    return BuiltinEmbedder(config.data_dir / "embedder.sock", autostart=True)
