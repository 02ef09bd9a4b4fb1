"""What a vector store promises. It is a projection of the `Chunk` rows: it can be dropped and rebuilt at any time.

A store keeps a collection for each embedding model; an object that was prepared for one knows only that.

Every call names the tenant first; an implementation keeps tenants in separate partitions and never filters by an OR of
tenants. Ids, document ids and version ids are matched exactly.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from ingestion.embedding.port import Vectors


@dataclass(frozen=True, slots=True)
class VectorChunk:
    """One searchable passage. `id` is uuid5(tenant, document, version, ordinal): writing it twice changes nothing."""

    id: UUID
    document_id: UUID
    version_id: UUID
    source_id: UUID
    ordinal: int
    title: str
    heading_path: tuple[str, ...]
    text: str
    language: str  # ISO 639-1, "" when unknown


@dataclass(frozen=True, slots=True)
class HeldChunk:
    """That the store holds a chunk, and whose it says it is: what a comparison with the rows needs."""

    id: UUID
    document_id: UUID
    version_id: UUID


@dataclass(frozen=True, slots=True)
class SearchScope:
    """Which chunks may be found. Empty tuples mean "no restriction"; filled fields are ANDed, their members ORed."""

    source_ids: tuple[UUID, ...] = ()
    document_ids: tuple[UUID, ...] = ()


EVERYTHING = SearchScope()


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found by one arm. `score`: cosine (-1..1) for the dense arm, BM25 (≥ 0, unbounded) for the words arm."""

    chunk: VectorChunk
    score: float


class VectorStore(Protocol):
    """Semantics that every implementation is put to in `tests/contract/`. Safe to call from several threads.

    - `upsert` is all or error: if any object was not written it raises `VectorWriteFailed` naming the failed ids;
      what was written may stay (the caller retries the whole batch, ids are deterministic).
    - A completed `upsert` or delete is visible to the next call of any process.
    - Searches return best first, ties by id; at most `limit`; an unknown tenant is empty, never an error. Each is one
      arm; callers fuse them (`agents.retrieval`).
    - Unreachable store: `VectorStoreUnavailable` (retryable).
    """

    def prepare(self, *, model_key: str, dimensions: int) -> None:
        """From now on this object reads and writes the collection of this model, made where it is missing; another
        model's stands beside it, and no call ever meets both. Raises `VectorSchemaMismatch` when the collection of this
        name is of another shape."""
        ...

    def list_models(self) -> dict[str, int]:
        """Key → dimensions of the models whose collection is there; at least all of which the store holds anything."""
        ...

    def drop(self) -> None:
        """Remove the prepared model's collection, with everything of every tenant; `prepare` makes it anew."""
        ...

    def check(self) -> None:
        """Does it answer, and may we ask it? Within some seconds. Raises what a call would raise."""
        ...

    def incarnation(self) -> str:
        """Another value once what holds the data was started again, and may have lost what was not yet on its disk; ""
        when that cannot be said. Raises as `check`."""
        ...

    def upsert(self, tenant_id: UUID, chunks: Sequence[VectorChunk], vectors: Vectors) -> None: ...

    def search_dense(
        self, tenant_id: UUID, vector: Vectors, *, limit: int, scope: SearchScope = EVERYTHING
    ) -> list[Hit]: ...

    def search_words(
        self, tenant_id: UUID, query: str, *, limit: int, scope: SearchScope = EVERYTHING
    ) -> list[Hit]: ...

    def fetch(self, tenant_id: UUID, ids: Iterable[UUID]) -> dict[UUID, VectorChunk]: ...

    def version_counts(self, tenant_id: UUID, document_ids: Sequence[UUID]) -> dict[UUID, dict[UUID, int]]:
        """Document id → version id → number of chunks the store holds of it; a document without any is left out."""
        ...

    def delete_versions(self, tenant_id: UUID, versions: Sequence[tuple[UUID, UUID]]) -> int:
        """Remove the chunks of each (document id, version id); returns how many there were. What is not there is 0, not
        an error."""
        ...

    def delete_document(self, tenant_id: UUID, document_id: UUID) -> int: ...

    def delete_tenant(self, tenant_id: UUID) -> None: ...

    def count(self, tenant_id: UUID) -> int: ...

    def list_tenants(self, *, after: UUID | None = None, limit: int = 1000) -> list[UUID]:
        """Tenants of whom the store holds anything, in the order of their ids, beginning after `after`."""
        ...

    def list_chunks(self, tenant_id: UUID, *, after: UUID | None = None, limit: int = 1000) -> list[HeldChunk]:
        """What the store holds, in the order of the ids, beginning after `after`; an unknown tenant holds nothing."""
        ...

    def delete_chunks(self, tenant_id: UUID, ids: Sequence[UUID]) -> int:
        """Remove these chunks; returns how many there were."""
        ...
