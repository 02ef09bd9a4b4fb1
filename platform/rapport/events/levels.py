"""How much waits, is worked on and has failed, over all tenants: what the figures for operators are made of."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from rapport.events.models import InboxEvent, InboxState, KeyLease, OutboxEvent
from rapport.events.queues import QUEUES
from rapport.events.registry import get_bus
from rapport.events.topics import INBOX_GROUP, all_subscriptions, subscribed_topics

# Rows that are done are many and stay for days: counting them reads an index from end to end.
COUNT_STATES_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class QueueLevel:
    """Keys that are due and find no worker yet, the longest of them (seconds), and keys that are worked on."""

    waiting: int = 0
    waiting_seconds: float = 0.0
    working: int = 0


def outbox_level() -> tuple[int, float]:
    """Events that the bus does not have yet, and the age of the oldest in seconds."""
    found = OutboxEvent.objects.filter(published_at=None).aggregate(count=Count("id"), oldest=Min("created_at"))
    return found["count"], _age(found["oldest"])


def queue_levels() -> dict[str, QueueLevel]:
    """Every queue."""
    now = timezone.now()
    due = KeyLease.objects.filter(ready_at__lte=now).exclude(leased_until__gt=now).order_by()
    waiting = {row["queue"]: row for row in due.values("queue").annotate(keys=Count("id"), oldest=Min("ready_at"))}
    held = KeyLease.objects.exclude(owner="").filter(leased_until__gt=now).order_by()
    working = dict(held.values_list("queue").annotate(Count("id")))
    return {
        queue: QueueLevel(
            waiting[queue]["keys"] if queue in waiting else 0,
            _age(waiting[queue]["oldest"]) if queue in waiting else 0.0,
            working.get(queue, 0),
        )
        for queue in QUEUES
    }


def dead_rows() -> dict[str, int]:
    """By subscription, each that there is: 0 says that none is dead, not that nobody looked."""
    dead = InboxEvent.objects.filter(state=InboxState.DEAD).order_by()
    none = {each.name: 0 for each in all_subscriptions()}
    return none | dict(dead.values_list("subscription").annotate(Count("id")))


class _InboxStates:
    """Counted at most once a minute, except what waits."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counted_at = -COUNT_STATES_SECONDS
        self._counts: dict[str, int] = {}

    def read(self) -> dict[str, int]:
        with self._lock:
            if time.monotonic() - self._counted_at >= COUNT_STATES_SECONDS:
                counted = dict(InboxEvent.objects.order_by().values_list("state").annotate(Count("id")))
                self._counts = {state: counted.get(state, 0) for state in InboxState.values}
                self._counted_at = time.monotonic()
            pending = InboxEvent.objects.filter(state=InboxState.PENDING).count()
            return self._counts | {InboxState.PENDING: pending}


inbox_states = _InboxStates()


def pull_database() -> Iterator[Metric]:
    waiting, age = outbox_level()
    yield GaugeMetricFamily("rapport_outbox_waiting", "Events that the bus does not have yet.", value=waiting)
    yield GaugeMetricFamily("rapport_outbox_age_seconds", "Age of the oldest of them.", value=age)
    yield _family(
        "rapport_inbox_rows",
        "Rows of the inbox.",
        ["state"],
        [([state], n) for state, n in inbox_states.read().items()],
    )
    yield _family(
        "rapport_dead_rows",
        "Events that failed for good and wait for someone to replay or drop them.",
        ["subscription"],
        [([name], n) for name, n in dead_rows().items()],
    )
    levels = queue_levels()
    yield _family(
        "rapport_keys",
        "Keys that are due and wait for a worker, and keys that are worked on.",
        ["queue", "state"],
        [
            ([queue, state], number)
            for queue, level in levels.items()
            for state, number in (("waiting", level.waiting), ("working", level.working))
        ],
    )
    yield _family(
        "rapport_key_wait_seconds",
        "How long the key that has waited longest has been due.",
        ["queue"],
        [([queue], level.waiting_seconds) for queue, level in levels.items()],
    )


def pull_lag() -> Iterator[Metric]:
    lag = get_bus().group_lag(INBOX_GROUP, subscribed_topics())
    yield _family(
        "rapport_consumer_lag",
        "Records of the log that the group has not committed.",
        ["group", "topic", "partition"],
        [([INBOX_GROUP, where.topic, str(where.number)], records) for where, records in sorted(lag.items())],
    )


def _family(name: str, text: str, labels: list[str], samples: Iterable[tuple[list[str], float]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=labels)
    for values, number in samples:
        family.add_metric(values, number)
    return family


def _age(moment: datetime | None) -> float:
    return max(0.0, (timezone.now() - moment).total_seconds()) if moment else 0.0
