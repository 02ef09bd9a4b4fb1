"""Taking a stretch of the log in again, outside the consumers' group: what the inbox lost is inserted, and on request
what it has is handled once more. Offsets of the group stay as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from rapport import logs
from rapport.events.bus import EventBus, Partition, Record
from rapport.events.consumer import read_arrival
from rapport.events.errors import BadEnvelope
from rapport.events.inbox import Arrival, replay_arrivals, store

BATCH = 500

log = logs.get_logger(__name__)


@dataclass(slots=True)
class Replayed:
    """Records read, rows that were missing, rows set back to waiting, records that could not be read."""

    read: int = 0
    inserted: int = 0
    again: int = 0
    unreadable: int = 0


def replay_log(
    bus: EventBus,
    start: Mapping[Partition, int],
    *,
    again: bool,
    subscription: str | None = None,
    tenant_id: UUID | None = None,
) -> Replayed:
    """From these offsets to where the log ends now. Raises BusUnavailable.

    The end state is that of a delivery without mishaps: each event has a row for each subscription. Rows that are done
    or dead stay so unless `again`. Order per key holds among the rows that are inserted, and among those handled again;
    a missing row is handled after those of its key that were not missing.
    """
    done = Replayed()
    log_from_start = bus.read(start)
    while records := list(islice(log_from_start, BATCH)):
        arrivals = _arrivals(records, tenant_id, done)
        if again:  # before the missing ones come, which wait already
            done.again += replay_arrivals(arrivals, subscription=subscription)
        done.inserted += store(arrivals, only=subscription).new
    log.info("log_replayed", read=done.read, inserted=done.inserted, again=done.again, unreadable=done.unreadable)
    return done


def _arrivals(records: Sequence[Record], tenant_id: UUID | None, done: Replayed) -> list[Arrival]:
    arrivals: list[Arrival] = []
    for record in records:
        done.read += 1
        try:
            arrival = read_arrival(record)
        except BadEnvelope:
            done.unreadable += 1
            continue
        if tenant_id in (None, arrival.event.tenant_id):
            arrivals.append(arrival)
    return arrivals
