"""Writes about what a tenant knows. Each is a use case: one transaction, an audit row, an event where one is due."""

from ingestion.services.documents import (
    delete_document,
    refuse_document,
    retry_document,
    retry_failed_documents,
)
from ingestion.services.sources import (
    crawl_source,
    create_source,
    create_upload_source,
    create_website_source,
    delete_source,
    ensure_upload_source,
)
from ingestion.services.submitting import (
    NewDocument,
    SubmittedDocument,
    submit_document,
    submit_documents,
    submit_file,
)

__all__ = [
    "NewDocument",
    "SubmittedDocument",
    "crawl_source",
    "create_source",
    "create_upload_source",
    "create_website_source",
    "delete_document",
    "delete_source",
    "ensure_upload_source",
    "refuse_document",
    "retry_document",
    "retry_failed_documents",
    "submit_document",
    "submit_documents",
    "submit_file",
]
