"""Keeping what came in: rows and the events that have them handled, in one transaction and a few statements, however
many there are. What is there already stays as it is."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from billing.quotas import check_quota
from ingestion.incoming.event import Incoming
from ingestion.incoming.rows import Row, insert_rows
from ingestion.models import ContactEvent
from ingestion.topics import CONTACT_EVENTS_RECEIVED, CONTACT_EVENTS_TOPIC
from rapport.errors import RateLimited
from rapport.events.envelope import Event
from rapport.events.outbox import publish_all
from rapport.ids import new_id
from tenants.context import tenant_scope, tenant_transaction

LANES = 16  # all that is about one contact goes by one lane, in its order
HANDLED_TOGETHER = 50  # rows of one event: what a worker does in one transaction
MOST_WAITING = 200_000
_ASKED_EVERY = timedelta(seconds=5).total_seconds()
_BY_WHOM = ("external_id", "contact_id", "email", "phone", "anonymous_id")

_waiting_until: dict[UUID, tuple[float, bool]] = {}  # tenant → (asked again at, too many wait)


class TooManyWaiting(RateLimited):
    """Events come faster than they are handled."""

    code = "too_many_waiting"


@dataclass(frozen=True, slots=True)
class Received:
    """`duplicates` came before, in another call or in this one."""

    accepted: int
    duplicates: int


def receive_events(*, tenant_id: UUID, events: Sequence[Incoming], received_at: datetime) -> Received:
    """Durable when this returns. Raises TooManyWaiting, PaymentOverdue."""
    check_quota(tenant_id=tenant_id)
    return keep_events(tenant_id=tenant_id, events=events, received_at=received_at)


def keep_events(*, tenant_id: UUID, events: Sequence[Incoming], received_at: datetime) -> Received:
    """`receive_events` of what belongs to something that may go on, as a chat that is read. Raises TooManyWaiting."""
    _refuse_flood(tenant_id)
    rows: dict[tuple[str, str], Row] = {}
    for each in events:
        if (each.source, each.event_id) not in rows:
            rows[each.source, each.event_id] = _row(each)
    with tenant_transaction(tenant_id):
        # By key, so that two calls that hold the same events wait for each other instead of both for ever.
        new = insert_rows([rows[key] for key in sorted(rows)], received_at)
        bells = _doorbells(tenant_id, [row for row in rows.values() if row.id in new])
        publish_all(CONTACT_EVENTS_TOPIC, list(bells))
    return Received(len(new), len(events) - len(new))


def _row(each: Incoming) -> Row:
    return Row(
        new_id(),
        each.source,
        each.event_id,
        each.kind,
        each.name,
        dict(each.who),
        dict(each.traits),
        dict(each.properties),
        dict(each.context),
        each.occurred_at,
    )


def _doorbells(tenant_id: UUID, rows: Sequence[Row]) -> Iterator[Event]:
    """Ids only: what is in the rows stays in them."""
    lanes: dict[int, list[str]] = {}
    for row in rows:
        lanes.setdefault(_lane(row), []).append(str(row.id))
    for lane, ids in sorted(lanes.items()):
        for start in range(0, len(ids), HANDLED_TOGETHER):
            data = {"ids": ids[start : start + HANDLED_TOGETHER]}
            yield Event(CONTACT_EVENTS_RECEIVED, tenant_id, f"lane-{lane}", data)


def _lane(row: Row) -> int:
    whom = next((f"{kind}:{row.who[kind]}" for kind in _BY_WHOM if row.who.get(kind)), row.event_id)
    return zlib.crc32(whom.encode()) % LANES


def _refuse_flood(tenant_id: UUID) -> None:
    """Looked up now and then: how many wait changes slowly, beside how often it would be asked."""
    until, is_flooded = _waiting_until.get(tenant_id, (0.0, False))
    if monotonic() >= until:
        with tenant_scope(tenant_id):
            waiting = ContactEvent.objects.filter(handled_at=None)[: MOST_WAITING + 1].count()
        is_flooded = waiting > MOST_WAITING
        _waiting_until[tenant_id] = (monotonic() + _ASKED_EVERY, is_flooded)
    if is_flooded:
        message = (
            f"More than {MOST_WAITING:,} events wait to be handled. Nothing of this call was taken; send it later."
        )
        raise TooManyWaiting(message, retry_after_seconds=30)
