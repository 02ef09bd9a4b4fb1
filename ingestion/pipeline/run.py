"""One version's way from stored bytes to answers. Killed anywhere and run again, it becomes ready exactly once.

It never holds a transaction or a tenant scope while it parses, embeds or talks to a store.
"""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from ingestion.blobs import delete_blob, read_blob
from ingestion.chunking.chunk import TextChunk
from ingestion.chunking.chunker import chunk_document
from ingestion.models import Chunk, Document, DocumentState, DocumentVersion, IngestStage
from ingestion.parsing.document import ParsedDocument
from ingestion.parsing.sandbox import parse_limited
from ingestion.pipeline.failure import record_failure, record_setback
from ingestion.pipeline.graph_of import VersionGraph, build_graph, link_targets
from ingestion.pipeline.passages import Version, save_passages
from ingestion.pipeline.progress import Progress
from ingestion.pipeline.projection import project, remove_other_versions, verify
from ingestion.pipeline.stores import Stores
from ingestion.topics import DOCUMENTS_TOPIC, EMBEDDED, READY
from rapport.errors import RapportError
from rapport.events.envelope import Event
from rapport.events.errors import LeaseLost
from rapport.events.lease import current_lease
from rapport.events.outbox import publish
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class Job:
    """What a run reads once at its beginning."""

    version: Version
    document: Document
    blob_key: str
    is_ready: bool  # and the one that answers: only the clearing up is left


class Written(NamedTuple):
    parsed: ParsedDocument
    chunks: list[TextChunk]
    graph: VersionGraph
    links: list[str]


def ingest_version(*, tenant_id: UUID, document_id: UUID, version_id: UUID, stores: Stores) -> None:
    """Make the version answer and the previous one leave.

    A document that cannot be read is recorded as failed and is no error here. Raises retryable RapportErrors (a store
    or the embedder is away) and whatever is a bug: the document waits for the next attempt and says why.
    """
    job = _begin(tenant_id, document_id, version_id)
    if job is None:
        return
    if not job.is_ready:
        progress = Progress(tenant_id, version_id)
        try:
            written = _write(job, stores, progress)
        except LeaseLost:
            raise
        except RapportError as error:
            if error.is_retryable:
                _record_setback(job, error)
                raise
            _record_failure(job, progress, error)
            return
        except Exception:
            _record_setback(job, RapportError("Something went wrong on our side. It is tried again by itself."))
            raise
        if not _finish(job, progress, written, stores.embedder.model.key):
            return
    _remove_previous(job, stores)


def _begin(tenant_id: UUID, document_id: UUID, version_id: UUID) -> Job | None:
    """None when there is nothing left to do: the document is going, or a newer version waits behind this one."""
    with tenant_scope(tenant_id), transaction.atomic():
        document = Document.objects.filter(id=document_id).exclude(state=DocumentState.DELETING).first()
        version = DocumentVersion.objects.defer("text").filter(id=version_id, document_id=document_id).first()
        if document is None or version is None:
            return None
        is_ready = version.stage == IngestStage.READY
        if is_ready and document.current_version_id != version_id:
            return None
        if not is_ready and _newest_version_id(document_id) != version_id:
            return None
        if not is_ready:
            now = timezone.now()
            DocumentVersion.objects.filter(id=version_id).update(
                stage=IngestStage.PARSING, started_at=now, finished_at=None, done_units=0, total_units=0
            )
            Document.objects.filter(id=document_id).update(
                state=DocumentState.PROCESSING, error_code="", error_message="", updated_at=now
            )
    ids = Version(tenant_id, document.source_id, document_id, version_id)
    return Job(ids, document, version.blob_key, is_ready)


def _newest_version_id(document_id: UUID) -> UUID | None:
    """Ids are UUIDv7: the greatest is the newest."""
    return DocumentVersion.objects.filter(document_id=document_id).order_by("-id").values_list("id", flat=True).first()


def _write(job: Job, stores: Stores, progress: Progress) -> Written:
    parsed = _parse(job, progress)
    with progress.stage(IngestStage.CHUNKING):
        chunks = chunk_document(parsed, stores.embedder.count_tokens)
    with progress.stage(IngestStage.EMBEDDING, total=len(chunks)):
        rows = save_passages(job.version, chunks, stores.embedder, on_progress=progress.advance)
    with progress.stage(IngestStage.STORING, total=len(chunks)):
        title = _title(job, parsed)
        links = link_targets(job.document, parsed.links)
        graph = build_graph(job.document, job.version.version_id, title=title, targets=links, chunks=rows)
        project(job.version, rows, graph, stores, title=title, language=parsed.language)
    with progress.stage(IngestStage.VERIFYING, total=len(chunks)):
        verify(job.version, rows, graph, stores)
    return Written(parsed, chunks, graph, links)


