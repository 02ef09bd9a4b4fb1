"""The consumer: bus → inbox. It hands over durably, then commits offsets, then rings. It never runs a handler."""

import json
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapport import logs
from rapport.events.bus import BusConsumer, EventBus, Message, Partition, Record
from rapport.events.dispatch import wake_dispatch
from rapport.events.envelope import Event
from rapport.events.errors import BadEnvelope
from rapport.events.inbox import Arrival, has_more_pending_than, store
from rapport.events.roles import report_trouble
from rapport.events.topics import DEAD_LETTERS, all_subscriptions

GROUP = "rapport"
BATCH = 500
MAX_PENDING = 20_000
PENDING_CHECK_SECONDS = 2.0

log = logs.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class BadRecord:
    record: Record
    reason: str


@dataclass(slots=True)
class DeadLetterLimit:
    """Per partition: so many bad records in a row, or such a share of the last ones, mean that we are what is wrong.

    The idea is arroyo's DlqLimit (github.com/getsentry/arroyo). Counted over this process's life.
    """

    max_run: int = 20
    max_ratio: float = 0.05
    min_records: int = 200
    run: int = 0
    bad: int = 0
    seen: int = 0

    def count(self, *, is_bad: bool) -> bool:
        """Count one record; False when the limit is passed."""
        self.seen += 1
        self.bad += is_bad
        self.run = self.run + 1 if is_bad else 0
        too_many = self.seen >= self.min_records and self.bad > self.max_ratio * self.seen
        return self.run <= self.max_run and not too_many


def read_event(record: Record) -> Event:
    """The record's event. Raises BadEnvelope, also when the key does not belong to the tenant it names."""
    try:
        envelope = json.loads(record.value)
    except ValueError as error:
        raise BadEnvelope(f"Not JSON: {error}.") from None
    if not isinstance(envelope, dict):
        raise BadEnvelope("Not a JSON object.")
    event = Event.from_json(envelope)
    if record.key != f"{event.tenant_id}:{event.partition_key}":
        raise BadEnvelope("The record's key is not the event's tenant and partition key.")
    return event


class InboxConsumer:
    """One thread's loop around one BusConsumer."""

    def __init__(self, bus: EventBus, *, member_id: str, group: str = GROUP, max_pending: int = MAX_PENDING) -> None:
        self.bus = bus
        topics = sorted({each.topic for each in all_subscriptions()})
        self.consumer: BusConsumer = bus.consumer(group=group, topics=topics, member_id=member_id)
        self.name = f"consumer:{group}"[:40]
        report_trouble(self.name, "")
        self.max_pending = max_pending
        self._limits: dict[Partition, DeadLetterLimit] = defaultdict(DeadLetterLimit)
        self._halted: set[Partition] = set()
        self._is_full = False
        self._pending_checked_at = -PENDING_CHECK_SECONDS

    def run_once(self, *, timeout_seconds: float) -> int:
        """Hand over one poll; returns how many records. Raises BusUnavailable, after which the loop may go on."""
        self._press_back()
        records = self.consumer.poll(max_records=BATCH, timeout_seconds=timeout_seconds)
        if not records:
            return 0
        good, bad = self._sort_out(records)
        if bad:
            self.bus.append([_dead_letter(each) for each in bad])
        store(good)
        self.consumer.commit(self._next_offsets(records))
        if good:
            wake_dispatch()
        return len(records)

    def _press_back(self) -> None:
        """Too much waiting work: pause everything and keep polling, so that the group stays as it is."""
        if time.monotonic() - self._pending_checked_at >= PENDING_CHECK_SECONDS:
            self._pending_checked_at = time.monotonic()
            limit = self.max_pending * 4 // 5 if self._is_full else self.max_pending
            self._is_full = has_more_pending_than(limit)
        held = self.consumer.assignment()
        if self._is_full:
            self.consumer.pause(held)
        else:
            self.consumer.resume(held - self._halted)

    def _sort_out(self, records: Sequence[Record]) -> tuple[list[Arrival], list[BadRecord]]:
        good: list[Arrival] = []
        bad: list[BadRecord] = []
        for partition, batch in _by_partition(records):
            events, letters = self._sort_out_partition(partition, batch)
            good += events
            bad += letters
        return good, bad

    def _sort_out_partition(
        self, partition: Partition, batch: Sequence[Record]
    ) -> tuple[list[Arrival], list[BadRecord]]:
        good: list[Arrival] = []
        bad: list[BadRecord] = []
        for record in batch:
            try:
                good.append(Arrival(partition.topic, read_event(record)))
                is_within = self._limits[partition].count(is_bad=False)
            except BadEnvelope as error:
                bad.append(BadRecord(record, error.message))
                is_within = self._limits[partition].count(is_bad=True)
            if not is_within:
                self._halt(partition, batch[0].offset)
                return [], []
        return good, bad

    def _halt(self, partition: Partition, offset: int) -> None:
        """Leave the partition where it is, untouched and uncommitted, until this process is started again."""
        self._halted.add(partition)
        self.consumer.pause([partition])
        self.consumer.seek(partition, offset)
        trouble = f"{partition.topic}/{partition.number} stopped at {offset}: too many records that cannot be read."
        log.error("partition_halted", topic=partition.topic, partition=partition.number, offset=offset)
        report_trouble(self.name, trouble)

    def _next_offsets(self, records: Sequence[Record]) -> dict[Partition, int]:
        return {record.partition: record.offset + 1 for record in records if record.partition not in self._halted}

    def close(self) -> None:
        self.consumer.close()


def _by_partition(records: Sequence[Record]) -> Iterator[tuple[Partition, list[Record]]]:
    batches: dict[Partition, list[Record]] = defaultdict(list)
    for record in records:
        batches[record.partition].append(record)
    return iter(batches.items())


def _dead_letter(bad: BadRecord) -> Message:
    where = {
        "topic": bad.record.partition.topic,
        "partition": str(bad.record.partition.number),
        "offset": str(bad.record.offset),
        "reason": bad.reason[:300],
    }
    return Message(DEAD_LETTERS, bad.record.key, bad.record.value, {**bad.record.headers, **where})
