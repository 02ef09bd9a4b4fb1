"""Writing down that a version could not be made to answer. A version that answered before goes on answering."""

from collections.abc import Mapping
from uuid import UUID

from django.utils import timezone

from ingestion.errors import StoresDisagree
from ingestion.graph.errors import GraphStoreMisconfigured, GraphStoreUnavailable
from ingestion.models import Chunk, Document, DocumentState, DocumentVersion, IngestStage
from ingestion.pipeline.finishing import tell_embedded
from ingestion.pipeline.passages import Version
from ingestion.projections.doubts import ask_for_check, note_outage
from ingestion.vectors.errors import VectorStoreUnavailable
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM
from tenants.audit import record_audit
from tenants.context import require_tenant_id

STORE_ERRORS = {
    "graph": {GraphStoreUnavailable.code, GraphStoreMisconfigured.code},
    "vectors": {VectorStoreUnavailable.code},
}


def record_setback(document_id: UUID, version_id: UUID, *, code: str, message: str) -> None:
    """Inside a scope and a transaction. It is tried again by itself: the document waits, and says why."""
    DocumentVersion.objects.filter(id=version_id).exclude(stage=IngestStage.READY).update(stage=IngestStage.QUEUED)
    Document.objects.filter(id=document_id, state=DocumentState.PROCESSING).update(
        state=DocumentState.QUEUED, error_code=code[:80], error_message=message[:500], updated_at=timezone.now()
    )
    _doubt_stores(code)


def record_failure(
    document_id: UUID, version_id: UUID, *, code: str, message: str, timings_ms: Mapping[str, int] | None = None
) -> None:
    """Inside a scope and a transaction. A version that became ready after all is left as it is. What was embedded of it
    is told to the ledger: it may never be read again."""
    now = timezone.now()
    version = DocumentVersion.objects.filter(id=version_id).exclude(stage=IngestStage.READY)
    if version.update(stage=IngestStage.FAILED, finished_at=now, timings_ms=dict(timings_ms or {})):
        _tell_spent(document_id, version_id)
        document = Document.objects.filter(id=document_id).exclude(state=DocumentState.DELETING)
        if document.update(
            state=DocumentState.FAILED, error_code=code[:80], error_message=message[:500], updated_at=now
        ):
            record_audit(
                actor=SYSTEM,
                action="document.failed",
                subject=encode(Prefix.DOCUMENT, document_id),
                details={"version": encode(Prefix.VERSION, version_id), "code": code[:80]},
            )


def _tell_spent(document_id: UUID, version_id: UUID) -> None:
    found = DocumentVersion.objects.filter(id=version_id, embedded_tokens__gt=0)
    row = found.values_list("document__source_id", "embedded_tokens", "embedded_count").first()
    model = row and Chunk.objects.filter(version_id=version_id).values_list("embedding_model", flat=True).first()
    if row and model:
        source_id, tokens, count = row
        tell_embedded(model, [(Version(require_tenant_id(), source_id, document_id, version_id), tokens, count)])
        found.update(embedded_tokens=0)


def _doubt_stores(code: str) -> None:
    """A store that lost what it had confirmed, or went away while something was written, is compared with the rows."""
    if code == StoresDisagree.code:
        ask_for_check(require_tenant_id())
    for name, errors in STORE_ERRORS.items():
        if code in errors:
            note_outage(name)
