"""Writes to the inbox: what arrives, what waits, what is tried again or given up. It runs no handler."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from rapport.events.bulk import InboxRow, ReadyKey, insert_inbox, upsert_ready
from rapport.events.envelope import Event
from rapport.events.models import InboxEvent, InboxState, KeyLease
from rapport.events.topics import Queue, Subscription, all_subscriptions, find_subscription, subscriptions_of

PRUNE_BATCH = 2000


class Arrival(NamedTuple):
    """An event, the topic that it came by, and its envelope's text where that is at hand."""

    topic: str
    event: Event
    text: str = ""


@dataclass(slots=True)
class WaitingRow:
    """What a drain needs to know of a row; a model's instance takes four times as long to make."""

    id: int
    subscription: str
    key: str
    payload: dict[str, Any]
    attempts: int
    next_attempt_at: datetime | None
    received_at: datetime

    def is_due(self, now: datetime) -> bool:
        return self.next_attempt_at is None or self.next_attempt_at <= now


class Key(NamedTuple):
    """What is drained in order: one subscription's events of one tenant and partition key."""

    subscription: str
    tenant_id: UUID
    key: str


class Stored(NamedTuple):
    """How many rows are new, and in which queues there is something to do."""

    new: int
    queues: frozenset[Queue]


def store(arrivals: Sequence[Arrival], *, only: str | None = None) -> Stored:
    """An inbox row for each subscription that wants each event (`only`: for this one), and their keys ready. What is
    there already stays.

    Rows are committed before their keys are marked, so that no one who drains a key waits for the insert. After a crash
    in between the caller stores the same again. Raises DataError when the database cannot hold one of them: then none.
    """
    rows, ready = _wanted(arrivals, lambda subscription: only in (None, subscription.name))
    with transaction.atomic():
        count = insert_inbox(rows, timezone.now())
    mark_ready(ready)
    return Stored(count, frozenset(ready.values()))


def insert_direct(arrivals: Sequence[Arrival]) -> dict[Key, Queue]:
    """Inbox rows in the open transaction, for the subscriptions that do not wait for the log; returns the keys to mark
    ready when it is committed. Not before: whoever drains such a key holds its lease while it waits for what this
    transaction has locked. Keys that nobody marks, because the process dies in between, are marked by `store`."""
    rows, keys = _wanted(arrivals, lambda subscription: subscription.is_direct)
    if rows:
        insert_inbox(rows, timezone.now())
    return keys


def _wanted(
    arrivals: Sequence[Arrival], is_meant: Callable[[Subscription], bool]
) -> tuple[list[InboxRow], dict[Key, Queue]]:
    """A row for each of these subscriptions that wants each event, and the keys in which there is something to do."""
    rows: list[InboxRow] = []
    ready: dict[Key, Queue] = {}
    for arrival in arrivals:
        for subscription in filter(is_meant, subscriptions_of(arrival.topic, arrival.event.type)):
            rows.append(_row(arrival, subscription))
            ready[Key(subscription.name, arrival.event.tenant_id, rows[-1].key)] = subscription.queue
    return rows, ready


def _row(arrival: Arrival, subscription: Subscription) -> InboxRow:
    event = arrival.event
    text = arrival.text or json.dumps(event.to_json())
    return InboxRow(event.tenant_id, subscription.name, event.source, event.id, subscription.key_of(event), text)


def mark_ready(keys: dict[Key, Queue], *, at: datetime | None = None) -> None:
    """Say that these keys have something to do. In key order, so that two writers lock rows in the same order."""
    if keys:
        with transaction.atomic():
            upsert_ready([ReadyKey(*key, queue) for key, queue in sorted(keys.items())], at or timezone.now())


