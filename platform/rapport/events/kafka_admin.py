"""What is asked of the brokers apart from records: topics, offsets, members. Thread-safe; it moves no records."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from kafka import KafkaAdminClient, TopicPartition
from kafka import errors as broker
from kafka.admin import ConfigResource, ConfigResourceType, MemberToRemove, OffsetSpec

from rapport.events.bus import Partition
from rapport.events.errors import BusUnavailable
from rapport.events.identity import is_known_dead
from rapport.events.kafka_address import KafkaAddress
from rapport.events.kafka_errors import OLDEST, kafka_errors
from rapport.events.topics import Topic

PATIENCE_MS = 5_000
EXISTS, UNKNOWN_TOPIC = 36, 3
Answer = TypeVar("Answer")


class KafkaAdmin:
    """Made at the first question, and made anew after one that failed. Names go in and come out without the prefix."""

    def __init__(self, address: KafkaAddress, *, retention_hours: float) -> None:
        self.address = address
        self.retention_hours = retention_hours
        self._client: Any = None
        self._lock = threading.RLock()
        self._unreachable: broker.KafkaError | None = None
        self._unreachable_at = 0.0

    def _ask(self, question: Callable[[Any], Answer]) -> Answer:
        asked_at = time.monotonic()
        with kafka_errors(self.address), self._lock:
            try:
                self._client = self._client or self._reach(asked_at)
                return question(self._client)
            except broker.KafkaError:
                self.close()
                raise

    def _reach(self, asked_at: float) -> Any:
        """Who waited while another tried in vain is told the same: else each of them waits out the patience anew."""
        if self._unreachable and asked_at < self._unreachable_at:
            raise type(self._unreachable)(*self._unreachable.args) from self._unreachable
        self._unreachable = None
        try:
            return self._connect()
        except broker.KafkaError as error:
            self._unreachable, self._unreachable_at = error, time.monotonic()
            raise

    def _connect(self) -> Any:
        client = KafkaAdminClient(
            **self.address.client_settings(),
            client_id="rapport-admin",
            bootstrap_timeout_ms=PATIENCE_MS,
            request_timeout_ms=PATIENCE_MS,
        )
        if client._manager.broker_version < OLDEST:
            client.close()
            raise broker.IncompatibleBrokerVersion
        return client

    def close(self) -> None:
        with self._lock:
            if self._client:
                self._client.close()
            self._client = None

    # Topics

    def partition_counts(self, names: Iterable[str]) -> dict[str, int]:
        """Of those that exist."""
        found = self._ask(lambda client: client.describe_topics([self._outer(name) for name in names]))
        for topic in found:
            if topic["error_code"] not in (0, UNKNOWN_TOPIC):
                with kafka_errors(self.address):
                    raise broker.for_code(topic["error_code"])
        return {self._inner(topic["name"]): len(topic["partitions"]) for topic in found if topic["partitions"]}

    def create(self, topics: Sequence[Topic]) -> None:
        """Another process may be creating the same ones."""
        wanted = {
            self._outer(topic.name): {
                "num_partitions": topic.partitions,
                "replication_factor": self.address.replication,
                "configs": self.retention_settings(),
            }
            for topic in topics
        }
        answer = self._ask(lambda client: client.create_topics(wanted, raise_errors=False))
        self._raise_first(each["error_code"] for each in answer["topics"] if each["error_code"] != EXISTS)
        self._ask(lambda client: client.wait_for_topics(list(wanted), timeout_ms=PATIENCE_MS))

    def grow(self, topics: Sequence[Topic]) -> None:
        wanted = {self._outer(topic.name): topic.partitions for topic in topics}
        answer = self._ask(lambda client: client.create_partitions(wanted, raise_errors=False))
        invalid = broker.InvalidPartitionsError.errno  # someone else grew it in between
        self._raise_first(each.error_code for each in answer.results if each.error_code != invalid)
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while any(self.partition_counts([topic.name])[topic.name] < topic.partitions for topic in topics):
            if time.monotonic() > deadline:
                raise BusUnavailable("EVENTS_URL: the brokers take their time to add partitions. Try again.")
            time.sleep(0.05)

    def _raise_first(self, codes: Iterable[int]) -> None:
        for code in codes:
            if code:
                with kafka_errors(self.address):
                    raise broker.for_code(code)

    def retention_settings(self) -> dict[str, str]:
        """Kafka drops whole segments only: with segments of a seventh, records are gone when the inbox forgets them."""
        milliseconds = int(self.retention_hours * 3_600_000)
        return {"retention.ms": str(milliseconds * 6 // 7), "segment.ms": str(max(milliseconds // 7, 60_000))}

    def longest_hours(self, names: Iterable[str]) -> dict[str, float]:
        """How long each topic keeps a record at most; infinite when for ever."""
        resources = [ConfigResource(ConfigResourceType.TOPIC, self._outer(name)) for name in names]
        found = self._ask(lambda client: client.describe_configs(resources, config_filter="all"))
        return {
            self._inner(name): _longest_hours(settings["retention.ms"]["value"], settings["segment.ms"]["value"])
            for name, settings in found.get("topic", {}).items()
        }

    def set_retention(self, names: Iterable[str]) -> None:
        resources = [ConfigResource(ConfigResourceType.TOPIC, self._outer(name)) for name in names]
        for resource in resources:
            resource.configs = self.retention_settings()
        self._ask(lambda client: client.alter_configs(resources))

    # Offsets

    def heads(self, counts: Mapping[str, int]) -> dict[Partition, int]:
        """The offset that each partition's next record will get."""
        return self._offsets(counts, OffsetSpec.LATEST)

    def beginnings(self, counts: Mapping[str, int]) -> dict[Partition, int]:
        return self._offsets(counts, OffsetSpec.EARLIEST)

    def offsets_since(self, counts: Mapping[str, int], moment: datetime) -> dict[Partition, int]:
        """The first record that is not older; the head where there is none."""
        found = self._offsets(counts, int(moment.timestamp() * 1000))
        heads = self.heads(counts)
        return {partition: offset if offset >= 0 else heads[partition] for partition, offset in found.items()}

    def _offsets(self, counts: Mapping[str, int], what: Any) -> dict[Partition, int]:
        wanted = {
            TopicPartition(self._outer(name), number): what for name, count in counts.items() for number in range(count)
        }
        if not wanted:
            return {}
        found = self._ask(lambda client: client.list_partition_offsets(wanted, timeout_ms=PATIENCE_MS))
        return {Partition(self._inner(each.topic), each.partition): at.offset for each, at in found.items()}

    def committed(self, group: str) -> dict[Partition, int]:
        name = self._outer(group)
        found = self._ask(lambda client: client.list_group_offsets(name)).get(name, {})
        return {Partition(self._inner(each.topic), each.partition): at.offset for each, at in found.items()}

    # Members

    def bury_the_dead(self, group: str) -> None:
        """Members that were processes of this machine and are gone hold their partitions no longer."""
        name = self._outer(group)
        described = self._ask(lambda client: client.describe_groups([name]))[name]
        gone = [
            MemberToRemove(member_id=member["member_id"])
            for member in described.get("members", ())
            if is_known_dead(member["client_id"])
        ]
        if gone:
            self._ask(lambda client: client.remove_group_members(name, gone))

    def _outer(self, name: str) -> str:
        return self.address.prefix + name

    def _inner(self, name: str) -> str:
        return name.removeprefix(self.address.prefix)


def _longest_hours(retention_ms: str, segment_ms: str) -> float:
    return (int(retention_ms) + int(segment_ms)) / 3_600_000 if int(retention_ms) >= 0 else float("inf")
