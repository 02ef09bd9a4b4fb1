"""The embedded log: an EventBus in the project's own database. It must not know what the events mean."""

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from rapport.events.bus import Message, Partition, Record, TopicState
from rapport.events.doorbell import ring
from rapport.events.embedded_consumer import EmbeddedConsumer, read_records
from rapport.events.errors import UnknownTopic, bus_errors
from rapport.events.models import GroupOffset, LogPartition, LogRecord
from rapport.events.topics import Topic

PRUNE_BATCH = 2000
READ_BATCH = 500


def partition_of(key: str, partitions: int) -> int:
    """The same for ever and in every process, as long as the number of partitions stays."""
    return zlib.crc32(key.encode()) % partitions


class EmbeddedLog:
    """Offsets are gapless and follow commit order, because an append holds its partitions' rows until it commits."""

    def __init__(self) -> None:
        self._partitions: Mapping[str, int] = {}

    def prepare(self, topics: Sequence[Topic]) -> None:
        wanted = [
            LogPartition(topic=each.name, partition=number) for each in topics for number in range(each.partitions)
        ]
        with bus_errors():
            known = set(LogPartition.objects.values_list("topic", "partition"))
            missing = [head for head in wanted if (head.topic, head.partition) not in known]
            if missing:
                LogPartition.objects.bulk_create(missing, ignore_conflicts=True)
        self._partitions = {}

    def append(self, messages: Sequence[Message]) -> None:
        with bus_errors(), transaction.atomic():
            for partition, batch in sorted(self._sort_out(messages).items()):
                self._append_to(partition, batch)
        if messages:
            ring("log")

    def _sort_out(self, messages: Sequence[Message]) -> Mapping[Partition, list[Message]]:
        counts = self._partition_counts({message.topic for message in messages})
        batches: dict[Partition, list[Message]] = defaultdict(list)
        for message in messages:
            batches[Partition(message.topic, partition_of(message.key, counts[message.topic]))].append(message)
        return batches

    def _partition_counts(self, topics: set[str]) -> Mapping[str, int]:
        """Asked once: topics are prepared at start, and grow when everything starts anew."""
        if not topics <= self._partitions.keys():
            self._partitions = Counter(LogPartition.objects.values_list("topic", flat=True))
        if missing := topics - self._partitions.keys():
            raise UnknownTopic(f"The log has no topic {', '.join(sorted(missing))}: prepare() was not called with it.")
        return self._partitions

    def _append_to(self, partition: Partition, batch: Sequence[Message]) -> None:
        head = LogPartition.objects.select_for_update().get(topic=partition.topic, partition=partition.number)
        LogRecord.objects.bulk_create(
            LogRecord(
                topic=partition.topic,
                partition=partition.number,
                offset=offset,
                key=message.key,
                value=message.value,
                headers=dict(message.headers),
            )
            for offset, message in enumerate(batch, start=head.next_offset)
        )
        head.next_offset += len(batch)
        head.save(update_fields=["next_offset"])

    def set_retention(self, topics: Sequence[Topic]) -> None:
        """`prune` is told each time."""

    def describe(self, topics: Sequence[Topic]) -> list[TopicState]:
        with bus_errors():
            counts = Counter(LogPartition.objects.values_list("topic", flat=True))
        return [TopicState(topic.name, topic.partitions, counts[topic.name]) for topic in topics]

    def consumer(self, *, group: str, topics: Sequence[str], member_id: str) -> EmbeddedConsumer:
        return EmbeddedConsumer(group=group, topics=topics, member_id=member_id)

    def read(self, start: Mapping[Partition, int]) -> Iterator[Record]:
        ends = self._heads(sorted({each.topic for each in start}))
        for partition, offset in sorted(start.items()):
            at = offset
            while found := read_records(partition, at, min(READ_BATCH, ends.get(partition, 0) - at)):
                yield from found
                at = found[-1].offset + 1

    def offsets_since(self, topics: Sequence[str], moment: datetime) -> dict[Partition, int]:
        since = LogRecord.objects.filter(topic__in=topics, appended_at__gte=moment).order_by()
        with bus_errors():
            first = since.values_list("topic", "partition").annotate(first=Min("offset"))
            return self._heads(topics) | {Partition(topic, number): offset for topic, number, offset in first}

    def group_lag(self, group: str, topics: Sequence[str]) -> dict[Partition, int]:
        with bus_errors():
            rows = GroupOffset.objects.filter(group=group, topic__in=topics)
            read = {Partition(row.topic, row.partition): row.next_offset for row in rows}
            return {each: max(0, head - read.get(each, 0)) for each, head in self._heads(topics).items()}

    def _heads(self, topics: Sequence[str]) -> dict[Partition, int]:
        rows = LogPartition.objects.filter(topic__in=topics).values_list("topic", "partition", "next_offset")
        return {Partition(topic, number): offset for topic, number, offset in rows}

    def prune(self, *, older_than_hours: float) -> int:
        """In small batches: a long delete would hold up every writer."""
        before = timezone.now() - timedelta(hours=older_than_hours)
        total = 0
        while ids := list(LogRecord.objects.filter(appended_at__lt=before).values_list("id", flat=True)[:PRUNE_BATCH]):
            total += LogRecord.objects.filter(id__in=ids).delete()[0]
        return total

    def close(self) -> None:
        """Connections are Django's."""
