"""Chunks with their vectors as rows: what is known by its hash is reused, the rest is embedded batch by batch.

A run that was killed finds its own batches again: nothing is embedded twice.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid5

import numpy as np
from django.db import connection, transaction

from ingestion.chunking.chunk import TextChunk
from ingestion.embedding.paying import reserve_passages
from ingestion.embedding.port import Embedder, Vectors
from ingestion.models import Chunk, DocumentVersion
from ingestion.pipeline.inserting import insert_chunks
from ingestion.pipeline.row_vectors import delete_passages, known_vectors
from tenants.context import tenant_scope

_BATCH = 64  # passages embedded in one call: enough to fill the model, soon enough to show progress


@dataclass(frozen=True, slots=True)
class Version:
    """The ids that every step needs."""

    tenant_id: UUID
    source_id: UUID
    document_id: UUID
    version_id: UUID


@dataclass(slots=True)
class Passages:
    """A version's passages on their way into rows. `known`: vectors that the document already has, by hash; `present`:
    ordinals whose rows an earlier run saved; `embedded_tokens`: of those that the ledger does not know yet."""

    version: Version
    chunks: Sequence[TextChunk]
    known: dict[str, bytes] = field(default_factory=dict)
    present: set[int] = field(default_factory=set)
    embedded_tokens: int = 0
    rows: list[Chunk] = field(default_factory=list)


Pair = tuple[Passages, TextChunk]

_COUNT_EMBEDDED = f"""
UPDATE {DocumentVersion._meta.db_table}
SET embedded_count = embedded_count + %s, embedded_tokens = embedded_tokens + %s WHERE id = %s
"""  # noqa: S608  the name is ours


def chunk_id(version: Version, ordinal: int) -> UUID:
    """The same for the same passage of the same version, so that writing twice changes nothing."""
    return uuid5(version.tenant_id, f"{version.document_id}:{version.version_id}:{ordinal}")


def save_passages(
    tenant_id: UUID, parts: Sequence[Passages], embedder: Embedder, *, on_progress: Callable[[int], None]
) -> None:
    """Write every passage's row with its vector and fill each part's `rows`, in order. Raises as the embedder does, and
    BudgetExhausted before a batch that the company's budget does not pay for; those before it stay."""
    _look_up_known(tenant_id, parts, embedder.model.key)
    done = 0
    for batch in _batches([(part, chunk) for part in parts for chunk in part.chunks]):
        new = [(part, chunk) for part, chunk in batch if chunk.content_hash not in part.known]
        _reserve(tenant_id, new, embedder)
        for (part, chunk), vector in zip(new, _embed([chunk for _, chunk in new], embedder), strict=True):
            part.known[chunk.content_hash] = vector.tobytes()
        saved = [(part, _row(part, chunk, embedder.model.key)) for part, chunk in batch]
        for part, chunk in new:
            part.embedded_tokens += chunk.token_count
        _save(tenant_id, [row for part, row in saved if row.ordinal not in part.present], new)
        for part, row in saved:
            part.rows.append(row)
        done += len(batch)
        on_progress(done)


def vectors_of(rows: Sequence[Chunk], dimensions: int) -> Vectors:
    """Shape (len(rows), dimensions), float32."""
    joined = b"".join(bytes(row.embedding or b"") for row in rows)
    return np.frombuffer(joined, dtype="<f4").reshape(len(rows), dimensions)


def _batches(pairs: Sequence[Pair]) -> Iterator[Sequence[Pair]]:
    for start in range(0, len(pairs), _BATCH):
        yield pairs[start : start + _BATCH]


def _look_up_known(tenant_id: UUID, parts: Sequence[Passages], model_key: str) -> None:
    """One question for the usual case, that none of these documents was ever read."""
    for part in parts:
        part.rows.clear()
    ids = [part.version.document_id for part in parts]
    with tenant_scope(tenant_id):
        read_before = set(Chunk.objects.filter(document_id__in=ids).values_list("document_id", flat=True).distinct())
    for part in parts:
        if part.version.document_id in read_before:
            part.known, part.present = _known_vectors(part, model_key), _present(part, model_key)


def _known_vectors(part: Passages, model_key: str) -> dict[str, bytes]:
    hashes = {chunk.content_hash for chunk in part.chunks}
    return known_vectors(part.version.tenant_id, [part.version.document_id], model_key, hashes)


def _present(part: Passages, model_key: str) -> set[int]:
    """Ordinals that an earlier run of this version saved. If it cut the text otherwise, or took another model, its rows
    go first."""
    expected = {chunk.ordinal: chunk.content_hash for chunk in part.chunks}
    with tenant_scope(part.version.tenant_id), transaction.atomic():
        rows = Chunk.objects.filter(version_id=part.version.version_id)
        saved = rows.values_list("ordinal", "content_hash", "embedding_model")
        if all(expected.get(ordinal) == digest and model == model_key for ordinal, digest, model in saved):
            return {ordinal for ordinal, _, _ in saved}
        delete_passages(version_ids=[part.version.version_id])
    return set()


def _reserve(tenant_id: UUID, new: Sequence[Pair], embedder: Embedder) -> None:
    """Of each version what is embedded and not told to the ledger yet, and what is about to be."""
    if not new:
        return
    tokens = {part.version.version_id: part.embedded_tokens for part, _ in new}
    for part, chunk in new:
        tokens[part.version.version_id] += chunk.token_count
    reserve_passages(embedder, tokens, tenant_id=tenant_id)


def _embed(chunks: Sequence[TextChunk], embedder: Embedder) -> Vectors:
    if not chunks:
        return np.empty((0, embedder.model.dimensions), dtype=np.float32)
    vectors = embedder.embed([chunk.embedded_text for chunk in chunks], purpose="passage")
    return np.ascontiguousarray(vectors, dtype="<f4")


def _row(part: Passages, chunk: TextChunk, model_key: str) -> Chunk:
    version = part.version
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
        embedding=part.known[chunk.content_hash],
    )


def _save(tenant_id: UUID, rows: list[Chunk], embedded: Sequence[Pair]) -> None:
    """Rows and the count of what was embedded commit together, so that usage is exact however often a run dies."""
    if not rows and not embedded:
        return
    with tenant_scope(tenant_id), transaction.atomic():
        insert_chunks(rows)
        if embedded:
            _count_embedded(embedded)


def _count_embedded(embedded: Sequence[Pair]) -> None:
    chunks: Counter[UUID] = Counter()
    tokens: Counter[UUID] = Counter()
    for part, chunk in embedded:
        chunks[part.version.version_id] += 1
        tokens[part.version.version_id] += chunk.token_count
    pk = DocumentVersion._meta.pk
    with connection.cursor() as cursor:  # one CASE over all versions costs more than to insert their passages
        cursor.executemany(
            _COUNT_EMBEDDED,
            [
                (chunks[version_id], tokens[version_id], pk.get_db_prep_value(version_id, connection))
                for version_id in sorted(chunks)
            ],
        )
