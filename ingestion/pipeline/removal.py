"""Documents and sources leave: stores first, then rows, then files. Run again after a crash it goes on where it was."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from ingestion.blobs import delete_unused
from ingestion.models import Document, DocumentState, DocumentVersion, Source
from ingestion.pipeline.projection import remove_document
from ingestion.pipeline.row_vectors import delete_passages
from ingestion.pipeline.stores import Stores
from tenants.context import tenant_scope


def erase_document(*, tenant_id: UUID, document_id: UUID, stores: Stores) -> None:
    """Remove a document that is marked as deleting. Raises retryable errors of the stores."""
    with tenant_scope(tenant_id):
        document = Document.objects.filter(id=document_id, state=DocumentState.DELETING).first()
        if document is None:
            return
    remove_document(tenant_id, document_id, stores)
    with tenant_scope(tenant_id), transaction.atomic():
        keys = set(DocumentVersion.objects.filter(document_id=document_id).values_list("blob_key", flat=True))
        delete_passages(document_id=document_id)
        DocumentVersion.objects.filter(document_id=document_id).delete()
        Document.objects.filter(id=document_id).delete()
    delete_files(tenant_id, keys)


def delete_files(tenant_id: UUID, keys: Collection[str]) -> None:
    """Of these stored files, those that no version needs any more."""

    def used(keys: Collection[str]) -> set[str]:
        with tenant_scope(tenant_id):
            return set(DocumentVersion.objects.filter(blob_key__in=keys).values_list("blob_key", flat=True))

    delete_unused(tenant_id, keys, used)


def erase_source(*, tenant_id: UUID, source_id: UUID, stores: Stores) -> None:
    """Remove a source that is marked as deleting, with the documents that are left of it."""
    with tenant_scope(tenant_id):
        if not Source.objects.filter(id=source_id, crawl_state="deleting").exists():
            return
        Document.objects.filter(source_id=source_id).update(state=DocumentState.DELETING)
        documents = list(Document.objects.filter(source_id=source_id).values_list("id", flat=True))
    for document_id in documents:
        erase_document(tenant_id=tenant_id, document_id=document_id, stores=stores)
    with tenant_scope(tenant_id), transaction.atomic():
        Source.objects.filter(id=source_id).delete()
