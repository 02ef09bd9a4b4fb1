"""A model whose passages are there and whose embedder is not: the settings changed before the tenant has moved."""

from collections.abc import Sequence

from ingestion.embedding.errors import EmbeddingNotConfigured
from ingestion.embedding.port import EmbeddingModel, Purpose, Vectors


class UnreachableEmbedder:
    """Implements `Embedder` by refusing."""

    def __init__(self, model_key: str, dimensions: int) -> None:
        self.model = EmbeddingModel(key=model_key, dimensions=dimensions, max_tokens=0)

    def embed(self, texts: Sequence[str], *, purpose: Purpose) -> Vectors:
        """Raises EmbeddingNotConfigured."""
        raise EmbeddingNotConfigured(self.model.key)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Raises EmbeddingNotConfigured."""
        raise EmbeddingNotConfigured(self.model.key)
