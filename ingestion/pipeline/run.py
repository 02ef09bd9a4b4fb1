"""The way of versions from stored bytes to answers. Killed anywhere and run again, each becomes ready exactly once.

Several documents of one tenant go together, since much of the work is cheaper for many at once: a transaction, a call
of a store, a batch of passages for the model. What is wrong with one stops that one (`work.attempt`). No transaction
and no tenant scope is held while it parses, embeds or talks to a store.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from billing.errors import BudgetExhausted
from ingestion.blobs import read_blob
from ingestion.chunking.chunker import chunk_document
from ingestion.models import DocumentVersion, IngestStage
from ingestion.parsing.errors import ParsingError
from ingestion.parsing.sandbox import File, parse_all_limited
from ingestion.pipeline.beginning import begin
from ingestion.pipeline.failure import record_failure, record_setback
from ingestion.pipeline.finishing import finish, wait_until_settled
from ingestion.pipeline.graph_of import build_graph, link_targets
from ingestion.pipeline.passages import Passages, save_passages
from ingestion.pipeline.projection import Held, project, remove_other_versions, verify
from ingestion.pipeline.removal import delete_files
from ingestion.pipeline.row_vectors import delete_passages
from ingestion.pipeline.stores import Stores
from ingestion.pipeline.work import Watch, Work, attempt, going, rounded
from rapport.errors import RapportError
from rapport.events.errors import NotNow
from rapport.giving_way import FEW, say_waiting
from tenants.context import tenant_scope

_UNKNOWN = RapportError("Something went wrong on our side. It is tried again by itself.")


class Submitted(NamedTuple):
    """A version that someone wants to answer."""

    document_id: UUID
    version_id: UUID


def ingest_versions(*, tenant_id: UUID, submitted: Sequence[Submitted], stores: Stores) -> list[Exception | None]:
    """Make versions of different documents answer and their previous ones leave; returns one outcome each, in order.

    A document that cannot be read, or that the company's budget does not pay for, is recorded as failed: its outcome
    is None. Retryable errors (a store or the embedder
    is away) and bugs are outcomes: the document waits for the next attempt and says why. `NotNow`: there was too much
    for one run, and this one was not touched.
    """
    if len(submitted) <= FEW:
        say_waiting()
    begun = begin(tenant_id, submitted)
    works = list(begun.works.values())
    new = [work for work in works if not work.is_ready]
    held = _write(tenant_id, new, stores)
    _settle_errors(tenant_id, new)
    attempt(new, lambda group: _finish(tenant_id, group, stores))
    attempt(works, lambda group: _remove_previous(tenant_id, group, stores, held))
    left = NotNow("Too much for one run; the next one takes it.")
    return [
        left if each.document_id in begun.left else _outcome(begun.works.get(each.document_id)) for each in submitted
    ]


def _outcome(work: Work | None) -> Exception | None:
    return None if work is None or work.has_failed else work.error


def _write(tenant_id: UUID, works: Sequence[Work], stores: Stores) -> Held:
    watch = Watch(tenant_id)
    held: dict[UUID, Mapping[UUID, int]] = {}
    attempt(works, lambda group: _parse(group, watch))
    for work in going(works):
        attempt([work], lambda group: _cut(group[0], stores, watch))
    attempt(works, lambda group: _embed(tenant_id, group, stores, watch))
    for work in going(works):
        attempt([work], _draw_graph)
    attempt(works, lambda group: _store(tenant_id, group, stores, watch))
    attempt(works, lambda group: held.update(_verify(tenant_id, group, stores, watch)))
    return held


def _parse(works: Sequence[Work], watch: Watch) -> None:
    files = []
    for work in works:
        content = read_blob(work.version.tenant_id, work.row.blob_key)
        files.append(File(content, work.document.external_id, work.document.media_type))
    with watch.stage(IngestStage.PARSING, works):
        results = parse_all_limited(files)
    for work, result in zip(works, results, strict=True):
        if isinstance(result, ParsingError):
            work.error = result
        else:
            work.parsed = result


def _cut(work: Work, stores: Stores, watch: Watch) -> None:
    with watch.stage(IngestStage.CHUNKING, [work]):
        work.chunks = chunk_document(work.text, stores.embedder.count_tokens)


def _embed(tenant_id: UUID, works: Sequence[Work], stores: Stores, watch: Watch) -> None:
    parts = [Passages(work.version, work.chunks, embedded_tokens=work.row.embedded_tokens) for work in works]
    with watch.stage(IngestStage.EMBEDDING, works):
        save_passages(tenant_id, parts, stores.embedder, on_progress=lambda done: watch.advance(works, done))
    for work, part in zip(works, parts, strict=True):
        work.rows = part.rows


def _draw_graph(works: Sequence[Work]) -> None:
    (work,) = works
    work.targets = link_targets(work.document, work.text.links)
    work.graph = build_graph(
        work.document, work.version.version_id, title=work.title, targets=work.targets, chunks=work.rows
    )


def _store(tenant_id: UUID, works: Sequence[Work], stores: Stores, watch: Watch) -> None:
    with watch.stage(IngestStage.STORING, works):
        project(tenant_id, works, stores)


def _verify(tenant_id: UUID, works: Sequence[Work], stores: Stores, watch: Watch) -> Held:
    with watch.stage(IngestStage.VERIFYING, works):
        return verify(tenant_id, works, stores)


def _finish(tenant_id: UUID, works: Sequence[Work], stores: Stores) -> None:
    wait_until_settled(tenant_id)
    finish(tenant_id, works, stores.embedder.model)


def _settle_errors(tenant_id: UUID, works: Sequence[Work]) -> None:
    """Write down why some go no further: failed for good, or waiting for another attempt."""
    stopped = [work for work in works if work.error is not None]
    if not stopped:
        return
    with tenant_scope(tenant_id), transaction.atomic():
        for work in stopped:
            _settle_error(work, work.error)


def _settle_error(work: Work, error: Exception | None) -> None:
    ids = work.version
    if isinstance(error, RapportError) and (not error.is_retryable or isinstance(error, BudgetExhausted)):
        work.has_failed = True
        record_failure(
            ids.document_id,
            ids.version_id,
            code=error.code,
            message=error.message,
            timings_ms=rounded(work.timings_ms),
        )
        return
    known = error if isinstance(error, RapportError) else _UNKNOWN
    record_setback(ids.document_id, ids.version_id, code=known.code, message=known.message)


def _remove_previous(tenant_id: UUID, works: Sequence[Work], stores: Stores, held: Held) -> None:
    """Versions older than the ready ones leave the stores, then the database, then the disk."""
    current = {work.version.document_id: work.version.version_id for work in works}
    with tenant_scope(tenant_id):
        rows = DocumentVersion.objects.filter(document_id__in=current).values_list("id", "document_id", "blob_key")
        older = {
            version_id: (document_id, blob_key)
            for version_id, document_id, blob_key in rows
            if version_id < current[document_id]
        }
    fresh = [work for work in works if work.version.document_id not in held]
    known = held if not fresh else {**held, **_held_of(tenant_id, fresh, stores)}
    remove_other_versions(
        tenant_id, works, {version_id: document_id for version_id, (document_id, _) in older.items()}, stores, known
    )
    if older:
        _forget(tenant_id, list(older), {blob_key for _, blob_key in older.values()})


def _held_of(tenant_id: UUID, works: Sequence[Work], stores: Stores) -> Held:
    return stores.vectors.version_counts(tenant_id, [work.version.document_id for work in works])


def _forget(tenant_id: UUID, versions: Sequence[UUID], blob_keys: set[str]) -> None:
    with tenant_scope(tenant_id), transaction.atomic():
        delete_passages(version_ids=versions)
        DocumentVersion.objects.filter(id__in=versions).delete()
    delete_files(tenant_id, blob_keys)
