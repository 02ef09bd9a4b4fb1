"""What a run takes on: rows read once, marked as being read; as much as one run should carry, and no more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ingestion.models import Document, DocumentState, DocumentVersion, IngestStage
from ingestion.pipeline.passages import Version
from ingestion.pipeline.work import Work
from tenants.context import tenant_scope

MOST_BYTES = 384 * 1024  # of files in one run: some seconds of the model's time, then others have a turn


@dataclass(slots=True)
class Begun:
    """By document. What is in neither has nothing left to do: the document is going, or a newer version waits behind
    this one."""

    works: dict[UUID, Work] = field(default_factory=dict)
    left: set[UUID] = field(default_factory=set)  # for the next run


def begin(tenant_id: UUID, submitted: Sequence[tuple[UUID, UUID]]) -> Begun:
    """(document, version) pairs of different documents, the longest waiting first."""
    with tenant_scope(tenant_id), transaction.atomic():
        documents = Document.objects.exclude(state=DocumentState.DELETING).in_bulk([each for each, _ in submitted])
        versions = DocumentVersion.objects.defer("text").in_bulk([version_id for _, version_id in submitted])
        newest = newest_versions(documents)
        begun = Begun()
        size = 0
        for document_id, version_id in submitted:
            document, version = documents.get(document_id), versions.get(version_id)
            if document is None or version is None or version.document_id != document_id:
                continue
            work = _work(tenant_id, document, version, newest[document_id])
            if work is None:
                continue
            size += 0 if work.is_ready else document.size_bytes
            if begun.works and size > MOST_BYTES:
                begun.left.add(document_id)
            else:
                begun.works[document_id] = work
        _mark([work for work in begun.works.values() if not work.is_ready])
    return begun


def newest_versions(documents: Iterable[UUID]) -> dict[UUID, UUID]:
    """Inside a scope. Ids are UUIDv7: the greatest is the newest."""
    rows = DocumentVersion.objects.filter(document_id__in=list(documents)).values_list("document_id", "id")
    newest: dict[UUID, UUID] = {}
    for document_id, version_id in rows:
        newest[document_id] = max(version_id, newest.get(document_id, version_id))
    return newest


def _work(tenant_id: UUID, document: Document, version: DocumentVersion, newest: UUID) -> Work | None:
    is_ready = version.stage == IngestStage.READY
    wanted = document.current_version_id if is_ready else newest
    if version.id != wanted:
        return None
    return Work(Version(tenant_id, document.source_id, document.id, version.id), document, version, is_ready)


def _mark(works: Sequence[Work]) -> None:
    now = timezone.now()
    DocumentVersion.objects.filter(id__in=[work.version.version_id for work in works]).update(
        stage=IngestStage.PARSING, started_at=now, finished_at=None, done_units=0, total_units=0
    )
    Document.objects.filter(id__in=[work.version.document_id for work in works]).update(
        state=DocumentState.PROCESSING, error_code="", error_message="", updated_at=now
    )
