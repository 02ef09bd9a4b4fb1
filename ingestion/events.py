"""What this app emits and handles. Imported when Django starts.

Their names are in `ingestion.topics`; payloads are ids and counts. What handlers need is imported when they run: the
web process registers them too and must stay light.
"""

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from ingestion.topics import (
    CONTACT_EVENTS_RECEIVED,
    CONTACT_EVENTS_TOPIC,
    CONTACT_MERGED,
    CONTACT_RELATED,
    CONTACT_UNMERGED,
    CONTACTS_TOPIC,
    CRAWL_REQUESTED,
    DELETION_REQUESTED,
    DOCUMENTS_TOPIC,
    SOURCE_DELETION_REQUESTED,
    SOURCES_TOPIC,
    SUBMITTED,
)
from rapport.events.envelope import Event
from rapport.events.topics import Failure, declare_topic, subscribe, subscribe_together

declare_topic(DOCUMENTS_TOPIC, partitions=8)
declare_topic(SOURCES_TOPIC)
declare_topic(CONTACT_EVENTS_TOPIC)
declare_topic(CONTACTS_TOPIC)


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


@subscribe_together(
    "ingest-documents",
    topic=DOCUMENTS_TOPIC,
    types={SUBMITTED, DELETION_REQUESTED},
    most_together=16,
    queue="ingest",
    max_attempts=8,
    deadline_seconds=1_800,
    on_dead=give_up_document,
)
def handle_documents(events: Sequence[Event]) -> list[Exception | None]:
    """Read submitted versions, or remove documents; each document's events one at a time."""
    from ingestion.pipeline.removal import erase_document
    from ingestion.pipeline.run import Submitted, ingest_versions
    from ingestion.pipeline.stores import get_stores

    tenant_id = events[0].tenant_id
    stores = get_stores().of(tenant_id)
    outcomes: dict[UUID, Exception | None] = {}
    for event in events:
        if event.type == DELETION_REQUESTED:
            document_id = UUID(event.data["document_id"])
            outcomes[event.id] = _outcome_of(
                partial(erase_document, tenant_id=tenant_id, document_id=document_id, stores=stores)
            )
    submissions = [event for event in events if event.type == SUBMITTED]
    submitted = [Submitted(UUID(each.data["document_id"]), UUID(each.data["version_id"])) for each in submissions]
    if submitted:
        found = ingest_versions(tenant_id=tenant_id, submitted=submitted, stores=stores)
        outcomes |= dict(zip([each.id for each in submissions], found, strict=True))
    return [outcomes[event.id] for event in events]


def _outcome_of(work: Callable[[], None]) -> Exception | None:
    try:
        work()
    except Exception as error:
        return error
    return None


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


@subscribe("handle-contact-events", topic=CONTACT_EVENTS_TOPIC, types={CONTACT_EVENTS_RECEIVED})
def handle_contact_events(event: Event) -> None:
    """Make contacts, relations and a timeline of what tenants' systems sent."""
    from ingestion.incoming.handling import handle_events

    handle_events([UUID(each) for each in event.data["ids"]])


@subscribe_together(
    "project-contacts",
    topic=CONTACTS_TOPIC,
    types={CONTACT_RELATED, CONTACT_MERGED, CONTACT_UNMERGED},
    most_together=50,
)
def project_contact_relations(events: Sequence[Event]) -> list[Exception | None]:
    """Bring the graph to what contacts have to do with companies, pages and products."""
    from ingestion.contacts.graph import project_contacts
    from ingestion.graph.registry import get_graph_store

    graph = get_graph_store()
    graph.prepare()
    contacts = sorted({UUID(event.data["contact_id"]) for event in events})
    project_contacts(events[0].tenant_id, contacts, graph)
    return [None for _ in events]
