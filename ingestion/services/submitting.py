"""Documents come in, one or thousands at a time. They are read later, in the worker: see `ingestion.pipeline`.

What is here already costs a hash and its share of two queries; what is new or changed its share of a handful of writes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from billing.quotas import STORED, check_quota
from ingestion.blobs import hash_content, write_blob
from ingestion.models import Document, DocumentState, DocumentVersion, IngestStage
from ingestion.parsing.errors import FileTooLarge
from ingestion.services.documents import check_source, refuse_document, settle
from ingestion.services.telling import tell_submitted
from ingestion.titles import readable_title
from rapport.config import get_config
from rapport.errors import RapportError
from rapport.giving_way import FEW, say_waiting
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import Audited, record_audits
from tenants.context import tenant_scope

AT_ONCE = 200  # documents in one transaction


@dataclass(frozen=True, slots=True)
class NewDocument:
    """`name` is its identity within the source: a file's name, a page's canonical address."""

    name: str
    content: bytes
    content_type: str = ""
    url: str = ""
    etag: str = ""
    last_modified: str = ""


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
        raise _refuse(tenant_id, actor, source_id, name, file.size or 0)
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
    """`submit_documents` for one. Raises FileTooLarge (and leaves a failed document), SourceNotFound."""
    document = NewDocument(name, content, content_type, url, etag, last_modified)
    (result,) = submit_documents(tenant_id=tenant_id, actor=actor, source_id=source_id, documents=[document])
    if isinstance(result, RapportError):
        raise result
    return result


def submit_documents(
    *, tenant_id: UUID, actor: Actor, source_id: UUID, documents: Sequence[NewDocument]
) -> list[SubmittedDocument | RapportError]:
    """Take documents' bytes; returns one result each, in order. The same bytes again change nothing.

    One that is refused (FileTooLarge) leaves a failed document and stops no other. Raises SourceNotFound, and
    QuotaExhausted and PaymentOverdue before any of what is new is taken.
    """
    results: dict[int, SubmittedDocument | RapportError] = {}
    fitting: list[tuple[int, NewDocument]] = []
    for place, document in enumerate(documents):
        if len(document.content) > get_config().max_upload_bytes:
            results[place] = _refuse(tenant_id, actor, source_id, document.name, len(document.content))
        else:
            fitting.append((place, document))
    if len(documents) <= FEW:
        say_waiting()
    for batch in _batches(fitting):
        taken = _Taking(tenant_id, actor, source_id, {each.name[:1000]: each for _, each in batch}).take()
        results |= {place: taken[each.name[:1000]] for place, each in batch}
    return [results[place] for place in range(len(documents))]


def _batches(documents: Sequence[tuple[int, NewDocument]]) -> Iterator[list[tuple[int, NewDocument]]]:
    """So many at a time, and no name twice in one: of two contents of one document the later one answers."""
    batch: list[tuple[int, NewDocument]] = []
    names: set[str] = set()
    for place, document in documents:
        if len(batch) >= AT_ONCE or document.name[:1000] in names:
            yield batch
            batch, names = [], set()
        batch.append((place, document))
        names.add(document.name[:1000])
    if batch:
        yield batch


def _refuse(tenant_id: UUID, actor: Actor, source_id: UUID, name: str, size: int) -> FileTooLarge:
    limit = get_config().max_upload_bytes / 1024 / 1024
    error = FileTooLarge(
        f"{name[:120]} is larger than {limit:,.0f} MB, the most that a file may be. Split it into smaller files, "
        "or raise MAX_UPLOAD_BYTES if you host Rapport yourself."
    )
    refuse_document(tenant_id=tenant_id, actor=actor, source_id=source_id, name=name, error=error, size_bytes=size)
    return error


class _Taking:
    """One batch of documents of one source, each name once."""

    def __init__(self, tenant_id: UUID, actor: Actor, source_id: UUID, documents: Mapping[str, NewDocument]) -> None:
        self.tenant_id = tenant_id
        self.actor = actor
        self.source_id = source_id
        self.documents = documents
        self.digests = {name: hash_content(document.content) for name, document in documents.items()}

    def take(self) -> dict[str, SubmittedDocument]:
        try:
            return self._take()
        except IntegrityError:  # someone else began one of these documents at the same time: now it is there
            return self._take()

    def _take(self) -> dict[str, SubmittedDocument]:
        with tenant_scope(self.tenant_id):
            results = self._unchanged(list(self.documents))
        changed = [name for name in self.documents if name not in results]
        if changed:
            check_quota(*STORED, tenant_id=self.tenant_id)
            keys = {name: write_blob(self.tenant_id, self.documents[name].content) for name in changed}
            with tenant_scope(self.tenant_id), transaction.atomic():
                results |= self._write(changed, keys)
            for name in changed:  # the same bytes may have left with another document before our row was there
                write_blob(self.tenant_id, self.documents[name].content)
        return results

    def _rows(self, names: Sequence[str]) -> QuerySet[Document]:
        return Document.objects.filter(source_id=self.source_id, external_id__in=names)

    def _newest(self, documents: Sequence[Document]) -> dict[UUID, DocumentVersion]:
        versions = DocumentVersion.objects.only("id", "document_id", "content_hash", "stage")
        rows = versions.filter(document_id__in=[document.id for document in documents]).order_by("id")
        return {row.document_id: row for row in rows}

    def _unchanged(self, names: Sequence[str]) -> dict[str, SubmittedDocument]:
        """Those of which nothing is new, not even where they are. No row is locked or written for them."""
        check_source(self.source_id)
        documents = list(self._rows(names))
        newest = self._newest(documents)
        return {
            document.external_id: SubmittedDocument(document.id, newest[document.id].id, is_unchanged=True)
            for document in documents
            if self._is_same(document, newest.get(document.id)) and not self._refresh(document)
        }

    def _is_same(self, document: Document, version: DocumentVersion | None) -> bool:
        is_held = version is not None and version.stage != IngestStage.FAILED
        return is_held and version is not None and version.content_hash == self.digests[document.external_id]

    def _refresh(self, document: Document) -> bool:
        """Bring what is known about it up to date; True when that, or its state, is to be written."""
        new = self.documents[document.external_id]
        wanted = {
            "url": new.url or document.url,
            "media_type": new.content_type[:120],
            "etag": new.etag[:300],
            "last_modified": new.last_modified[:80],
            "size_bytes": len(new.content),
        }
        is_new = any(getattr(document, name) != value for name, value in wanted.items())
        for name, value in wanted.items():
            setattr(document, name, value)
        return is_new or document.state == DocumentState.FAILED

    def _write(self, names: Sequence[str], keys: Mapping[str, str]) -> dict[str, SubmittedDocument]:
        check_source(self.source_id)
        known = {row.external_id: row for row in self._rows(names).select_for_update().order_by("id")}
        newest = self._newest(list(known.values()))
        results: dict[str, SubmittedDocument] = {}
        changed: list[Document] = []
        for name in names:
            document = known.get(name) or Document(
                source_id=self.source_id, external_id=name, title=readable_title(name)
            )
            self._refresh(document)
            version = newest.get(document.id)
            if version is not None and self._is_same(document, version):
                document.save(update_fields=["url", "media_type", "etag", "last_modified", "size_bytes"])
                settle(document, version)
                results[name] = SubmittedDocument(document.id, version.id, is_unchanged=True)
            else:
                document.state, document.error_code, document.error_message = DocumentState.QUEUED, "", ""
                changed.append(document)
        return results | self._begin_versions(changed, {row.id for row in known.values()}, keys)

    def _begin_versions(
        self, documents: Sequence[Document], known: set[UUID], keys: Mapping[str, str]
    ) -> dict[str, SubmittedDocument]:
        Document.objects.bulk_create([document for document in documents if document.id not in known])
        Document.objects.bulk_save(
            [document for document in documents if document.id in known],
            ["url", "media_type", "etag", "last_modified", "size_bytes", "state", "error_code", "error_message"],
            updated_at=timezone.now(),
        )
        versions = DocumentVersion.objects.bulk_create(
            DocumentVersion(
                document=document,
                content_hash=self.digests[document.external_id],
                blob_key=keys[document.external_id],
            )
            for document in documents
        )
        tell_submitted(self.tenant_id, [(version.document_id, version.id) for version in versions])
        record_audits(
            self.actor,
            [
                Audited(
                    "document.submitted",
                    encode(Prefix.DOCUMENT, version.document_id),
                    {"version": encode(Prefix.VERSION, version.id)},
                )
                for version in versions
            ],
        )
        return {
            document.external_id: SubmittedDocument(document.id, version.id, is_unchanged=False)
            for document, version in zip(documents, versions, strict=True)
        }
