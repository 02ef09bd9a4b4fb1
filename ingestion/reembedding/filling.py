"""Filling the new model's collection: what has no vector of it is embedded, what the collection lacks is written.

Vectors are rows before they are objects: a run that was killed embeds nothing twice. What a passage's text was is known
by its hash.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from django.db import transaction

from ingestion.chunking.chunk import hash_text, text_to_embed
from ingestion.embedding.errors import TextTooLong
from ingestion.embedding.port import Embedder
from ingestion.errors import StoresDisagree
from ingestion.models import Chunk, ChunkVector
from ingestion.pipeline.finishing import tell_embedded
from ingestion.pipeline.passages import Version
from ingestion.pipeline.row_vectors import known_vectors, with_vectors_of
from ingestion.pipeline.stores import Stores
from ingestion.projections import truth
from ingestion.projections.steps import Task
from ingestion.projections.vectors import write_rows
from ingestion.reembedding.claim import Claim, lock_claimed, tell_progress
from ingestion.reembedding.errors import PassageTooLong
from tenants.context import tenant_scope

DOCUMENTS = 20  # looked at together
BATCH = 64  # passages embedded in one call
_MOST_HALVINGS = 10  # of the room for title and headings


@dataclass(frozen=True, slots=True)
class Advance:
    """Passages that have the new model's vector, as far as was looked; all there are; those that this run computed."""

    done: int
    total: int
    embedded: int


@dataclass(slots=True)
class Filler:
    """`filled`: versions that the new collection was found to hold. `settles`: see `tell_progress`."""

    claim: Claim
    stores: Stores  # the new model's
    total: int
    on_progress: Callable[[Advance], None]
    filled: set[UUID] = field(default_factory=set)
    settles: bool = False
    done: int = 0
    underway: int = 0  # of the documents that are looked at, passages whose vectors are rows by now
    embedded: int = 0

    def fill_all(self) -> None:
        """Every version that answers now. Raises what the embedder and the store raise."""
        after: UUID | None = None
        while documents := truth.list_answering(self.claim.tenant_id, after=after, limit=DOCUMENTS):
            self._fill(documents)
            after = documents[-1].ids.document_id

    def fill_versions(self, versions: Collection[UUID]) -> None:
        """Those of these that still answer."""
        wanted = sorted(versions)
        for start in range(0, len(wanted), DOCUMENTS):
            some = wanted[start : start + DOCUMENTS]
            self._fill(truth.list_answering(self.claim.tenant_id, after=None, limit=DOCUMENTS, versions=some))

    def _fill(self, documents: Sequence[truth.Answering]) -> None:
        tenant_id, key = self.claim.tenant_id, self.claim.model.key
        versions = [each.ids.version_id for each in documents]
        passages = truth.load_passages(tenant_id, versions, with_vectors=True)
        rows = [row for version in versions for row in passages[version]]
        ready = {row.id for row in with_vectors_of(tenant_id, rows, key)}
        self._embed([row for row in rows if row.id not in ready])
        sizes = {each.ids: len(passages[each.ids.version_id]) for each in documents}
        lacking = {ids.version_id for ids in sizes} - self._whole(sizes)
        self._write([row for row in rows if row.version_id in lacking])
        whole = self._whole(sizes)
        self._refuse_missing({ids.version_id for ids in sizes} - whole)
        self.filled |= whole
        self.done, self.underway = self.done + sum(size for ids, size in sizes.items() if ids.version_id in whole), 0
        self._tell()

    def _whole(self, sizes: dict[Version, int]) -> set[UUID]:
        """Versions of which the collection holds as many passages as there are."""
        held = self.stores.vectors.version_counts(self.claim.tenant_id, [ids.document_id for ids in sizes])
        return {
            ids.version_id
            for ids, size in sizes.items()
            if held.get(ids.document_id, {}).get(ids.version_id, 0) == size
        }

    def _refuse_missing(self, versions: set[UUID]) -> None:
        """What was replaced or removed meanwhile is not missed."""
        if truth.still_answering(self.claim.tenant_id, versions) if versions else False:
            raise StoresDisagree("The vector store does not hold what was just written to it.")

    def _write(self, rows: Sequence[Chunk]) -> None:
        usable = with_vectors_of(self.claim.tenant_id, rows, self.claim.model.key)
        write_rows(Task(self.claim.tenant_id, self.stores, mends=True), usable)

    def _embed(self, rows: Sequence[Chunk]) -> None:
        """The same text in several passages is computed once."""
        if not rows:
            return
        documents, hashes = {row.document_id for row in rows}, {row.content_hash for row in rows}
        known = known_vectors(self.claim.tenant_id, documents, self.claim.model.key, hashes)
        for batch in _batches(rows):
            new = {row.content_hash: row for row in batch if row.content_hash not in known}
            tokens = dict(zip(new, self._compute(list(new.values()), known), strict=True))
            self._save(batch, known, [(row, tokens[each]) for each, row in new.items()])
            self.embedded, self.underway = self.embedded + len(new), self.underway + len(batch)
            self._tell()

    def _compute(self, rows: Sequence[Chunk], known: dict[str, bytes]) -> list[int]:
        """Adds the rows' vectors to `known`; returns the tokens of each."""
        if not rows:
            return []
        tokens, vectors = embed_texts(self.stores.embedder, rows)
        known |= {row.content_hash: vector.tobytes() for row, vector in zip(rows, vectors, strict=True)}
        return tokens

    def _save(self, batch: Sequence[Chunk], known: dict[str, bytes], computed: Sequence[tuple[Chunk, int]]) -> None:
        """Vectors and what they cost commit together. A passage that went meanwhile gets none."""
        tenant_id, key = self.claim.tenant_id, self.claim.model.key
        with tenant_scope(tenant_id), transaction.atomic():
            lock_claimed(self.claim)
            there = set(Chunk.objects.filter(id__in=[row.id for row in batch]).values_list("id", flat=True))
            ChunkVector.objects.bulk_create(
                [
                    ChunkVector(chunk_id=row.id, model=key, vector=known[row.content_hash])
                    for row in batch
                    if row.id in there
                ],
                ignore_conflicts=True,
            )
            _tell_costs(tenant_id, key, computed)

    def _tell(self) -> None:
        done = self.done + self.underway
        total = max(self.total, done)
        tell_progress(self.claim, done=done, total=total, embedded=self.embedded, settles=self.settles)
        self.on_progress(Advance(done, total, self.embedded))


