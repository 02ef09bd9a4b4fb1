"""Acme's knowledge in a test: the real model in this process, real stores, events carried inline."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from agents.retrieval import Retriever
from ingestion.embedding.minilm import MiniLM
from ingestion.embedding.port import EmbeddingModel, Purpose, Vectors
from ingestion.graph.embedded import EmbeddedGraphStore
from ingestion.models import Chunk, Document, DocumentState, DocumentVersion
from ingestion.pipeline.stores import Stores
from ingestion.selectors import DocumentView, get_document
from ingestion.services import SubmittedDocument, ensure_upload_source, submit_document
from ingestion.vectors.embedded import EmbeddedVectorStore
from rapport.events.inline import deliver_now
from tenants.actors import SYSTEM
from tenants.context import tenant_scope


class InProcessEmbedder:
    """The built-in model without its process; remembers which passages it was asked to embed."""

    def __init__(self, model: MiniLM) -> None:
        self._model = model
        self.embedded: list[str] = []

    @property
    def model(self) -> EmbeddingModel:
        return self._model.model

    def embed(self, texts: Sequence[str], *, purpose: Purpose) -> Vectors:
        self.embedded += texts if purpose == "passage" else []
        return self._model.encode(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._model.count_tokens(texts)


@dataclass
class Knowledge:
    """One tenant's documents, from submission to search."""

    tenant_id: UUID
    stores: Stores
    embedder: InProcessEmbedder
    source_id: UUID = field(init=False)

    def __post_init__(self) -> None:
        self.source_id = ensure_upload_source(tenant_id=self.tenant_id, actor=SYSTEM)

    def submit(self, name: str, content: str | bytes) -> SubmittedDocument:
        """Hand the document in; nothing is read yet."""
        return submit_document(
            tenant_id=self.tenant_id,
            actor=SYSTEM,
            source_id=self.source_id,
            name=name,
            content=content.encode() if isinstance(content, str) else content,
        )

    def ingest(self, name: str, content: str | bytes) -> DocumentView:
        """Hand the document in and carry every event through."""
        submitted = self.submit(name, content)
        deliver_now()
        return self.document(submitted.document_id)

    def document(self, document_id: UUID) -> DocumentView:
        return get_document(tenant_id=self.tenant_id, document_id=document_id)

    def found(self, question: str) -> list[str]:
        """Texts of the passages that a search finds, best first."""
        found = Retriever(self.embedder, self.stores.vectors).retrieve(
            tenant_id=self.tenant_id, query=question, limit=5
        )
        return [passage.chunk.text for passage in found.passages]

    def check_whole(self, document_id: UUID) -> None:
        """The document answers with one version, and rows, vectors and graph hold exactly that one."""
        with tenant_scope(self.tenant_id):
            document = Document.objects.get(id=document_id)
            versions = list(DocumentVersion.objects.filter(document_id=document_id))
            chunks = Chunk.objects.filter(document_id=document_id).count()
        assert document.state == DocumentState.READY, (document.state, document.error_code, document.error_message)
        assert [version.id for version in versions] == [document.current_version_id]
        assert chunks == versions[0].chunk_count
        assert self.stores.vectors.version_counts(self.tenant_id, [document_id]) == {
            document_id: {versions[0].id: chunks}
        }
        counts = self.stores.graph.counts_of_versions(self.tenant_id, [versions[0].id])[versions[0].id]
        assert (counts.nodes, counts.edges) == (versions[0].node_count, versions[0].edge_count)


def open_stores(folder: Path, model: MiniLM) -> tuple[Stores, InProcessEmbedder]:
    embedder = InProcessEmbedder(model)
    stores = Stores(
        embedder, EmbeddedVectorStore(folder / "vectors.sqlite3"), EmbeddedGraphStore(folder / "graph.sqlite3")
    )
    stores.vectors.prepare(model_key=embedder.model.key, dimensions=embedder.model.dimensions)
    stores.graph.prepare()
    return stores, embedder
