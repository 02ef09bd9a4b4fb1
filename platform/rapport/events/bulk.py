"""The statements that every event passes through, in SQL: the ORM would take most of a core for them.

PostgreSQL gets one statement for any number of rows, and their envelopes as one JSON document, from which it takes the
columns: quoting a thousand texts for an array took ten times longer than writing them. SQLite gets `executemany`.
Envelopes pass as the text that they are in the log. Nothing here decides anything.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from rapport.events.models import InboxEvent, KeyLease, OutboxEvent

INBOX, LEASES, OUTBOX = (model._meta.db_table for model in (InboxEvent, KeyLease, OutboxEvent))


class OutboxRow(NamedTuple):
    """What the relay needs of a row; `payload` is JSON text."""

    id: int
    topic: str
    key: str
    payload: str


class InboxRow(NamedTuple):
    """A row to be; `payload` is JSON text."""

    tenant_id: UUID
    subscription: str
    source: str
    event_id: UUID
    key: str
    payload: str


class ReadyKey(NamedTuple):
    """A key of a subscription that has something to do."""

    subscription: str
    tenant_id: UUID
    key: str
    queue: str


def is_postgres() -> bool:
    return connection.vendor == "postgresql"


def insert_outbox(topic: str, events: Sequence[tuple[UUID, UUID, str, str]], now: datetime) -> None:
    """(event id, tenant id, partition key, envelope), in their order."""
    columns = "event_id, tenant_id, topic, key, payload, created_at, attempts, last_error"
    if is_postgres():
        _execute(
            f"INSERT INTO {OUTBOX} ({columns}) "  # noqa: S608
            "SELECT (p->>'id')::uuid, (p->>'tenantid')::uuid, %s, (p->>'tenantid') || ':' || (p->>'partitionkey'), "
            "p, %s, 0, '' FROM jsonb_array_elements(%s::jsonb) AS e(p)",
            [topic, now, _document([text for *_, text in events])],
        )
    else:
        _execute_many(
            f"INSERT INTO {OUTBOX} ({columns}) VALUES (%s, %s, %s, %s, %s, %s, 0, '')",  # noqa: S608
            [
                (event_id.hex, tenant_id.hex, topic, f"{tenant_id}:{key}", text, _stamp(now))
                for event_id, tenant_id, key, text in events
            ],
        )


def waiting_outbox(limit: int) -> list[OutboxRow]:
    """The first rows that are not published, in id order."""
    payload = "payload::text" if is_postgres() else "payload"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, topic, key, {payload} FROM {OUTBOX} "  # noqa: S608
            "WHERE published_at IS NULL ORDER BY id LIMIT %s",
            [limit],
        )
        return [OutboxRow(*row) for row in cursor.fetchall()]


def mark_published(ids: Sequence[int], now: datetime) -> None:
    """These were among the first that wait, so a range finds them; SQLite takes only so many parameters."""
    if is_postgres():
        _execute(f"UPDATE {OUTBOX} SET published_at = %s WHERE id = ANY(%s)", [now, list(ids)])  # noqa: S608
    else:
        OutboxEvent.objects.filter(id__in=ids).update(published_at=now)


def insert_inbox(rows: Sequence[InboxRow], now: datetime) -> int:
    """What is there already stays; returns how many rows are new. In their order: ids grow with it."""
    columns = (
        "tenant_id, subscription, source, event_id, key, payload, "
        "state, attempts, error_code, error_message, received_at"
    )
    if is_postgres():
        return _execute(
            f"INSERT INTO {INBOX} ({columns}) "  # noqa: S608
            "SELECT (p->>'tenantid')::uuid, s, p->>'source', (p->>'id')::uuid, k, p, 'pending', 0, '', '', %s FROM "
            "ROWS FROM (jsonb_array_elements(%s::jsonb), unnest(%s::text[]), unnest(%s::text[])) AS r(p, s, k) "
            "ON CONFLICT DO NOTHING",
            [
                now,
                _document([row.payload for row in rows]),
                [row.subscription for row in rows],
                [row.key for row in rows],
            ],
        )
    return _execute_many(
        f"INSERT INTO {INBOX} ({columns}) "  # noqa: S608
        "VALUES (%s, %s, %s, %s, %s, %s, 'pending', 0, '', '', %s) ON CONFLICT DO NOTHING",
        [
            (row.tenant_id.hex, row.subscription, row.source, row.event_id.hex, row.key, row.payload, _stamp(now))
            for row in rows
        ],
    )


def mark_done(ids: Sequence[int], now: datetime) -> None:
    """Those of them that still wait."""
    values = "state = 'done', finished_at = %s, error_code = '', error_message = ''"
    if is_postgres():
        _execute(
            f"UPDATE {INBOX} SET {values} WHERE id = ANY(%s) AND state = 'pending'",  # noqa: S608
            [now, list(ids)],
        )
    else:
        _execute_many(
            f"UPDATE {INBOX} SET {values} WHERE id = %s AND state = 'pending'",  # noqa: S608
            [(_stamp(now), number) for number in ids],
        )


def upsert_ready(keys: Sequence[ReadyKey], moment: datetime) -> None:
    """Each key is ready at `moment`, or earlier where it was: who waits longest keeps its place."""
    columns = "subscription, tenant_id, key, queue, ready_at, token, owner"
    update = (
        "ON CONFLICT (subscription, tenant_id, key) DO UPDATE SET ready_at = EXCLUDED.ready_at, queue = EXCLUDED.queue "
        f"WHERE {LEASES}.ready_at IS NULL OR {LEASES}.ready_at > EXCLUDED.ready_at"
    )
    if is_postgres():
        _execute(
            f"INSERT INTO {LEASES} ({columns}) SELECT s, t, k, q, %s, 0, '' FROM "  # noqa: S608
            f"unnest(%s::text[], %s::uuid[], %s::text[], %s::text[]) AS u(s, t, k, q) {update}",
            [moment, *[list(column) for column in zip(*keys, strict=True)]],
        )
    else:
        _execute_many(
            f"INSERT INTO {LEASES} ({columns}) VALUES (%s, %s, %s, %s, %s, 0, '') {update}",  # noqa: S608
            [(each.subscription, each.tenant_id.hex, each.key, each.queue, _stamp(moment)) for each in keys],
        )


def _document(envelopes: Sequence[str]) -> str:
    return f"[{','.join(envelopes)}]"


def _stamp(moment: datetime) -> str | None:
    return connection.ops.adapt_datetimefield_value(moment)


def _execute(statement: str, parameters: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def _execute_many(statement: str, rows: Sequence[Sequence[Any]]) -> int:
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
        return int(cursor.rowcount)
