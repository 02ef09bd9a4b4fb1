"""The consumer: bus → inbox. It hands over durably, rings, then commits offsets. It never runs a handler."""

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from django.db import DataError

from rapport import logs
from rapport.errors import RapportError
from rapport.events.bus import BusConsumer, EventBus, Partition, Record
from rapport.events.dead_letters import BadRecord, DeadLetterLimit, letter, origin
from rapport.events.dispatch import wake_dispatch
from rapport.events.envelope import Event
from rapport.events.errors import BadEnvelope, BusUnavailable
from rapport.events.inbox import Arrival, has_more_pending_than, store
from rapport.events.queues import QUEUES
from rapport.events.roles import announce, report_trouble
from rapport.events.topics import INBOX_GROUP, Queue, all_topics, subscribed_topics
from rapport.events.watchdog import ConsumerStuck, Watchdog

BATCH = 1000
MAX_PENDING = 20_000
PENDING_CHECK_SECONDS = 2.0
ANNOUNCE_SECONDS = 4.0
STUCK_SECONDS = 30.0

log = logs.get_logger(__name__)


class Good(NamedTuple):
    """A record that could be read, and what it says."""

    record: Record
    arrival: Arrival


def read_arrival(record: Record) -> Arrival:
    """What the record says. Raises BadEnvelope, also when the key does not belong to the tenant it names."""
    try:
        text = record.value.decode()
        envelope = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadEnvelope(f"Not JSON: {error}.") from None
    if not isinstance(envelope, dict):
        raise BadEnvelope("Not a JSON object.")
    event = Event.from_json(envelope)
    if record.key != f"{event.tenant_id}:{event.partition_key}":
        raise BadEnvelope("The record's key is not the event's tenant and partition key.")
    return Arrival(origin(record).topic, event, text)