def _parse(job: Job, progress: Progress) -> ParsedDocument:
    with progress.stage(IngestStage.PARSING):
        content = read_blob(job.version.tenant_id, job.blob_key)
        return parse_limited(content, name=job.document.external_id, content_type=job.document.media_type)


def _title(job: Job, parsed: ParsedDocument) -> str:
    return (parsed.title or job.document.external_id)[:500]


def _finish(job: Job, progress: Progress, written: Written, model_key: str) -> bool:
    """One transaction makes the version the one that answers and says so; False when the document went meanwhile."""
    ids = job.version
    with tenant_scope(ids.tenant_id), transaction.atomic():
        document = Document.objects.select_for_update().filter(id=ids.document_id).first()
        if document is None or document.state == DocumentState.DELETING:
            return False
        current_lease().check_locked()
        _complete_version(ids.version_id, written, progress)
        is_newest = _newest_version_id(ids.document_id) == ids.version_id
        document.state = DocumentState.READY if is_newest else DocumentState.QUEUED
        document.current_version_id = ids.version_id
        document.title, document.language = _title(job, written.parsed), written.parsed.language
        document.error_code = document.error_message = ""
        document.save(
            update_fields=[
                "state", "current_version_id", "title", "language", "error_code", "error_message", "updated_at"
            ]
        )  # fmt: skip
        _tell(ids, model_key)
    return True


def _complete_version(version_id: UUID, written: Written, progress: Progress) -> None:
    count = len(written.chunks)
    DocumentVersion.objects.filter(id=version_id).update(
        text=written.parsed.text,
        links=written.links,
        stage=IngestStage.READY,
        finished_at=timezone.now(),
        timings_ms=progress.timings_ms,
        done_units=count,
        total_units=count,
        chunk_count=count,
        token_count=sum(chunk.token_count for chunk in written.chunks),
        node_count=len(written.graph.nodes),
        edge_count=len(written.graph.edges),
    )


def _tell(ids: Version, model_key: str) -> None:
    version = DocumentVersion.objects.defer("text").get(id=ids.version_id)
    facts = {"document_id": str(ids.document_id), "version_id": str(ids.version_id), "source_id": str(ids.source_id)}
    if version.embedded_tokens:
        usage = {"model": model_key, "tokens": version.embedded_tokens, "chunks": version.embedded_count}
        _publish(EMBEDDED, ids, facts | usage)
    _publish(READY, ids, facts | {"chunks": version.chunk_count})


def _publish(kind: str, ids: Version, data: dict[str, object]) -> None:
    """The event's id is derived from what it tells, so that telling twice is one fact."""
    event = Event(
        id=uuid5(ids.version_id, kind),
        type=kind,
        tenant_id=ids.tenant_id,
        partition_key=str(ids.document_id),
        source="rapport/ingestion",
        subject=str(ids.document_id),
        data=data,
    )
    publish(DOCUMENTS_TOPIC, event)


def _record_setback(job: Job, error: RapportError) -> None:
    ids = job.version
    with tenant_scope(ids.tenant_id), transaction.atomic():
        record_setback(ids.document_id, ids.version_id, code=error.code, message=error.message)


def _record_failure(job: Job, progress: Progress, error: RapportError) -> None:
    ids = job.version
    with tenant_scope(ids.tenant_id), transaction.atomic():
        record_failure(
            ids.document_id, ids.version_id, code=error.code, message=error.message, timings_ms=progress.timings_ms
        )


def _remove_previous(job: Job, stores: Stores) -> None:
    """Versions older than the ready one leave the stores, then the database, then the disk."""
    ids = job.version
    with tenant_scope(ids.tenant_id):
        older = dict(
            DocumentVersion.objects.filter(document_id=ids.document_id, id__lt=ids.version_id).values_list(
                "id", "blob_key"
            )
        )
    remove_other_versions(ids, list(older), stores)
    if not older:
        return
    with tenant_scope(ids.tenant_id), transaction.atomic():
        Chunk.objects.filter(version_id__in=older).delete()
        DocumentVersion.objects.filter(id__in=older).delete()
        used = set(DocumentVersion.objects.filter(blob_key__in=older.values()).values_list("blob_key", flat=True))
    for key in set(older.values()) - used:
        delete_blob(ids.tenant_id, key)
