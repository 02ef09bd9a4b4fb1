"""Which embedder a tenant's turns and questions go to. Stores of passages are not asked: they may be away."""

from collections.abc import Callable
from uuid import UUID

from ingestion.embedding.port import Embedder
from ingestion.embedding.registry import find_embedder, get_embedder
from ingestion.embedding.state import recall_answering

EmbedderOf = Callable[[UUID], Embedder]


def embedder_of(tenant_id: UUID) -> Embedder:
    """With the model that answers for the tenant."""
    held = recall_answering(tenant_id, get_embedder().model)
    return find_embedder(held.key, dimensions=held.dimensions)
