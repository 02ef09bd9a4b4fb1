"""Publishing: an event becomes a row in the transaction that made it true. The relay does the rest."""

from collections.abc import Sequence

from django.db import transaction

from rapport.events.doorbell import ring
from rapport.events.envelope import Event
from rapport.events.models import OutboxEvent
from rapport.events.topics import get_topic


def publish(topic: str, event: Event) -> None:
    """Write `event` to the outbox. Must be called inside a transaction; on commit the relay is woken.

    Raises UnknownTopic, and TransactionManagementError outside a transaction.
    """
    publish_all(topic, [event])


def publish_all(topic: str, events: Sequence[Event]) -> None:
    """`publish` for several, in their order."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("publish() belongs in the transaction that makes the event true.")
    name = get_topic(topic).name
    OutboxEvent.objects.bulk_create(
        OutboxEvent(
            event_id=event.id,
            tenant_id=event.tenant_id,
            topic=name,
            key=f"{event.tenant_id}:{event.partition_key}",
            payload=event.to_json(),
        )
        for event in events
    )
    if events:
        transaction.on_commit(lambda: ring("relay"))
