"""Carrying every event through in the calling thread: for tests and for commands that run without other processes."""

from django.utils import timezone

from rapport.events.consumer import InboxConsumer
from rapport.events.dispatch import choose
from rapport.events.identity import process_name
from rapport.events.queues import QUEUES
from rapport.events.registry import get_bus
from rapport.events.relay import Relay
from rapport.events.together import drain_together
from rapport.events.topics import INBOX_GROUP, subscribed_topics

PATIENCE_SECONDS = 0.5  # across a network records take a moment


def deliver_now(*, max_rounds: int = 100) -> int:
    """Relay, consume and drain until nothing is due; returns how many inbox rows were finished.

    What waits for a later attempt stays waiting. Not inside a transaction of your own that others must see.
    """
    bus = get_bus()
    relay, consumer = Relay(bus), InboxConsumer(bus, member_id=f"inline-{process_name()}"[:80])
    finished = 0
    try:
        for _ in range(max_rounds):
            moved = relay.run_once()
            is_behind = any(bus.group_lag(INBOX_GROUP, subscribed_topics()).values())
            moved += consumer.run_once(timeout_seconds=PATIENCE_SECONDS if is_behind else 0) + is_behind
            done = sum(_drain_ready())
            finished += done
            if not moved and not done:
                break
    finally:
        relay.role.give_up()
        consumer.close()
    return finished


def _drain_ready() -> list[int]:
    seats = [seat for queue in QUEUES for seat in choose(queue, now=timezone.now()).seats]
    return [
        drain_together([lease.drained_key for lease in seat], is_suspect=seat[0].is_suspect).finished for seat in seats
    ]
