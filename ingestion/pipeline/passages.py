"""Chunks with their vectors as rows: what is known by its hash is reused, the rest is embedded batch by batch.

A run that was killed finds its own batches again: nothing is embedded twice.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

import numpy as np
from django.db import transaction
from django.db.models import F

from ingestion.chunking.chunk import TextChunk
from ingestion.embedding.port import Embedder, Vectors
from ingestion.models import Chunk, DocumentVersion
from tenants.context import tenant_scope

_BATCH = 64  # passages embedded in one call: enough to fill the model, soon enough to show progress
_QUERY_BATCH = 500


@dataclass(frozen=True, slots=True)
class Version:
    """The ids that every step needs."""

    tenant_id: UUID
    source_id: UUID
    document_id: UUID
    version_id: UUID


def chunk_id(version: Version, ordinal: int) -> UUID:
    """The same for the same passage of the same version, so that writing twice changes nothing."""
    return uuid5(version.tenant_id, f"{version.document_id}:{version.version_id}:{ordinal}")


def save_passages(
    version: Version, chunks: Sequence[TextChunk], embedder: Embedder, *, on_progress: Callable[[int], None]
) -> list[Chunk]:
    """Write every passage's row with its vector; returns the rows in order. Raises what the embedder raises."""
    known: dict[str, bytes] = {}
    present: set[int] = set()
    if _has_rows(version):
        known, present = _known_vectors(version, chunks, embedder.model.key), _present(version, chunks)
    rows: list[Chunk] = []
    for batch in _batches(chunks):
        new = [chunk for chunk in batch if chunk.content_hash not in known]
        vectors = _embed(new, embedder)
        known |= {chunk.content_hash: vector.tobytes() for chunk, vector in zip(new, vectors, strict=True)}
        saved = [_row(version, chunk, embedder.model.key, known[chunk.content_hash]) for chunk in batch]
        _save(version, [row for row in saved if row.ordinal not in present], new)
        rows += saved
        on_progress(len(rows))
    return rows


def vectors_of(rows: Sequence[Chunk], dimensions: int) -> Vectors:
    """Shape (len(rows), dimensions), float32."""
    joined = b"".join(bytes(row.embedding or b"") for row in rows)
    return np.frombuffer(joined, dtype="<f4").reshape(len(rows), dimensions)


def _batches(chunks: Sequence[TextChunk]) -> Iterator[Sequence[TextChunk]]:
    for start in range(0, len(chunks), _BATCH):
        yield chunks[start : start + _BATCH]


def _has_rows(version: Version) -> bool:
    """False for a document's first run: the usual case, and then nothing else need be asked."""
    with tenant_scope(version.tenant_id):
        return Chunk.objects.filter(document_id=version.document_id).exists()


def _known_vectors(version: Version, chunks: Sequence[TextChunk], model_key: str) -> dict[str, bytes]:
    """Vectors that any version of this document already has, by the hash of what was embedded."""
    hashes = sorted({chunk.content_hash for chunk in chunks})
    known: dict[str, bytes] = {}
    with tenant_scope(version.tenant_id):
        for start in range(0, len(hashes), _QUERY_BATCH):
            found = Chunk.objects.filter(
                document_id=version.document_id,
                embedding_model=model_key,
                content_hash__in=hashes[start : start + _QUERY_BATCH],
            ).exclude(embedding=None)
            known |= {digest: bytes(vector or b"") for digest, vector in found.values_list("content_hash", "embedding")}
    return known


def _present(version: Version, chunks: Sequence[TextChunk]) -> set[int]:
    """Ordinals that an earlier run of this version saved. If it cut the text otherwise, its rows go first."""
    expected = {chunk.ordinal: chunk.content_hash for chunk in chunks}
    with tenant_scope(version.tenant_id), transaction.atomic():
        rows = Chunk.objects.filter(version_id=version.version_id)
        saved = dict(rows.values_list("ordinal", "content_hash"))
        if all(expected.get(ordinal) == digest for ordinal, digest in saved.items()):
            return set(saved)
        rows.delete()
    return set()


def _embed(chunks: Sequence[TextChunk], embedder: Embedder) -> Vectors:
    if not chunks:
        return np.empty((0, embedder.model.dimensions), dtype=np.float32)
    vectors = embedder.embed([chunk.embedded_text for chunk in chunks], purpose="passage")
    return np.ascontiguousarray(vectors, dtype="<f4")


def _row(version: Version, chunk: TextChunk, model_key: str, vector: bytes) -> Chunk:
    return Chunk(
        id=chunk_id(version, chunk.ordinal),
        tenant_id=version.tenant_id,
        document_id=version.document_id,
        version_id=version.version_id,
        ordinal=chunk.ordinal,
        text=chunk.text,
        heading_path=list(chunk.heading_path),
        anchor=chunk.anchor[:200],
        char_start=chunk.char_start,
        char_end=chunk.char_end,
        token_count=chunk.token_count,
        content_hash=chunk.content_hash,
        embedding_model=model_key,
        embedding=vector,
    )


def _save(version: Version, rows: list[Chunk], embedded: Sequence[TextChunk]) -> None:
    """Rows and the count of what was embedded commit together, so that usage is exact however often a run dies."""
    if not rows and not embedded:
        return
    with tenant_scope(version.tenant_id), transaction.atomic():
        Chunk.objects.bulk_create(rows)
        if embedded:
            DocumentVersion.objects.filter(id=version.version_id).update(
                embedded_count=F("embedded_count") + len(embedded),
                embedded_tokens=F("embedded_tokens") + sum(chunk.token_count for chunk in embedded),
            )
