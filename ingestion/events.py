"""What this app emits and handles. Imported when Django starts.

Their names are in `ingestion.topics`; payloads are ids and counts. What handlers need is imported when they run: the
web process registers them too and must stay light.
"""

from uuid import UUID

from ingestion.topics import (
    CRAWL_REQUESTED,
    DELETION_REQUESTED,
    DOCUMENTS_TOPIC,
    SOURCE_DELETION_REQUESTED,
    SOURCES_TOPIC,
    SUBMITTED,
)
from rapport.events.envelope import Event
from rapport.events.topics import Failure, declare_topic, subscribe

declare_topic(DOCUMENTS_TOPIC, partitions=8)
declare_topic(SOURCES_TOPIC)


def give_up_document(event: Event, failure: Failure) -> None:
    """Its last attempt failed, or killed the worker: the document says so, and Retry starts anew."""
    from ingestion.pipeline.failure import record_failure

    if "version_id" in event.data:
        version_id, document_id = UUID(event.data["version_id"]), UUID(event.data["document_id"])
        record_failure(document_id, version_id, code=failure.code, message=failure.message)


def give_up_source(event: Event, failure: Failure) -> None:
    from ingestion.models import Source

    Source.objects.filter(id=UUID(event.data["source_id"]), crawl_state__in=["queued", "running"]).update(
        crawl_state="failed", crawl_error_code=failure.code[:80], crawl_error=failure.message[:500]
    )


@subscribe(
    "ingest-documents",
    topic=DOCUMENTS_TOPIC,
    types={SUBMITTED, DELETION_REQUESTED},
    queue="ingest",
    is_transactional=False,
    max_attempts=8,
    deadline_seconds=1_800,
    on_dead=give_up_document,
)
def handle_document(event: Event) -> None:
    """Read a submitted version, or remove a document; one at a time for each document."""
    from ingestion.pipeline.removal import erase_document
    from ingestion.pipeline.run import ingest_version
    from ingestion.pipeline.stores import get_stores

    document_id = UUID(event.data["document_id"])
    if event.type == DELETION_REQUESTED:
        erase_document(tenant_id=event.tenant_id, document_id=document_id, stores=get_stores())
        return
    ingest_version(
        tenant_id=event.tenant_id,
        document_id=document_id,
        version_id=UUID(event.data["version_id"]),
        stores=get_stores(),
    )


@subscribe(
    "crawl-sources",
    topic=SOURCES_TOPIC,
    types={CRAWL_REQUESTED, SOURCE_DELETION_REQUESTED},
    queue="bulk",
    is_transactional=False,
    max_attempts=4,
    deadline_seconds=4_500,
    on_dead=give_up_source,
)
def handle_source(event: Event) -> None:
    """Crawl a website, or remove a source; one at a time for each source."""
    from ingestion.pipeline.removal import erase_source
    from ingestion.pipeline.stores import get_stores

    source_id = UUID(event.data["source_id"])
    if event.type == SOURCE_DELETION_REQUESTED:
        erase_source(tenant_id=event.tenant_id, source_id=source_id, stores=get_stores())
        return
    from ingestion.sources.website.crawl import crawl_website

    crawl_website(tenant_id=event.tenant_id, source_id=source_id)
