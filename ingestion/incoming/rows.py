"""The statement that every incoming event passes through, in SQL: the ORM would take most of a core for it.

PostgreSQL gets all rows as one JSON document, from which it takes the columns; SQLite gets `executemany`. Runs in the
caller's scope and transaction. Nothing here decides anything.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from pydantic_core import to_json

from ingestion.models import ContactEvent
from tenants.context import require_tenant_id

TABLE = ContactEvent._meta.db_table
_TYPES = {
    "id": "uuid",
    "source": "text",
    "event_id": "text",
    "kind": "text",
    "name": "text",
    "who": "jsonb",
    "traits": "jsonb",
    "properties": "jsonb",
    "context": "jsonb",
    "occurred_at": "timestamptz",
}
_COLUMNS = ", ".join(_TYPES)
_POSTGRES = (
    f"INSERT INTO {TABLE} (tenant_id, received_at, {_COLUMNS}) "  # noqa: S608
    f"SELECT %s, %s, {_COLUMNS} FROM jsonb_to_recordset(%s::jsonb) "
    f"AS e({', '.join(f'{name} {kind}' for name, kind in _TYPES.items())}) ON CONFLICT DO NOTHING RETURNING id"
)
_SQLITE = (
    f"INSERT INTO {TABLE} (tenant_id, received_at, {_COLUMNS}) VALUES ({', '.join(['%s'] * (len(_TYPES) + 2))}) "  # noqa: S608
    "ON CONFLICT DO NOTHING"
)


class Row(NamedTuple):
    """See `ContactEvent`."""

    id: UUID
    source: str
    event_id: str
    kind: str
    name: str
    who: dict[str, str]
    traits: dict[str, Any]
    properties: dict[str, Any]
    context: dict[str, Any]
    occurred_at: datetime


def insert_rows(rows: Sequence[Row], received_at: datetime) -> set[UUID]:
    """In their order; what is there already stays as it is. The ids of those that are new."""
    if connection.vendor == "postgresql":
        document = to_json([row._asdict() for row in rows]).decode()
        with connection.cursor() as cursor:
            cursor.execute(_POSTGRES, [require_tenant_id(), received_at, document])
            return {found for (found,) in cursor.fetchall()}
    with connection.cursor() as cursor:
        cursor.executemany(_SQLITE, [_for_sqlite(row, received_at) for row in rows])
    wanted = [row.id for row in rows]
    return set(ContactEvent.objects.filter(id__in=wanted).values_list("id", flat=True))


def _for_sqlite(row: Row, received_at: datetime) -> tuple[Any, ...]:
    stamp = connection.ops.adapt_datetimefield_value
    texts = (row.source, row.event_id, row.kind, row.name)
    objects = (to_json(each).decode() for each in (row.who, row.traits, row.properties, row.context))
    return (require_tenant_id().hex, stamp(received_at), row.id.hex, *texts, *objects, stamp(row.occurred_at))
