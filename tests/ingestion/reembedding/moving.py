"""A tenant that moves from the built-in model to another, as tests look at it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from agents.retrieval import Retriever
from billing.events import DOCUMENT_EMBEDDED
from ingestion.embedding.port import Embedder
from ingestion.embedding.state import Held, read_answering
from ingestion.models import Chunk, Document
from ingestion.reembedding.filling import Advance
from ingestion.reembedding.run import Moved, reembed
from ingestion.vectors.port import VectorStore
from rapport.events.models import OutboxEvent
from tenants.context import tenant_scope
from tests.ingestion.knowledge import Knowledge


def ignore(_: Advance) -> None:
    return None


@dataclass
class Moving:
    knowledge: Knowledge
    target: Embedder

    @property
    def tenant_id(self) -> UUID:
        return self.knowledge.tenant_id

    @property
    def old(self) -> Held:
        return Held(self.knowledge.embedder.model.key, self.knowledge.embedder.model.dimensions)

    @property
    def new(self) -> Held:
        return Held(self.target.model.key, self.target.model.dimensions)

    def move(self, *, back: bool = False, on_progress: Callable[[Advance], None] = ignore) -> Moved:
        return reembed(self.tenant_id, self.old if back else self.new, self.knowledge.stores, on_progress=on_progress)

    def collection(self, model: Held) -> VectorStore:
        return self.knowledge.stores.by(model).vectors

    def answering(self) -> str:
        return read_answering(self.tenant_id, self.knowledge.embedder.model).model.key

    def hits(self, question: str) -> list[str]:
        """What the retriever finds by the model that answers now."""
        stores = self.knowledge.stores.of(self.tenant_id)
        found = Retriever(stores.embedder, stores.vectors).retrieve(tenant_id=self.tenant_id, query=question)
        assert not found.failed
        assert all("dense" in each.arms or "words" in each.arms for each in found.passages)
        return [each.chunk.text for each in found.passages]

    def rows(self) -> set[UUID]:
        with tenant_scope(self.tenant_id):
            return set(Chunk.objects.values_list("id", flat=True))

    def held(self, model: Held) -> set[UUID]:
        return {each.id for each in self.collection(model).list_chunks(self.tenant_id)}

    def document(self, name: str) -> Document:
        with tenant_scope(self.tenant_id):
            return Document.objects.get(external_id=name)

    def told_tokens(self, model: Held) -> int:
        """What the ledger is told of embedding by this model."""
        payloads = OutboxEvent.objects.filter(tenant_id=self.tenant_id).values_list("payload", flat=True)
        told = [each["data"] for each in payloads if each["type"] == DOCUMENT_EMBEDDED]
        return sum(each["tokens"] for each in told if each["model"] == model.key)
