"""Documents are refused, tried again, and go. How they come is in `submitting`."""

from uuid import UUID

from django.db import transaction

from billing.quotas import STORED, require_quota
from ingestion.errors import DocumentNotFound, NothingToRetry, SourceNotFound
from ingestion.models import Document, DocumentState, DocumentVersion, IngestStage, Source
from ingestion.services.telling import tell_deletion, tell_submitted
from ingestion.titles import readable_title
from rapport.errors import RapportError
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope


def refuse_document(
    *, tenant_id: UUID, actor: Actor, source_id: UUID, name: str, error: RapportError, size_bytes: int = 0
) -> UUID:
    """Record that a document was not taken, so that its owner sees why. Returns the document's id."""
    with tenant_scope(tenant_id), transaction.atomic():
        document = _find_or_start(source_id, name)
        document.state, document.size_bytes = DocumentState.FAILED, size_bytes
        document.error_code, document.error_message = error.code, error.message[:500]
        document.save()
        _audit(actor, "document.refused", document.id, code=error.code)
        return document.id


def retry_document(*, tenant_id: UUID, actor: Actor, document_id: UUID) -> None:
    """Read a failed document again. Raises DocumentNotFound, NothingToRetry when it did not fail, QuotaExhausted,
    PaymentOverdue."""
    with tenant_scope(tenant_id), transaction.atomic():
        require_quota(*STORED)
        document = _find(document_id)
        version = _newest_version(document.id)
        if document.state != DocumentState.FAILED or version is None:
            raise NothingToRetry("Only a failed document whose file was taken can be tried again. Upload it anew.")
        _requeue(tenant_id, document, version)
        _audit(actor, "document.retried", document.id)


def retry_failed_documents(*, tenant_id: UUID, actor: Actor, source_id: UUID) -> int:
    """Read all failed documents of a source again; returns how many. Raises QuotaExhausted, PaymentOverdue."""
    count = 0
    with tenant_scope(tenant_id), transaction.atomic():
        require_quota(*STORED)
        for document in Document.objects.filter(source_id=source_id, state=DocumentState.FAILED):
            version = _newest_version(document.id)
            if version is not None:
                _requeue(tenant_id, document, version)
                _audit(actor, "document.retried", document.id)
                count += 1
    return count


def delete_document(*, tenant_id: UUID, actor: Actor, document_id: UUID) -> None:
    """It leaves every list at once, and every store as soon as the worker gets to it. Raises DocumentNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        mark_deleting(tenant_id, _find(document_id))
        _audit(actor, "document.deleted", document_id)


def mark_deleting(tenant_id: UUID, document: Document) -> None:
    """Inside a scope and a transaction: give its name free and have the worker remove it."""
    document.state = DocumentState.DELETING
    document.external_id = f"deleted:{document.id}"
    document.save(update_fields=["state", "external_id", "updated_at"])
    tell_deletion(tenant_id, document.id)


def _find(document_id: UUID) -> Document:
    document = Document.objects.select_for_update().filter(id=document_id).exclude(state=DocumentState.DELETING).first()
    if document is None:
        raise DocumentNotFound("There is no such document; it may have been deleted.")
    return document


def check_source(source_id: UUID) -> None:
    """Inside a scope. Raises SourceNotFound."""
    if not Source.objects.filter(id=source_id).exclude(crawl_state="deleting").exists():
        raise SourceNotFound("There is no such source; it may have been deleted.")


def _find_or_start(source_id: UUID, name: str) -> Document:
    check_source(source_id)
    name = name[:1000]
    document = Document.objects.select_for_update().filter(source_id=source_id, external_id=name).first()
    return document or Document(source_id=source_id, external_id=name, title=readable_title(name))


def _newest_version(document_id: UUID) -> DocumentVersion | None:
    return DocumentVersion.objects.defer("text").filter(document_id=document_id).order_by("-id").first()


def settle(document: Document, version: DocumentVersion) -> None:
    """A document that failed for something that never became a version is ready again with the one it has."""
    if version.stage == IngestStage.READY and document.state == DocumentState.FAILED:
        document.state, document.error_code, document.error_message = DocumentState.READY, "", ""
        document.save(update_fields=["state", "error_code", "error_message", "updated_at"])


def _requeue(tenant_id: UUID, document: Document, version: DocumentVersion) -> None:
    if version.stage == IngestStage.READY:
        settle(document, version)
        return
    document.state, document.error_code, document.error_message = DocumentState.QUEUED, "", ""
    document.save(update_fields=["state", "error_code", "error_message", "updated_at"])
    DocumentVersion.objects.filter(id=version.id).update(stage=IngestStage.QUEUED, done_units=0, total_units=0)
    tell_submitted(tenant_id, [(document.id, version.id)])


def _audit(actor: Actor, action: str, document_id: UUID, **details: object) -> None:
    record_audit(actor=actor, action=action, subject=encode(Prefix.DOCUMENT, document_id), details=details)
