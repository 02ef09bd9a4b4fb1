"""The events by which the worker learns what is to be done with documents."""

from collections.abc import Sequence
from uuid import UUID

from ingestion.topics import DELETION_REQUESTED, DOCUMENTS_TOPIC, SUBMITTED
from rapport.events.envelope import Event
from rapport.events.outbox import publish, publish_all
from rapport.ids import Prefix, encode


def tell_submitted(tenant_id: UUID, versions: Sequence[tuple[UUID, UUID]]) -> None:
    """(document, version) pairs are to be read. Inside the transaction that wrote them."""
    publish_all(
        DOCUMENTS_TOPIC,
        [_event(SUBMITTED, tenant_id, document_id, version_id=str(version_id)) for document_id, version_id in versions],
    )


def tell_deletion(tenant_id: UUID, document_id: UUID) -> None:
    publish(DOCUMENTS_TOPIC, _event(DELETION_REQUESTED, tenant_id, document_id))


def _event(kind: str, tenant_id: UUID, document_id: UUID, **data: str) -> Event:
    return Event(
        type=kind,
        tenant_id=tenant_id,
        partition_key=str(document_id),
        source="rapport/ingestion",
        subject=encode(Prefix.DOCUMENT, document_id),
        data={"document_id": str(document_id), **data},
    )
