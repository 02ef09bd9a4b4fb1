"""The one transaction that makes versions the ones that answer, and says so."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from ingestion.models import Document, DocumentState, DocumentVersion, IngestStage
from ingestion.pipeline.beginning import newest_versions
from ingestion.pipeline.passages import Version
from ingestion.pipeline.work import Work, rounded
from ingestion.topics import DOCUMENTS_TOPIC, EMBEDDED, READY
from rapport.events.envelope import Event
from rapport.events.errors import LeaseLost
from rapport.events.lease import lock_held
from rapport.events.outbox import publish_all
from tenants.context import tenant_scope

_OF_VERSION = (
    "text", "links", "stage", "timings_ms", "done_units", "total_units", "chunk_count", "token_count", "node_count",
    "edge_count",
)  # fmt: skip
_OF_DOCUMENT = ("state", "current_version_id", "title", "language", "error_code", "error_message")


def finish(tenant_id: UUID, works: Sequence[Work], model_key: str) -> None:
    """A document that went meanwhile is left as it is; what another worker took over gets LeaseLost as error."""
    with tenant_scope(tenant_id), transaction.atomic():
        ids = [work.version.document_id for work in works]
        documents = {row.id: row for row in Document.objects.select_for_update().filter(id__in=ids).order_by("id")}
        held = lock_held(str(document_id) for document_id in ids)
        newest = newest_versions(ids)
        ready = []
        for work in works:
            document = documents.get(work.version.document_id)
            if document is None or document.state == DocumentState.DELETING:
                continue
            if str(document.id) not in held:
                work.error = LeaseLost("Another worker has taken over; this one stops.")
                continue
            _complete(work, document, is_newest=newest[document.id] == work.version.version_id)
            ready.append((work, document))
        now = timezone.now()
        DocumentVersion.objects.bulk_save([work.row for work, _ in ready], _OF_VERSION, finished_at=now)
        Document.objects.bulk_save([document for _, document in ready], _OF_DOCUMENT, updated_at=now)
        _tell([work for work, _ in ready], model_key)


def _complete(work: Work, document: Document, *, is_newest: bool) -> None:
    version = work.row
    version.text, version.links = work.text.text, work.targets
    version.stage, version.timings_ms = IngestStage.READY, rounded(work.timings_ms)
    version.done_units = version.total_units = version.chunk_count = len(work.chunks)
    version.token_count = sum(chunk.token_count for chunk in work.chunks)
    version.node_count, version.edge_count = len(work.graph.nodes), len(work.graph.edges)
    document.state = DocumentState.READY if is_newest else DocumentState.QUEUED
    document.current_version_id = version.id
    document.title, document.language = work.title, work.text.language
    document.error_code = document.error_message = ""


def _tell(works: Sequence[Work], model_key: str) -> None:
    versions = DocumentVersion.objects.filter(id__in=[work.version.version_id for work in works])
    embedded = {row[0]: row[1:] for row in versions.values_list("id", "embedded_tokens", "embedded_count")}
    events: list[Event] = []
    for work in works:
        ids = work.version
        facts = {name: str(getattr(ids, name)) for name in ("document_id", "version_id", "source_id")}
        tokens, count = embedded[ids.version_id]
        if tokens:
            events.append(_event(EMBEDDED, ids, facts | {"model": model_key, "tokens": tokens, "chunks": count}))
        events.append(_event(READY, ids, facts | {"chunks": len(work.chunks)}))
    publish_all(DOCUMENTS_TOPIC, events)


def _event(kind: str, ids: Version, data: dict[str, object]) -> Event:
    """Its id is derived from what it tells, so that telling twice is one fact."""
    return Event(
        id=uuid5(ids.version_id, kind),
        type=kind,
        tenant_id=ids.tenant_id,
        partition_key=str(ids.document_id),
        source="rapport/ingestion",
        subject=str(ids.document_id),
        data=data,
    )
