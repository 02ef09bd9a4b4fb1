"""Publishing: an event becomes a row in the transaction that made it true. The relay does the rest.

For a subscription that does not wait for the log its inbox row is written here too: the log is then the record, and not
the way (docs/decisions/0028).
"""

import json
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from rapport.events.bulk import insert_outbox
from rapport.events.doorbell import ring
from rapport.events.envelope import Event
from rapport.events.errors import EventTooLarge
from rapport.events.inbox import Arrival, Key, insert_direct, mark_ready
from rapport.events.topics import Queue, get_topic

MAX_BYTES = 500_000  # a Kafka broker takes 1 MB unless it is told otherwise; payloads carry ids


def publish(topic: str, event: Event) -> None:
    """Write `event` to the outbox. Must be called inside a transaction; on commit the relay is woken.

    Raises UnknownTopic, EventTooLarge, and TransactionManagementError outside a transaction.
    """
    publish_all(topic, [event])


def publish_all(topic: str, events: Sequence[Event]) -> None:
    """`publish` for several, in their order. Raises EventTooLarge."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("publish() belongs in the transaction that makes the event true.")
    name = get_topic(topic).name
    if not events:
        return
    arrivals = [Arrival(name, event, _envelope(event)) for event in events]
    insert_outbox(
        name,
        [(event.id, event.tenant_id, event.partition_key, text) for _, event, text in arrivals],
        timezone.now(),
    )
    keys = insert_direct(arrivals)
    if keys:
        transaction.on_commit(lambda: _hand_over(keys), robust=True)
    transaction.on_commit(lambda: ring("relay"))


def _hand_over(keys: dict[Key, Queue]) -> None:
    """What fails here costs time only: the log brings the event again, and its key is marked then."""
    mark_ready(keys)
    ring("dispatch")


def _envelope(event: Event) -> str:
    text = json.dumps(event.to_json())
    if len(text) > MAX_BYTES:  # ASCII: as many bytes as characters
        raise EventTooLarge(f"An event of {len(text):,} bytes: keep what is large elsewhere and send its id.")
    return text
