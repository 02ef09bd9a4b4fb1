"""The vector store beside the rows: ids in both directions, and a sample that must find itself by searching.

After a crash an index may lack what its objects still hold, so having an object is not the same as finding it.
"""

import random
from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from ingestion.models import Chunk
from ingestion.pipeline.passages import Version, vectors_of
from ingestion.pipeline.projection import vector_chunk
from ingestion.projections import truth
from ingestion.projections.findings import Kind, Tally
from ingestion.projections.steps import Page, Task
from ingestion.vectors.port import HeldChunk

PAGE = 2000
BATCH = 200
SAMPLE = 200  # searches of one comparison
NEAR = 10
NEARER = 100  # an approximate index may rank a passage's own vector behind near twins
SAME = 1e-3


def compare_ids(task: Task, after: UUID | None) -> Iterator[Page]:
    """Rows and objects in the order of their ids, side by side."""
    while True:
        held = task.stores.vectors.list_chunks(task.tenant_id, after=after, limit=PAGE)
        until = held[-1].id if len(held) == PAGE else None
        tally = _compare_page(task, held, after, until)
        yield Page(until, tally)
        if until is None:
            return
        after = until


def _compare_page(task: Task, held: Sequence[HeldChunk], after: UUID | None, until: UUID | None) -> Tally:
    tally = Tally()
    wanted = truth.answering_chunks(task.tenant_id, task.stores.embedder.model.key, after=after, until=until)
    tally.checked["passages"] += len(wanted)
    labels = {each.id: (each.document_id, each.version_id) for each in held}
    missing = [each for each in wanted if each not in labels]
    wrong = [each for each in wanted if each in labels and labels[each] != wanted[each]]
    _report_missing(task, tally, Kind.VECTORS_MISSING, missing)
    _report_missing(task, tally, Kind.VECTORS_MISLABELLED, wrong)
    _report_left_over(task, tally, [each for each in held if each.id not in wanted])
    return tally


def _report_missing(task: Task, tally: Tally, kind: Kind, ids: Sequence[UUID]) -> None:
    """Both are asked again: what was written or replaced since the store answered is not missing."""
    if not ids:
        return
    if kind is Kind.VECTORS_MISSING:
        ids = sorted(set(ids) - task.stores.vectors.fetch(task.tenant_id, ids).keys())
    rows = truth.chunks_by_id(task.tenant_id, ids, task.stores.embedder.model.key)
    if task.mends:
        write_rows(task, rows)
    tally.note(kind, len(rows), mended=task.mends)


def _report_left_over(task: Task, tally: Tally, extra: Sequence[HeldChunk]) -> None:
    """Of versions that no one answers with; and of versions that answer, such as have no row."""
    gone = truth.leftovers(task.tenant_id, [each.version_id for each in extra])
    ids = [each.id for each in extra if each.version_id in gone]
    settled = truth.still_answering(task.tenant_id, {each.version_id for each in extra} - gone)
    doubtful = [each.id for each in extra if each.version_id in settled]
    rows = truth.existing_chunks(task.tenant_id, doubtful) if doubtful else set()
    ids += [each for each in doubtful if each not in rows]
    if ids and task.mends:
        task.stores.vectors.delete_chunks(task.tenant_id, ids)
    tally.note(Kind.VECTORS_LEFT_OVER, len(ids), mended=task.mends)


def search_samples(task: Task, after: UUID | None) -> Iterator[Page]:
    """Passages drawn at random search for themselves."""
    tally = Tally()
    rows = truth.chunks_by_id(task.tenant_id, _draw(task), task.stores.embedder.model.key)
    lost = [row for row in rows if not _finds_itself(task, row)]
    held = task.stores.vectors.fetch(task.tenant_id, [row.id for row in lost]) if lost else {}
    lost = [row for row in lost if row.id in held]  # what is not even there is counted as missing
    tally.checked["searches"] += len(rows)
    if lost and task.mends:
        task.stores.vectors.delete_chunks(task.tenant_id, [row.id for row in lost])  # else the index is not written
        write_rows(task, lost)
    tally.note(Kind.VECTORS_NOT_FOUND, len(lost), mended=task.mends)
    yield Page(None, tally)


def _draw(task: Task) -> Collection[UUID]:
    ids = list(truth.answering_chunks(task.tenant_id, task.stores.embedder.model.key, after=None, until=None))
    return random.sample(ids, min(SAMPLE, len(ids)))


def _finds_itself(task: Task, row: Chunk) -> bool:
    """Also true when only passages with the same vector are found: then no one can tell them apart."""
    vector = vectors_of([row], task.stores.embedder.model.dimensions)[0]
    hits = []
    for limit in (NEAR, NEARER):
        hits = task.stores.vectors.search_dense(task.tenant_id, vector, limit=limit)
        if any(hit.chunk.id == row.id for hit in hits):
            return True
    return len(hits) == NEARER and hits[-1].score > 1 - SAME


def write_rows(task: Task, rows: Sequence[Chunk]) -> None:
    """Write passages again; those of versions that stopped answering meanwhile are taken out at once."""
    vectors = task.stores.vectors
    for start in range(0, len(rows), BATCH):
        some = rows[start : start + BATCH]
        chunks = [
            vector_chunk(
                Version(task.tenant_id, row.document.source_id, row.document_id, row.version_id),
                row,
                title=row.document.title,
                language=row.document.language,
            )
            for row in some
        ]
        vectors.upsert(task.tenant_id, chunks, vectors_of(some, task.stores.embedder.model.dimensions))
        _take_out_replaced(task, some)


def _take_out_replaced(task: Task, rows: Sequence[Chunk]) -> None:
    versions = {row.version_id for row in rows}
    replaced = versions - truth.still_answering(task.tenant_id, versions)
    ids = [row.id for row in rows if row.version_id in replaced]
    if ids:
        task.stores.vectors.delete_chunks(task.tenant_id, ids)
