"""The event bus on Kafka. Made after a fork, never before; threads share it, each consumer belongs to one thread."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from typing import Any

from kafka import KafkaProducer
from kafka import errors as broker
from kafka.partitioner.default import murmur2

from rapport.events.bus import Message, Partition, Record, TopicState
from rapport.events.errors import UnknownTopic
from rapport.events.kafka_address import KafkaAddress
from rapport.events.kafka_admin import PATIENCE_MS, KafkaAdmin
from rapport.events.kafka_consumer import KafkaMember
from rapport.events.kafka_errors import kafka_errors
from rapport.events.kafka_reader import read_between
from rapport.events.topics import Topic

CHUNK_BYTES = 700_000  # with what Kafka adds below a broker's usual limit of 1 MB a batch
DELIVERY_SECONDS = 10.0
LINGER_MS = 100  # never waited for: every append ends with a flush, which seals one batch a partition


@lru_cache(maxsize=65_536)
def _hash(key: str) -> int:
    """As Java's clients and Kafka's tools do it; in Python it costs 10 µs, and keys come again."""
    return int(murmur2(key.encode())) & 0x7FFFFFFF


class KafkaBus:
    """See EventBus. An append is sent in chunks, each of them one batch per partition, which a broker takes whole or
    not at all; the next chunk leaves when the one before is safe. So whatever fails, no record overtakes another."""

    def __init__(self, address: KafkaAddress, *, retention_hours: float) -> None:
        self.address = address
        self.admin = KafkaAdmin(address, retention_hours=retention_hours)
        self._producer: Any = None
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def prepare(self, topics: Sequence[Topic]) -> None:
        wanted = {topic.name: topic for topic in sorted(topics, key=lambda topic: topic.partitions)}
        counts = self.admin.partition_counts(wanted)
        if missing := [topic for name, topic in wanted.items() if name not in counts]:
            self.admin.create(missing)
        if small := [topic for name, topic in wanted.items() if counts.get(name, topic.partitions) < topic.partitions]:
            self.admin.grow(small)
        self._counts |= counts | {topic.name: topic.partitions for topic in (*missing, *small)}

    def append(self, messages: Sequence[Message]) -> None:
        with self._lock, kafka_errors(self.address):
            try:
                for chunk in _chunks(messages):
                    self._send(chunk)
            except broker.KafkaError:
                self._drop_producer()
                raise

    def _send(self, chunk: Sequence[Message]) -> None:
        counts = self._partition_counts({message.topic for message in chunk})
        self._producer = self._producer or self._connect()
        send, prefix = self._producer.send, self.address.prefix
        sent = [
            send(
                prefix + message.topic,
                message.value,
                key=message.key.encode(),
                headers=[(name, text.encode()) for name, text in message.headers.items()],
                partition=_hash(message.key) % counts[message.topic],
            )
            for message in chunk
        ]
        self._producer.flush(DELIVERY_SECONDS)
        for each in sent:
            if not each.succeeded():
                each.get(timeout=0)

    def _connect(self) -> Any:
        return KafkaProducer(
            **self.address.client_settings(),
            client_id="rapport",
            acks="all",
            enable_idempotence=True,
            allow_auto_create_topics=False,
            batch_size=2 * CHUNK_BYTES,
            max_request_size=4 * CHUNK_BYTES,
            linger_ms=LINGER_MS,
            request_timeout_ms=int(DELIVERY_SECONDS * 1000) - 2 * LINGER_MS,
            delivery_timeout_ms=int(DELIVERY_SECONDS * 1000),
            max_block_ms=PATIENCE_MS,
            bootstrap_timeout_ms=PATIENCE_MS,
            metrics_enabled=False,
        )

    def _drop_producer(self) -> None:
        """With whatever it still holds: the caller appends all of it again."""
        producer, self._producer = self._producer, None
        self._counts = {}
        if producer:
            producer._sender.force_close()  # else close() would wait for what cannot be delivered
            producer._sender.join(2.0)
            with suppress(broker.KafkaError):
                producer.close(timeout=0)

    def _partition_counts(self, topics: set[str]) -> Mapping[str, int]:
        """Asked once; topics grow when everything starts anew, and after an error they are asked for again."""
        if unknown := topics - self._counts.keys():
            self._counts |= self.admin.partition_counts(unknown)
        if missing := topics - self._counts.keys():
            raise UnknownTopic(f"Kafka has no topic {', '.join(sorted(missing))}: run `manage.py topics`.")
        return self._counts

    def consumer(self, *, group: str, topics: Sequence[str], member_id: str) -> KafkaMember:
        self.admin.bury_the_dead(group)
        return KafkaMember(self.address, group=group, topics=topics, member_id=member_id)

    def set_retention(self, topics: Sequence[Topic]) -> None:
        self.admin.set_retention([topic.name for topic in topics])

    def describe(self, topics: Sequence[Topic]) -> list[TopicState]:
        counts = self.admin.partition_counts([topic.name for topic in topics])
        hours = self.admin.longest_hours(counts) if counts else {}
        return [
            TopicState(topic.name, topic.partitions, counts.get(topic.name, 0), hours.get(topic.name))
            for topic in topics
        ]

    def read(self, start: Mapping[Partition, int]) -> Iterator[Record]:
        ends = self.admin.heads(self.admin.partition_counts({each.topic for each in start}))
        return read_between(self.address, start, ends)

    def offsets_since(self, topics: Sequence[str], moment: datetime) -> dict[Partition, int]:
        return self.admin.offsets_since(self.admin.partition_counts(topics), moment)

    def group_lag(self, group: str, topics: Sequence[str]) -> dict[Partition, int]:
        counts = self.admin.partition_counts(topics)
        committed, heads = self.admin.committed(group), self.admin.heads(counts)
        read = committed if committed.keys() >= heads.keys() else self.admin.beginnings(counts) | committed
        return {each: max(0, head - read.get(each, 0)) for each, head in heads.items()}

    def prune(self, *, older_than_hours: float) -> int:
        """The brokers do it by the topics' retention."""
        return 0

    def close(self) -> None:
        with self._lock:
            producer, self._producer = self._producer, None
            if producer:
                producer.close(timeout=1)
        self.admin.close()


def _chunks(messages: Sequence[Message]) -> Iterator[list[Message]]:
    chunk: list[Message] = []
    size = 0
    for message in messages:
        length = len(message.value) + len(message.key) + 100
        if chunk and size + length > CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
        chunk.append(message)
        size += length
    if chunk:
        yield chunk
