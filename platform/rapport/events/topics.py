"""Which topics exist and who listens: declared by the apps when they load, the same on every bus."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from rapport.events.envelope import Event
from rapport.events.errors import UnknownTopic

Queue = Literal["live", "ingest", "bulk", "calls"]  # calls: to strangers' servers, which may let us wait
Handler = Callable[[Event], None]
# What became of each event, in their order: None when it is handled, else what a Handler would have raised.
BatchHandler = Callable[[Sequence[Event]], Sequence[Exception | None]]

DEAD_LETTERS = "dead-letters"
INBOX_GROUP = "rapport"  # the consumers that fill the inbox
TRANSACTIONAL_TOGETHER = 20  # keys of a tenant that share a transaction
WHOLE_TENANT = "*"  # the key of a subscription that is in order per tenant


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
    `most_together`: so many keys of one tenant take a slot together. Transactional handlers then share a transaction:
    when one of them raises, what the others did is undone and done again.
    `batch_handler`: takes the first waiting events of up to `most_together` keys of one tenant at once, where that is
    cheaper. One failure is no other's: it returns one outcome per event, and may answer `NotNow` for what it leaves.
    `is_per_tenant`: order and retries are per tenant instead of per partition key: for handlers whose work is so small
    that a key of its own for each event would cost more than the work.
    `is_direct`: somebody waits for it, so whoever publishes writes its inbox rows in the same transaction. The log has
    the event all the same; the row that comes by it is the one that is there.
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
    batch_handler: BatchHandler | None = None
    most_together: int = 1
    is_per_tenant: bool = False
    is_direct: bool = False

    def key_of(self, event: Event) -> str:
        """The inbox key of an event: what is drained in order."""
        return WHOLE_TENANT if self.is_per_tenant else event.partition_key


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
    is_per_tenant: bool = False,
    is_direct: bool = False,
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
            most_together=TRANSACTIONAL_TOGETHER if is_transactional else 1,
            is_per_tenant=is_per_tenant,
            is_direct=is_direct,
        )
        return handler

    return register


def subscribe_together(
    name: str,
    *,
    topic: str,
    types: set[str],
    most_together: int,
    queue: Queue = "bulk",
    max_attempts: int = 8,
    deadline_seconds: float = 300.0,
    on_dead: OnDead | None = None,
) -> Callable[[BatchHandler], BatchHandler]:
    """Decorator for a BatchHandler, which runs outside any transaction. See Subscription."""

    def register(batch_handler: BatchHandler) -> BatchHandler:
        _subscriptions[name] = Subscription(
            name,
            topic,
            frozenset(types),
            queue,
            _one_of(batch_handler),
            False,
            max_attempts,
            False,
            deadline_seconds,
            on_dead,
            batch_handler,
            most_together,
        )
        return batch_handler

    return register


def _one_of(batch_handler: BatchHandler) -> Handler:
    def handle(event: Event) -> None:
        (outcome,) = batch_handler([event])
        if outcome is not None:
            raise outcome

    return handle


def get_topic(name: str) -> Topic:
    """Raises UnknownTopic."""
    if name not in _topics:
        raise UnknownTopic(f"No app declared the topic {name!r}.")
    return _topics[name]


def all_subscriptions() -> list[Subscription]:
    return sorted(_subscriptions.values(), key=lambda each: each.name)


def all_topics() -> list[Topic]:
    return sorted(_topics.values(), key=lambda topic: topic.name)


def subscribed_topics() -> list[str]:
    """Those that anyone listens to."""
    return sorted({each.topic for each in _subscriptions.values()})


def subscriptions_of(topic: str, event_type: str) -> list[Subscription]:
    return [each for each in _subscriptions.values() if each.topic == topic and event_type in each.types]


def most_together_in(queue: Queue) -> int:
    """The most keys that any subscription of the queue takes at once."""
    return max((each.most_together for each in _subscriptions.values() if each.queue == queue), default=1)


def find_subscription(name: str) -> Subscription | None:
    """None for a subscription that this version of the code no longer has: its rows wait for one that does."""
    return _subscriptions.get(name)


def queue_of(name: str) -> Queue:
    """The queue of a subscription; of anything else it is the one that Celery takes by default."""
    found = find_subscription(name)
    return found.queue if found else "bulk"


declare_topic(DEAD_LETTERS, partitions=1)
