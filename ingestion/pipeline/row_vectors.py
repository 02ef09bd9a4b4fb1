"""Vectors of passages as rows, by model: in the passage's own row, or beside it while two models are held."""

from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery

from ingestion.embedding.state import lock_shared
from ingestion.models import Chunk, ChunkVector
from tenants.context import tenant_scope

_QUERY_ROWS = 500
T = TypeVar("T")


def has_vector_of(model_key: str) -> Q:
    """A condition on passages."""
    beside = ChunkVector.objects.filter(chunk=OuterRef("id"), model=model_key)
    return Q(embedding_model=model_key, embedding__isnull=False) | Q(Exists(beside))


def with_vectors_of(tenant_id: UUID, rows: Sequence[Chunk], model_key: str) -> list[Chunk]:
    """The rows that have a vector of this model, with it as their own, in order. They are not to be saved."""
    missing = [row for row in rows if row.embedding_model != model_key or row.embedding is None]
    beside = _beside(tenant_id, [row.id for row in missing], model_key) if missing else {}
    for row in missing:
        row.embedding_model, row.embedding = model_key, beside.get(row.id)
    return [row for row in rows if row.embedding is not None]


def _beside(tenant_id: UUID, ids: Sequence[UUID], model_key: str) -> dict[UUID, bytes]:
    found: dict[UUID, bytes] = {}
    with tenant_scope(tenant_id):
        for some in _batches(sorted(ids)):
            rows = ChunkVector.objects.filter(chunk_id__in=some, model=model_key)
            found |= {chunk_id: bytes(vector) for chunk_id, vector in rows.values_list("chunk_id", "vector")}
    return found


def known_vectors(
    tenant_id: UUID, document_ids: Collection[UUID], model_key: str, hashes: Collection[str]
) -> dict[str, bytes]:
    """Vectors that any version of these documents already has, by the hash of what was embedded."""
    known: dict[str, bytes] = {}
    with tenant_scope(tenant_id):
        for some in _batches(sorted(set(hashes))):
            beside = ChunkVector.objects.filter(
                chunk__document_id__in=document_ids, chunk__content_hash__in=some, model=model_key
            )
            known |= {each: bytes(vector) for each, vector in beside.values_list("chunk__content_hash", "vector")}
            own = Chunk.objects.filter(
                document_id__in=document_ids, embedding_model=model_key, content_hash__in=some
            ).exclude(embedding=None)
            known |= {each: bytes(vector or b"") for each, vector in own.values_list("content_hash", "embedding")}
    return known


def delete_passages(*, document_id: UUID | None = None, version_ids: Iterable[UUID] = ()) -> None:
    """Inside a scope and a transaction: a document's passages, or these versions', with all their vectors.

    Whoever adds vectors beside passages holds the tenant's state alone, so that none comes between the two.
    """
    lock_shared()
    passages = Q(document_id=document_id) if document_id else Q(version_id__in=list(version_ids))
    rows = Chunk.objects.filter(passages)
    ChunkVector.objects.filter(chunk_id__in=rows.values("id")).delete()
    rows.delete()


def settle_on(tenant_id: UUID, model_key: str) -> None:
    """Keep this model's vectors only: they move into the passages' own rows, what stood beside goes. Can be stopped
    anywhere and run again; a passage without a vector of this model keeps the one it has."""
    with tenant_scope(tenant_id):
        ids = list(ChunkVector.objects.filter(model=model_key).order_by("chunk_id").values_list("chunk_id", flat=True))
    for some in _batches(ids):
        with tenant_scope(tenant_id):
            vector = ChunkVector.objects.filter(chunk=OuterRef("id"), model=model_key).values("vector")[:1]
            Chunk.objects.filter(id__in=some).filter(Exists(vector)).update(
                embedding=Subquery(vector), embedding_model=model_key
            )
    with tenant_scope(tenant_id):
        ChunkVector.objects.all().delete()


def _batches(values: Sequence[T]) -> Iterable[Sequence[T]]:
    for start in range(0, len(values), _QUERY_ROWS):
        yield values[start : start + _QUERY_ROWS]
