"""A member of a consumer group on Kafka. One thread owns it; heartbeats are sent by a thread of the client's own."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka import errors as broker
from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from kafka.structs import OffsetAndMetadata

from rapport.events.bus import Partition, Record
from rapport.events.kafka_address import KafkaAddress
from rapport.events.kafka_admin import PATIENCE_MS
from rapport.events.kafka_errors import kafka_errors
from rapport.events.kafka_joining import join_patiently
from rapport.events.kafka_reader import record_of

SESSION_MS = 10_000  # a member that vanished without a trace is replaced after this
HEARTBEAT_MS = 2_500
POLL_INTERVAL_MS = 120_000  # a member that does not poll for so long is replaced
FETCH_WAIT_MS = 100  # a partition that is resumed waits as long for the fetch that went out without it
FETCH_BYTES = 8 << 20
PARTITION_FETCH_BYTES = 256 << 10  # after so much of one partition the others have their turn
METADATA_MS = 30_000  # after so long new partitions are noticed
PROBE_SECONDS = 5.0  # after so long without a record the brokers are asked whether they are still there
PROBE_MS = 5_000

# What a commit answers when the group has moved on without this member: the next one reads these records again.
LOST = (
    broker.CommitFailedError,
    broker.IllegalGenerationError,
    broker.RebalanceInProgressError,
    broker.UnknownMemberIdError,
    broker.FencedMemberEpochError,
)


class KafkaMember:
    """See BusConsumer. Names go in and come out without the prefix."""

    def __init__(self, address: KafkaAddress, *, group: str, topics: Sequence[str], member_id: str) -> None:
        self.address = address
        self._paused: set[Partition] = set()
        self._heard_at = time.monotonic()
        with kafka_errors(address):
            self._client: Any = KafkaConsumer(
                *[address.prefix + topic for topic in topics],
                **address.client_settings(),
                group_id=address.prefix + group,
                client_id=member_id,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                allow_auto_create_topics=False,
                partition_assignment_strategy=(RoundRobinPartitionAssignor,),
                session_timeout_ms=SESSION_MS,
                heartbeat_interval_ms=HEARTBEAT_MS,
                max_poll_interval_ms=POLL_INTERVAL_MS,
                fetch_max_wait_ms=FETCH_WAIT_MS,
                fetch_max_bytes=FETCH_BYTES,
                max_partition_fetch_bytes=PARTITION_FETCH_BYTES,
                metadata_max_age_ms=METADATA_MS,
                bootstrap_timeout_ms=PATIENCE_MS,
                metrics_enabled=False,
            )
            join_patiently(self._client)

    def poll(self, *, max_records: int, timeout_seconds: float) -> list[Record]:
        with kafka_errors(self.address):
            found = self._client.poll(timeout_ms=int(timeout_seconds * 1000), max_records=max(max_records, 1))
            kept = [batch for each, batch in found.items() if self._may_read(each, batch, max_records)]
            self._probe(has_news=bool(found))
        return [record_of(each, self.address.prefix) for batch in kept for each in batch]

    def _may_read(self, partition: TopicPartition, batch: Sequence[Any], max_records: int) -> bool:
        """A rebalance forgets pauses. What should not have been read is read again later."""
        is_paused = self._inner(partition) in self._paused
        if is_paused:
            self._client.pause(partition)
        if is_paused or not max_records:
            self._client.seek(partition, batch[0].offset)
            return False
        return True

    def _probe(self, *, has_news: bool) -> None:
        """The client waits for brokers that are gone without a word. Raises its error when they do not answer."""
        if has_news:
            self._heard_at = time.monotonic()
        elif time.monotonic() - self._heard_at >= PROBE_SECONDS:
            self._heads()
            self._heard_at = time.monotonic()

    def commit(self, next_offsets: Mapping[Partition, int]) -> None:
        held = self.assignment()
        offsets = {
            self._outer(each): OffsetAndMetadata(offset, "", -1)
            for each, offset in next_offsets.items()
            if each in held
        }
        with kafka_errors(self.address):
            try:
                self._client.commit(offsets, timeout_ms=PATIENCE_MS)
            except LOST:
                return

    def assignment(self) -> frozenset[Partition]:
        return frozenset(self._inner(each) for each in self._client.assignment())

    def pause(self, partitions: Iterable[Partition]) -> None:
        wanted = set(partitions)
        self._paused |= wanted
        self._client.pause(*[self._outer(each) for each in wanted & self.assignment()])

    def resume(self, partitions: Iterable[Partition]) -> None:
        wanted = set(partitions) & self._paused
        self._paused -= wanted
        self._client.resume(*[self._outer(each) for each in wanted & self.assignment()])

    def seek(self, partition: Partition, offset: int) -> None:
        if partition in self.assignment():
            self._client.seek(self._outer(partition), offset)

    def lag(self) -> dict[Partition, int]:
        with kafka_errors(self.address):
            heads = self._heads()
            behind = {each: head - self._position(each) for each, head in heads.items()}
        return {self._inner(each): max(0, count) for each, count in behind.items()}

    def _heads(self) -> dict[TopicPartition, int]:
        """Also without a partition the brokers are asked for something."""
        held = self._client.assignment()
        if held:
            return dict(self._client.end_offsets(list(held), timeout_ms=PROBE_MS))
        self._client.bootstrap(timeout_ms=PROBE_MS, refresh=True)
        return {}

    def _position(self, partition: TopicPartition) -> int:
        position: int | None = self._client.position(partition, timeout_ms=PROBE_MS)
        if position is None:
            raise broker.KafkaTimeoutError
        return position

    def close(self) -> None:
        with kafka_errors(self.address):
            self._client.close(autocommit=False, timeout_ms=PROBE_MS)

    def _outer(self, partition: Partition) -> TopicPartition:
        return TopicPartition(self.address.prefix + partition.topic, partition.number)

    def _inner(self, partition: TopicPartition) -> Partition:
        return Partition(partition.topic.removeprefix(self.address.prefix), partition.partition)
