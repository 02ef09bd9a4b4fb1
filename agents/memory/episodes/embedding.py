"""Which embedder a tenant's turns and questions go to. Stores of passages are not asked: they may be away."""

from collections.abc import Callable
from uuid import UUID

from ingestion.embedding.port import Embedder
from ingestion.embedding.registry import find_embedder, get_embedder
from ingestion.embedding.state import Held, forget, recall_answering

EmbedderOf = Callable[[UUID], Embedder]
# Past turns keep the vectors of the model before until the night: a question may go on asking with it for a while.
SECONDS_ASKED_WITH = 300.0


def embedder_of(tenant_id: UUID) -> Embedder:
    """With the model that answers for the tenant."""
    return _found(recall_answering(tenant_id, get_embedder().model))


def asking_embedder_of(tenant_id: UUID) -> Embedder:
    """For questions: with the model that answers, or did lately."""
    return _found(recall_answering(tenant_id, get_embedder().model, seconds=SECONDS_ASKED_WITH))


def _found(held: Held) -> Embedder:
    return find_embedder(held.key, dimensions=held.dimensions)


def ask_anew(tenant_id: UUID) -> None:
    """Its model does not answer: it may be gone because another one answers now."""
    forget(tenant_id)