def waiting_rows(keys: Sequence[Key], limit: int) -> list[WaitingRow]:
    """The first waiting rows of these keys of one subscription and tenant, in order."""
    rows = InboxEvent.objects.filter(
        subscription=keys[0].subscription,
        tenant_id=keys[0].tenant_id,
        key__in=[key.key for key in keys],
        state=InboxState.PENDING,
    )
    columns = ("id", "subscription", "key", "payload", "attempts", "next_attempt_at", "received_at")
    return [WaitingRow(*row) for row in rows.order_by("id").values_list(*columns)[:limit]]


def blocked_keys(keys: Sequence[Key], subscription: Subscription) -> set[str]:
    """Those that a dead row holds back."""
    if not subscription.blocks_key:
        return set()
    rows = InboxEvent.objects.filter(
        subscription=subscription.name,
        tenant_id=keys[0].tenant_id,
        key__in=[key.key for key in keys],
        state=InboxState.DEAD,
    )
    return set(rows.values_list("key", flat=True))


def first_pending(key: Key) -> InboxEvent | None:
    return (
        InboxEvent.objects.filter(
            subscription=key.subscription, tenant_id=key.tenant_id, key=key.key, state=InboxState.PENDING
        )
        .order_by("id")
        .first()
    )


def is_blocked(key: Key, subscription: Subscription | None) -> bool:
    """True when a dead row holds the key back."""
    return subscription is not None and key.key in blocked_keys([key], subscription)


def next_due_at(key: Key) -> datetime | None:
    """When the key's first waiting row is due; None when nothing waits, or nothing may go on."""
    row = first_pending(key)
    subscription = find_subscription(key.subscription)
    if row is None or subscription is None or is_blocked(key, subscription):
        return None
    return row.next_attempt_at or timezone.now()


def first_rows(keys: Sequence[Key]) -> dict[str, InboxEvent]:
    """The first waiting row of each of these keys of one subscription and tenant; a key without one is left out."""
    rows: dict[str, InboxEvent] = {}
    for row in InboxEvent.objects.filter(
        subscription=keys[0].subscription,
        tenant_id=keys[0].tenant_id,
        key__in=[key.key for key in keys],
        state=InboxState.PENDING,
    ).order_by("id"):
        rows.setdefault(row.key, row)
    return rows


def mend_keys() -> int:
    """Mark keys ready that have waiting rows and are not marked: a net under everything else; returns how many.

    A subscription that came back with newer code, or rows that someone changed by hand.
    """
    lease = KeyLease.objects.filter(
        subscription=OuterRef("subscription"), tenant_id=OuterRef("tenant_id"), key=OuterRef("key")
    )
    lost = InboxEvent.objects.filter(~Exists(lease.filter(ready_at__isnull=False)), state=InboxState.PENDING)
    mended = 0
    for found in lost.values_list("subscription", "tenant_id", "key").distinct()[:PRUNE_BATCH]:
        key = Key(*found)
        subscription, due_at = find_subscription(key.subscription), next_due_at(key)
        if subscription and due_at:
            mark_ready({key: subscription.queue}, at=due_at)
            mended += 1
    return mended


def has_more_pending_than(limit: int) -> bool:
    """What waits for strangers' servers does not count: taking in less would help nobody, and one server that is away
    for days would hold up everybody's events."""
    calls = [each.name for each in all_subscriptions() if each.queue == "calls"]
    pending = InboxEvent.objects.filter(state=InboxState.PENDING).exclude(subscription__in=calls).order_by()
    return bool(pending.values_list("pk")[limit : limit + 1])


@transaction.atomic
def replay_events(
    *,
    ids: Iterable[int] | None = None,
    subscription: str | None = None,
    tenant_id: UUID | None = None,
    states: Iterable[InboxState] = (InboxState.DEAD,),
) -> int:
    """Handle rows again, in their order; returns how many. Every filter given must match; at least one must be given.

    Handlers are idempotent, so a replay of done rows repairs what was lost behind them and doubles nothing.
    """
    if ids is None and subscription is None and tenant_id is None:
        raise ValueError("replay_events() needs ids, a subscription or a tenant.")
    return _reset(_matching(ids, subscription, tenant_id, states))


