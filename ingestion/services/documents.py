"""Documents come, are tried again, and go. They are read later, in the worker: see `ingestion.pipeline`."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db import transaction

from ingestion.blobs import hash_content, write_blob
from ingestion.errors import DocumentNotFound, NothingToRetry, SourceNotFound
from ingestion.models import Document, DocumentState, DocumentVersion, IngestStage, Source
from ingestion.parsing.errors import FileTooLarge
from ingestion.topics import DELETION_REQUESTED, DOCUMENTS_TOPIC, SUBMITTED
from rapport.config import get_config
from rapport.errors import RapportError
from rapport.events.envelope import Event
from rapport.events.outbox import publish
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class SubmittedDocument:
    """`is_unchanged`: the same bytes are here already, nothing was done."""

    document_id: UUID
    version_id: UUID
    is_unchanged: bool


class UploadedFile(Protocol):
    """What a web framework hands over; read only when its size is allowed."""

    @property
    def name(self) -> str | None: ...

    @property
    def size(self) -> int | None: ...

    def read(self) -> bytes: ...


def submit_file(
    *, tenant_id: UUID, actor: Actor, source_id: UUID, file: UploadedFile, content_type: str = ""
) -> SubmittedDocument:
    """Submit an upload under its own name. A file beyond the limit leaves a failed document and raises FileTooLarge."""
    name = (file.name or "unnamed").replace("\\", "/").rpartition("/")[2]
    if (file.size or 0) > get_config().max_upload_bytes:
        error = _too_large(name)
        refuse_document(
            tenant_id=tenant_id, actor=actor, source_id=source_id, name=name, error=error, size_bytes=file.size or 0
        )
        raise error
    return submit_document(
        tenant_id=tenant_id,
        actor=actor,
        source_id=source_id,
        name=name,
        content=file.read(),
        content_type=content_type,
    )


def submit_document(
    *,
    tenant_id: UUID,
    actor: Actor,
    source_id: UUID,
    name: str,
    content: bytes,
    content_type: str = "",
    url: str = "",
    etag: str = "",
    last_modified: str = "",
) -> SubmittedDocument:
    """Take a document's bytes; `name` is its identity within the source (a file's name, a page's canonical address).

    The same bytes again change nothing. Raises FileTooLarge (and leaves a failed document), SourceNotFound.
    """
    if len(content) > get_config().max_upload_bytes:
        error = _too_large(name)
        refuse_document(
            tenant_id=tenant_id, actor=actor, source_id=source_id, name=name, error=error, size_bytes=len(content)
        )
        raise error
    digest = hash_content(content)
    blob_key = write_blob(tenant_id, content)
    with tenant_scope(tenant_id), transaction.atomic():
        document = _find_or_start(source_id, name)
        document.url, document.media_type = url or document.url, content_type[:120]
        document.etag, document.last_modified = etag[:300], last_modified[:80]
        document.size_bytes = len(content)
        version = _newest_version(document.id)
        if version and version.content_hash == digest and version.stage != IngestStage.FAILED:
            document.save(update_fields=["url", "media_type", "etag", "last_modified", "size_bytes"])
            _settle(document, version)
            return SubmittedDocument(document.id, version.id, is_unchanged=True)
        document.state, document.error_code, document.error_message = DocumentState.QUEUED, "", ""
        document.save()
        version = DocumentVersion.objects.create(document=document, content_hash=digest, blob_key=blob_key)
        _publish(SUBMITTED, tenant_id, document.id, version.id)
        _audit(actor, "document.submitted", document.id, version=encode(Prefix.VERSION, version.id))
        return SubmittedDocument(document.id, version.id, is_unchanged=False)


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
    """Read a failed document again. Raises DocumentNotFound, or NothingToRetry when it did not fail."""
    with tenant_scope(tenant_id), transaction.atomic():
        document = _find(document_id)
        version = _newest_version(document.id)
        if document.state != DocumentState.FAILED or version is None:
            raise NothingToRetry("Only a failed document whose file was taken can be tried again. Upload it anew.")
        _requeue(tenant_id, document, version)
        _audit(actor, "document.retried", document.id)


def retry_failed_documents(*, tenant_id: UUID, actor: Actor, source_id: UUID) -> int:
    """Read all failed documents of a source again; returns how many."""
    count = 0
    with tenant_scope(tenant_id), transaction.atomic():
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
    _publish(DELETION_REQUESTED, tenant_id, document.id, None)


def _too_large(name: str) -> FileTooLarge:
    limit = get_config().max_upload_bytes / 1024 / 1024
    return FileTooLarge(
        f"{name[:120]} is larger than {limit:,.0f} MB, the most that a file may be. Split it into smaller files, "
        "or raise MAX_UPLOAD_BYTES if you host Rapport yourself."
    )


def _find(document_id: UUID) -> Document:
    document = Document.objects.select_for_update().filter(id=document_id).exclude(state=DocumentState.DELETING).first()
    if document is None:
        raise DocumentNotFound("There is no such document; it may have been deleted.")
    return document


def _find_or_start(source_id: UUID, name: str) -> Document:
    if not Source.objects.filter(id=source_id).exclude(crawl_state="deleting").exists():
        raise SourceNotFound("There is no such source; it may have been deleted.")
    name = name[:1000]
    document = Document.objects.select_for_update().filter(source_id=source_id, external_id=name).first()
    return document or Document(source_id=source_id, external_id=name, title=name[:500])


def _newest_version(document_id: UUID) -> DocumentVersion | None:
    return DocumentVersion.objects.defer("text").filter(document_id=document_id).order_by("-id").first()


def _settle(document: Document, version: DocumentVersion) -> None:
    """A document that failed for something that never became a version is ready again with the one it has."""
    if version.stage == IngestStage.READY and document.state == DocumentState.FAILED:
        document.state, document.error_code, document.error_message = DocumentState.READY, "", ""
        document.save(update_fields=["state", "error_code", "error_message", "updated_at"])


def _requeue(tenant_id: UUID, document: Document, version: DocumentVersion) -> None:
    if version.stage == IngestStage.READY:
        _settle(document, version)
        return
    document.state, document.error_code, document.error_message = DocumentState.QUEUED, "", ""
    document.save(update_fields=["state", "error_code", "error_message", "updated_at"])
    DocumentVersion.objects.filter(id=version.id).update(stage=IngestStage.QUEUED, done_units=0, total_units=0)
    _publish(SUBMITTED, tenant_id, document.id, version.id)


def _publish(kind: str, tenant_id: UUID, document_id: UUID, version_id: UUID | None) -> None:
    data = {"document_id": str(document_id)} | ({"version_id": str(version_id)} if version_id else {})
    event = Event(
        type=kind,
        tenant_id=tenant_id,
        partition_key=str(document_id),
        source="rapport/ingestion",
        subject=encode(Prefix.DOCUMENT, document_id),
        data=data,
    )
    publish(DOCUMENTS_TOPIC, event)


def _audit(actor: Actor, action: str, document_id: UUID, **details: object) -> None:
    record_audit(actor=actor, action=action, subject=encode(Prefix.DOCUMENT, document_id), details=details)
