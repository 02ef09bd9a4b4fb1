"""How much of each queue runs at once, everywhere. A queue's slots never help another one: that is their point."""

from rapport.config import get_config
from rapport.events.topics import Queue

QUEUES: tuple[Queue, ...] = ("live", "ingest", "bulk", "calls")


def slots(queue: Queue) -> int:
    config = get_config()
    return {
        "live": config.live_slots,
        "ingest": config.ingest_slots,
        "bulk": config.bulk_slots,
        "calls": config.calls_slots,
    }[queue]


def most_of_one_tenant(queue: Queue) -> int:
    """Imports and calls are long: one tenant never takes the last slot, so that another's first one need not wait."""
    return max(1, slots(queue) - 1) if queue in {"ingest", "calls"} else slots(queue)