def embed_texts(embedder: Embedder, rows: Sequence[Chunk]) -> tuple[list[int], list[np.ndarray]]:
    """Tokens and vectors of the passages. Raises PassageTooLong, and what the embedder raises."""
    texts = [text_of(row) for row in rows]
    try:
        tokens = embedder.count_tokens(texts)
        return tokens, list(np.ascontiguousarray(embedder.embed(texts, purpose="passage"), dtype="<f4"))
    except TextTooLong as error:
        raise PassageTooLong(
            f"A passage of {rows[error.index].document.external_id!r} has {error.tokens} tokens, "
            f"{embedder.model.key} reads {error.max_tokens}. Choose a model that reads more."
        ) from None


def text_of(row: Chunk) -> str:
    """What was embedded for the passage: under its title, or under none, and these cut by as much as it took."""
    texts = (
        text_to_embed(title=title, heading_path=row.heading_path, text=row.text, shrink=2**halvings)
        for title in (row.document.title, "")
        for halvings in range(_MOST_HALVINGS)
    )
    whole = text_to_embed(title=row.document.title, heading_path=row.heading_path, text=row.text)
    return next((text for text in texts if hash_text(text) == row.content_hash), whole)


def _tell_costs(tenant_id: UUID, model_key: str, computed: Sequence[tuple[Chunk, int]]) -> None:
    chunks: Counter[Version] = Counter()
    tokens: Counter[Version] = Counter()
    for row, count in computed:
        ids = Version(tenant_id, row.document.source_id, row.document_id, row.version_id)
        chunks[ids] += 1
        tokens[ids] += count
    tell_embedded(model_key, [(ids, tokens[ids], chunks[ids]) for ids in chunks])


def _batches(rows: Sequence[Chunk]) -> Iterator[Sequence[Chunk]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
