"""What an event bus promises: partitioned, ordered, durable topics that groups of consumers read at their own pace.

The words are Kafka's and so are the semantics; the embedded log (`embedded.py`) keeps them inside the database.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from rapport.events.topics import Topic


class Partition(NamedTuple):
    """One ordered part of a topic."""

    topic: str
    number: int


@dataclass(frozen=True, slots=True)
class Message:
    """Something to append. Messages of one `key` land in one partition, in the order in which they are appended."""

    topic: str
    key: str
    value: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """A message as it stands in the log. `offset` grows within its partition (a bus may leave gaps)."""

    partition: Partition
    offset: int
    key: str
    value: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TopicState:
    """A declared topic as the bus has it. `partitions` is 0 while it is missing. `longest_hours`: after so long
    a record is certainly gone; infinite when it stays for ever, None where it is not the topic that says so."""

    name: str
    declared: int
    partitions: int
    longest_hours: float | None = None


class BusConsumer(Protocol):
    """One member of a group. Not thread-safe: one thread owns it.

    Each partition belongs to one member of a group at a time; members that come and go are noticed by `poll`, which
    must be called at least every few seconds, also while everything is paused. Delivery is at least once: after a
    rebalance or a crash records follow again from the last committed offset.
    """

    def poll(self, *, max_records: int, timeout_seconds: float) -> list[Record]:
        """The next records of the partitions held, waiting up to `timeout_seconds` for the first one.

        With 0 it takes what is here already: across a network that may be nothing, although there is more. Records of
        one partition come in offset order. Raises BusUnavailable.
        """
        ...

    def commit(self, next_offsets: Mapping[Partition, int]) -> None:
        """Remember for the group where to go on. Partitions that this member lost meanwhile are left out silently.

        Raises BusUnavailable.
        """
        ...

    def assignment(self) -> frozenset[Partition]:
        """The partitions held since the last `poll`."""
        ...

    def pause(self, partitions: Iterable[Partition]) -> None:
        """`poll` leaves these out until `resume`; membership stays."""
        ...

    def resume(self, partitions: Iterable[Partition]) -> None: ...

    def seek(self, partition: Partition, offset: int) -> None:
        """The next `poll` reads this partition from `offset` (0: from its beginning). Nothing is committed."""
        ...

    def lag(self) -> dict[Partition, int]:
        """Records behind the head, for each partition held: head minus the position of `poll`."""
        ...

    def close(self) -> None:
        """Leave the group, so that its other members take over at once."""
        ...


class EventBus(Protocol):
    """Thread-safe."""

    def prepare(self, topics: Sequence[Topic]) -> None:
        """Create what is missing; a topic's partitions only ever grow, and more than declared are as good. When they
        grow a key may get another partition: its order across that moment is kept only if all that was there before
        has been consumed. Safe to repeat. Raises BusUnavailable."""
        ...

    def append(self, messages: Sequence[Message]) -> None:
        """Durable when it returns. Raises BusUnavailable: then some of the messages may be in the log, and the caller
        appends all of them again (readers tell repeats by the event's id)."""
        ...

    def set_retention(self, topics: Sequence[Topic]) -> None:
        """Have the topics keep their records no longer than EVENT_RETENTION_HOURS. Raises BusUnavailable."""
        ...

    def describe(self, topics: Sequence[Topic]) -> list[TopicState]:
        """Each of these topics, in their order. Raises BusUnavailable."""
        ...

    def consumer(self, *, group: str, topics: Sequence[str], member_id: str) -> BusConsumer: ...

    def read(self, start: Mapping[Partition, int]) -> Iterator[Record]:
        """The records from these offsets up to where the log ends now, outside every group. In order per partition;
        what retention took is left out. Raises BusUnavailable."""
        ...

    def offsets_since(self, topics: Sequence[str], moment: datetime) -> dict[Partition, int]:
        """For each partition of these topics the first record that was appended at `moment` or later, the head where
        there is none: a start for `read`. Raises BusUnavailable."""
        ...

    def group_lag(self, group: str, topics: Sequence[str]) -> dict[Partition, int]:
        """Records of each partition of these topics that the group has not committed, seen from outside the group.
        Raises BusUnavailable."""
        ...

    def prune(self, *, older_than_hours: float) -> int:
        """Drop records past their retention; returns how many (0 where the bus does it by itself)."""
        ...

    def close(self) -> None:
        """Let go of connections. Consumers are closed by themselves."""
        ...
