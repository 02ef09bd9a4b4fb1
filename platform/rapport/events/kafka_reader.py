"""Reading a stretch of Kafka's log outside every group: for replays. Nothing is committed."""

from collections.abc import Iterator, Mapping
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka import errors as broker

from rapport.events.bus import Partition, Record
from rapport.events.kafka_address import KafkaAddress
from rapport.events.kafka_admin import PATIENCE_MS
from rapport.events.kafka_errors import kafka_errors

STALLED_POLLS = 3


def read_between(
    address: KafkaAddress, start: Mapping[Partition, int], ends: Mapping[Partition, int]
) -> Iterator[Record]:
    """Each partition from its start up to its end, where the start is before it. Raises BusUnavailable."""
    left = {
        TopicPartition(address.prefix + each.topic, each.number): ends[each]
        for each, offset in start.items()
        if offset < ends.get(each, 0)
    }
    if not left:
        return
    with kafka_errors(address):
        client: Any = KafkaConsumer(
            **address.client_settings(),
            client_id="rapport-replay",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            bootstrap_timeout_ms=PATIENCE_MS,
            metrics_enabled=False,
        )
        try:
            client.assign(list(left))
            for each in left:
                client.seek(each, start[Partition(each.topic.removeprefix(address.prefix), each.partition)])
            yield from _read(client, left, address.prefix)
        finally:
            client.close()


def _read(client: Any, left: dict[TopicPartition, int], prefix: str) -> Iterator[Record]:
    """A position, not the last record, says that an end is reached: retention leaves gaps."""
    silent = 0
    while left:
        found = client.poll(timeout_ms=PATIENCE_MS, max_records=500)
        silent = 0 if found else silent + 1
        if silent == STALLED_POLLS:
            raise broker.KafkaTimeoutError
        for each, batch in found.items():
            yield from (record_of(one, prefix) for one in batch if one.offset < left.get(each, 0))
        for each in [each for each, end in left.items() if (client.position(each, timeout_ms=PATIENCE_MS) or 0) >= end]:
            del left[each]
            client.pause(each)


def record_of(each: Any, prefix: str) -> Record:
    """A record of kafka-python's as one of ours."""
    return Record(
        Partition(each.topic.removeprefix(prefix), each.partition),
        each.offset,
        (each.key or b"").decode(errors="replace"),
        each.value or b"",
        {name: value.decode(errors="replace") for name, value in each.headers} if each.headers else {},
    )
