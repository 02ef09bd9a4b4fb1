"""A consumer of the embedded log: positions in memory, commits and ownership in the database."""

from collections.abc import Iterable, Mapping, Sequence

from rapport.events.bus import Partition, Record
from rapport.events.doorbell import Bell
from rapport.events.embedded_group import HEARTBEAT_SECONDS, Membership
from rapport.events.errors import bus_errors
from rapport.events.models import LogPartition, LogRecord

POLL_SECONDS = 1.0  # the guarantee when a ring is lost


class EmbeddedConsumer:
    """See BusConsumer. Woken by the bell "log"."""

    def __init__(self, *, group: str, topics: Sequence[str], member_id: str) -> None:
        self._membership = Membership(group=group, topics=topics, member_id=member_id)
        self._bell = Bell("log")
        self._positions: dict[Partition, int] = {}
        self._paused: set[Partition] = set()
        self._turn = 0

    def poll(self, *, max_records: int, timeout_seconds: float) -> list[Record]:
        with bus_errors():
            self._settle()
            records = self._fetch(max_records)
            if not records and timeout_seconds > 0:
                self._bell.wait(min(timeout_seconds, POLL_SECONDS, HEARTBEAT_SECONDS))
                records = self._fetch(max_records)
        return records

    def _settle(self) -> None:
        gained = self._membership.beat()
        for lost in self._positions.keys() - self._membership.owned:
            del self._positions[lost]
            self._paused.discard(lost)
        if gained:
            self._positions.update(self._membership.committed(gained))

    def _fetch(self, max_records: int) -> list[Record]:
        """From each partition with news, the one after the last poll's first going first, so that none starves."""
        heads = self._heads()
        ready = sorted(each for each, at in self._positions.items() if heads[each] > at and each not in self._paused)
        self._turn += 1
        start = self._turn % len(ready) if ready else 0
        records: list[Record] = []
        for partition in ready[start:] + ready[:start]:
            if len(records) >= max_records:
                break
            found = read_records(partition, self._positions[partition], max_records - len(records))
            # Nothing below a head that was seen: retention took it, so go on at the head.
            self._positions[partition] = found[-1].offset + 1 if found else heads[partition]
            records += found
        return records

    def _heads(self) -> dict[Partition, int]:
        topics = {each.topic for each in self._positions}
        rows = LogPartition.objects.filter(topic__in=topics).values_list("topic", "partition", "next_offset")
        return {Partition(topic, number): offset for topic, number, offset in rows}

    def commit(self, next_offsets: Mapping[Partition, int]) -> None:
        with bus_errors():
            self._membership.commit(next_offsets)

    def assignment(self) -> frozenset[Partition]:
        return self._membership.owned

    def pause(self, partitions: Iterable[Partition]) -> None:
        self._paused.update(partitions)

    def resume(self, partitions: Iterable[Partition]) -> None:
        self._paused.difference_update(partitions)

    def seek(self, partition: Partition, offset: int) -> None:
        if partition in self._positions:
            self._positions[partition] = offset

    def lag(self) -> dict[Partition, int]:
        heads = self._heads()
        return {each: heads[each] - position for each, position in self._positions.items()}

    def close(self) -> None:
        self._membership.leave()
        self._positions.clear()
        self._bell.close()


def read_records(partition: Partition, offset: int, limit: int) -> list[Record]:
    """At most so many from this offset on."""
    if limit <= 0:
        return []
    rows = LogRecord.objects.filter(topic=partition.topic, partition=partition.number, offset__gte=offset).order_by(
        "offset"
    )[:limit]
    return [Record(partition, row.offset, row.key, bytes(row.value), row.headers) for row in rows]