@transaction.atomic
def hurry(key: Key) -> int:
    """Have what waits for another attempt tried now; returns how many rows that were put off there are."""
    subscription = find_subscription(key.subscription)
    rows = InboxEvent.objects.filter(**key._asdict(), state=InboxState.PENDING).exclude(next_attempt_at=None)
    count = rows.update(next_attempt_at=None)
    if subscription and count:
        mark_ready({key: subscription.queue})
    return count


@transaction.atomic
def replay_arrivals(arrivals: Sequence[Arrival], *, subscription: str | None = None) -> int:
    """Handle again, in their order, the rows that these events have and that do not wait already; returns how many."""
    rows = InboxEvent.objects.filter(event_id__in=[each.event.id for each in arrivals])
    if subscription is not None:
        rows = rows.filter(subscription=subscription)
    mine = {(each.event.tenant_id, each.event.source, each.event.id) for each in arrivals}
    found = rows.exclude(state=InboxState.PENDING).order_by("id").defer("payload")
    return _reset([row for row in found if (row.tenant_id, row.source, row.event_id) in mine])


@transaction.atomic
def drop_events(*, ids: Iterable[int], tenant_id: UUID) -> int:
    """Give dead rows of this tenant up, so that later rows of their keys go on; returns how many."""
    rows = _matching(ids, None, tenant_id, (InboxState.DEAD,))
    keys = _keys_of(rows)
    count = InboxEvent.objects.filter(id__in=[row.id for row in rows]).update(
        state=InboxState.DROPPED, finished_at=timezone.now()
    )
    mark_ready(keys)
    return count


def _matching(
    ids: Iterable[int] | None, subscription: str | None, tenant_id: UUID | None, states: Iterable[InboxState]
) -> list[InboxEvent]:
    rows = InboxEvent.objects.filter(state__in=list(states)).only("id", "subscription", "tenant_id", "key")
    if ids is not None:
        rows = rows.filter(id__in=list(ids))
    if subscription is not None:
        rows = rows.filter(subscription=subscription)
    if tenant_id is not None:
        rows = rows.filter(tenant_id=tenant_id)
    return list(rows.order_by("id"))


def _reset(rows: Sequence[InboxEvent]) -> int:
    for start in range(0, len(rows), 500):
        InboxEvent.objects.filter(id__in=[row.id for row in rows[start : start + 500]]).update(
            state=InboxState.PENDING,
            attempts=0,
            next_attempt_at=None,
            error_code="",
            error_message="",
            finished_at=None,
        )
    mark_ready(_keys_of(rows))
    return len(rows)


def _keys_of(rows: Iterable[InboxEvent]) -> dict[Key, Queue]:
    keys: dict[Key, Queue] = {}
    for row in rows:
        if subscription := find_subscription(row.subscription):
            keys[Key(row.subscription, row.tenant_id, row.key)] = subscription.queue
    return keys


def prune_inbox(*, older_than_hours: float) -> int:
    """Drop rows that were done or dropped long ago, and keys that nothing happens to; returns how many rows.

    Until then a repeated delivery is recognised, so this must be longer than any bus keeps its records.
    """
    before = timezone.now() - timedelta(hours=older_than_hours)
    over = InboxEvent.objects.filter(state__in=[InboxState.DONE, InboxState.DROPPED], finished_at__lt=before)
    total = 0
    while ids := list(over.values_list("id", flat=True)[:PRUNE_BATCH]):
        total += InboxEvent.objects.filter(id__in=ids).delete()[0]
    _prune_keys()
    return total


def _prune_keys() -> None:
    """A key without rows. Forgetting its token is safe: no one can hold a lease that is not written."""
    has_rows = InboxEvent.objects.filter(
        subscription=OuterRef("subscription"), tenant_id=OuterRef("tenant_id"), key=OuterRef("key")
    )
    KeyLease.objects.filter(~Exists(has_rows), owner="", ready_at=None).delete()