class InboxConsumer:
    """One thread's loop around one BusConsumer, which is made when it is first needed, and anew when it got stuck."""

    def __init__(
        self,
        bus: EventBus,
        *,
        member_id: str,
        group: str = INBOX_GROUP,
        max_pending: int = MAX_PENDING,
        stuck_seconds: float = STUCK_SECONDS,
    ) -> None:
        self.bus = bus
        self.member_id = member_id
        self.group = group
        self.name = f"consumer:{group}"[:40]
        self.max_pending = max_pending
        self.watchdog = Watchdog(self._behind, seconds=stuck_seconds)
        self._consumer: BusConsumer | None = None
        self._limits: dict[Partition, DeadLetterLimit] = defaultdict(DeadLetterLimit)
        self._halted: dict[Partition, str] = {}
        self._outage = ""
        self._is_full = False
        self._pending_checked_at = -PENDING_CHECK_SECONDS
        self._announced_at = -ANNOUNCE_SECONDS
        report_trouble(self.name, "")

    @property
    def consumer(self) -> BusConsumer:
        """Raises BusUnavailable."""
        if self._consumer is None:
            self.bus.prepare(all_topics())
            self._consumer = self.bus.consumer(group=self.group, topics=subscribed_topics(), member_id=self.member_id)
        return self._consumer

    def step(self, *, timeout_seconds: float) -> None:
        """`run_once` for a loop: says on the health page why it does not get on. Raises RapportError."""
        self._announce()
        try:
            self.run_once(timeout_seconds=timeout_seconds)
        except RapportError as error:
            self._outage = error.message
            self._report()
            raise
        if self._outage:
            self._outage = ""
            self._report()

    def run_once(self, *, timeout_seconds: float) -> int:
        """Hand over one poll; returns how many records. The loop may go on after BusUnavailable and ConsumerStuck."""
        self._press_back()
        records = self.consumer.poll(max_records=BATCH, timeout_seconds=timeout_seconds)
        if not records:
            self._watch()
            return 0
        self.watchdog.progressed()
        counts = {each: replace(self._limits[each]) for each in {record.partition for record in records}}
        try:
            queues = self._hand_over(records)
        except BaseException:
            self._limits.update(counts)
            self._read_again(records)
            raise
        wake_dispatch(queues)
        self.consumer.commit(self._next_offsets(records))
        return len(records)

    def _read_again(self, records: Iterable[Record]) -> None:
        """The database or the bus went away before all of them were safe. The next poll would go on behind them, and
        its commit would say that they were handed over."""
        first: dict[Partition, int] = {}
        for record in records:
            first.setdefault(record.partition, record.offset)
        for partition in first.keys() - self._halted.keys():
            self.consumer.seek(partition, first[partition])

    # Handing over

    def _hand_over(self, records: Sequence[Record]) -> Iterable[Queue]:
        """Bad records to the dead letters, good ones to the inbox; returns in which queues there is something to do."""
        good, bad = self._sort_out(records)
        queues: Iterable[Queue] = QUEUES
        try:
            queues = store([each.arrival for each in good]).queues
        except DataError:
            bad += self._store_one_by_one(good)
        if bad:
            self.bus.append([letter(each) for each in bad])
        return queues

    def _sort_out(self, records: Iterable[Record]) -> tuple[list[Good], list[BadRecord]]:
        """What of a partition came before its halt is left out too: all of the poll's will be read again."""
        good: list[Good] = []
        bad: list[BadRecord] = []
        first: dict[Partition, int] = {}
        for record in records:
            first.setdefault(record.partition, record.offset)
            if record.partition in self._halted:
                continue
            try:
                good.append(Good(record, read_arrival(record)))
                is_bad = False
            except BadEnvelope as error:
                bad.append(BadRecord(record, error.message))
                is_bad = True
            if not self._limits[record.partition].count(is_bad=is_bad):
                self._halt(record.partition, first[record.partition])
        return (
            [each for each in good if each.record.partition not in self._halted],
            [each for each in bad if each.record.partition not in self._halted],
        )

    def _store_one_by_one(self, good: Sequence[Good]) -> list[BadRecord]:
        """Something in them is no value for the database (a NUL in a text, a key that is too long): find it."""
        bad: list[BadRecord] = []
        first: dict[Partition, int] = {}
        for record, arrival in good:
            first.setdefault(record.partition, record.offset)
            try:
                store([arrival])
            except DataError as error:
                bad.append(BadRecord(record, f"The database cannot hold it: {type(error.__cause__).__name__}."))
                if not self._limits[record.partition].count(is_bad=True):
                    self._halt(record.partition, first[record.partition])
        return [each for each in bad if each.record.partition not in self._halted]

    def _halt(self, partition: Partition, offset: int) -> None:
        """Leave the partition where it is, untouched and uncommitted, until this process is started again."""
        self._halted[partition] = (
            f"{partition.topic}/{partition.number} stopped at {offset}: too many records that cannot be read. "
            "Mend what reads or writes them, then restart `manage.py events`."
        )
        self.consumer.pause([partition])
        self.consumer.seek(partition, offset)
        log.error("partition_halted", topic=partition.topic, partition=partition.number, offset=offset)
        self._report()

    def _next_offsets(self, records: Sequence[Record]) -> dict[Partition, int]:
        return {record.partition: record.offset + 1 for record in records if record.partition not in self._halted}

    # Back-pressure, health, and the watchdog

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
            self.consumer.resume(held - self._halted.keys())

    def _watch(self) -> None:
        if self._is_full:
            self.watchdog.progressed()
            return
        try:
            self.watchdog.check()
        except ConsumerStuck as error:
            log.error("consumer_stuck", reason=error.message)
            self.close()
            raise

    def _behind(self) -> int:
        """What waits for this member; where it holds nothing, what waits for anyone."""
        held = self.consumer.lag() or self.bus.group_lag(self.group, subscribed_topics())
        return sum(count for partition, count in held.items() if partition not in self._halted)

    def _announce(self) -> None:
        if time.monotonic() - self._announced_at >= ANNOUNCE_SECONDS:
            self._announced_at = time.monotonic()
            announce(self.name)
            if self._halted:
                self._report()

    def _report(self) -> None:
        report_trouble(self.name, " ".join(each for each in (self._outage, *self._halted.values()) if each))

    def close(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer:
            with suppress(BusUnavailable):  # then the others take over when its time is up
                consumer.close()
