"""Records that cannot be taken in: set aside with their reason, up to a limit that says that we are what is wrong."""

from dataclasses import dataclass

from rapport.events.bus import Message, Partition, Record
from rapport.events.topics import DEAD_LETTERS


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


def letter(bad: BadRecord) -> Message:
    """For the dead-letter topic: the record as it came, and in headers where it stood and what was wrong."""
    where = {
        "topic": bad.record.partition.topic,
        "partition": str(bad.record.partition.number),
        "offset": str(bad.record.offset),
        "reason": bad.reason[:300],
    }
    return Message(DEAD_LETTERS, bad.record.key, bad.record.value, {**bad.record.headers, **where})


def origin(record: Record) -> Partition:
    """Where a record first stood: a letter says it in its headers."""
    if record.partition.topic != DEAD_LETTERS:
        return record.partition
    number = record.headers.get("partition", "")
    return Partition(record.headers.get("topic", DEAD_LETTERS), int(number) if number.isdecimal() else 0)
