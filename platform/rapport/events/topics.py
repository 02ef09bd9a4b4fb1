"""Which topics exist and who listens: declared by the apps when they load, the same on every bus."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from rapport.events.envelope import Event
from rapport.events.errors import UnknownTopic

Queue = Literal["live", "ingest", "bulk"]
Handler = Callable[[Event], None]

DEAD_LETTERS = "dead-letters"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an event failed for good: the last error's stable code, its sentence, and how often it was tried."""

    code: str
    message: str
    attempts: int


OnDead = Callable[[Event, Failure], None]


@dataclass(frozen=True, slots=True)
class Topic:
    """`partitions` only ever grows; order holds per partition key."""

    name: str
    partitions: int = 4


@dataclass(frozen=True, slots=True)
class Subscription:
    """One listener of a topic. Each has its own inbox row per event, its own retries and its own order per key.

    `is_transactional`: the handler runs inside the event's tenant scope, and it and the mark that it is done commit
    together (short, database only). Otherwise it runs outside any transaction and any scope (it opens its own, short
    ones), may take minutes, and must be idempotent: it runs again after a crash. Before it writes it may ask
    `rapport.events.lease.current_lease().check()`.
    `max_attempts`: a retryable failure (and an unknown exception) is tried this often with growing pauses, then the
    row is dead; another RapportError is dead at once. `blocks_key`: a dead row holds back later rows of its key until
    someone replays or drops it. `on_dead` runs in the transaction that marks a row dead, inside the tenant's scope.
    `deadline_seconds`: an attempt that takes longer has failed. A thread cannot be killed, so its lease is left to
    lapse and `check()` raises; if it is still there after as long again, the worker process ends and is restarted.
    """

    name: str
    topic: str
    types: frozenset[str]
    queue: Queue
    handler: Handler
    is_transactional: bool
    max_attempts: int
    blocks_key: bool
    deadline_seconds: float
    on_dead: OnDead | None


_topics: dict[str, Topic] = {}
_subscriptions: dict[str, Subscription] = {}


def declare_topic(name: str, *, partitions: int = 4) -> Topic:
    """Declare a topic once, at import of the app that owns it."""
    return _topics.setdefault(name, Topic(name, partitions))


def subscribe(
    name: str,
    *,
    topic: str,
    types: set[str],
    queue: Queue = "bulk",
    is_transactional: bool = True,
    max_attempts: int = 8,
    blocks_key: bool = False,
    deadline_seconds: float = 300.0,
    on_dead: OnDead | None = None,
) -> Callable[[Handler], Handler]:
    """Decorator: the function handles the topic's events of these types. See Subscription for what each word means."""

    def register(handler: Handler) -> Handler:
        _subscriptions[name] = Subscription(
            name,
            topic,
            frozenset(types),
            queue,
            handler,
            is_transactional,
            max_attempts,
            blocks_key,
            deadline_seconds,
            on_dead,
        )
        return handler

    return register


def get_topic(name: str) -> Topic:
    """Raises UnknownTopic."""
    if name not in _topics:
        raise UnknownTopic(f"No app declared the topic {name!r}.")
    return _topics[name]


def all_subscriptions() -> list[Subscription]:
    return sorted(_subscriptions.values(), key=lambda each: each.name)


def all_topics() -> list[Topic]:
    return sorted(_topics.values(), key=lambda topic: topic.name)


def subscriptions_of(topic: str, event_type: str) -> list[Subscription]:
    return [each for each in _subscriptions.values() if each.topic == topic and event_type in each.types]


def find_subscription(name: str) -> Subscription | None:
    """None for a subscription that this version of the code no longer has: its rows wait for one that does."""
    return _subscriptions.get(name)


declare_topic(DEAD_LETTERS, partitions=1)
