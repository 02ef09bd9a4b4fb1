"""The statement by which entries come into the ledger, in SQL: the ORM takes most of a core for it.

PostgreSQL gets each column of all entries as one array, written here: that is cheaper for both sides than a row at a
time, than JSON and than a COPY into a table aside (into a walled one there is none). SQLite gets `executemany`. In the
caller's scope and transaction. Nothing here decides anything.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from billing.entries import UNITS, Entry
from billing.models import UsageRecord
from rapport.ids import new_hex_id
from tenants.context import require_tenant_id

_TYPES = {
    "id": "uuid",
    "unit": "text",
    "source_event_id": "uuid",
    "meter": "text",
    "model": "text",
    "step": "text",
    "quantity": "bigint",
    "cost_micros": "bigint",
    "price_micros": "bigint",
    "currency": "text",
    "price_version": "text",
    "rate_version": "text",
    "occurred_at": "timestamptz",
    "billed_at": "timestamptz",
    "corrects_id": "uuid",
    "agent_id": "uuid",
    "conversation_id": "uuid",
    "turn_id": "uuid",
    "document_id": "uuid",
}
_TOLD = tuple(_TYPES)[2:]  # as an entry has them
_COLUMNS = ", ".join(_TYPES)
_TABLE = UsageRecord._meta.db_table
_POSTGRES = (
    f"INSERT INTO {_TABLE} (tenant_id, recorded_at, {_COLUMNS}) "  # noqa: S608  names of our own
    f"SELECT %s, %s, e.* FROM unnest({', '.join(f'%s::{kind}[]' for kind in _TYPES.values())}) AS e({_COLUMNS}) "
    "ON CONFLICT DO NOTHING"
)
_SQLITE = (
    f"INSERT INTO {_TABLE} (tenant_id, recorded_at, {_COLUMNS}) "  # noqa: S608
    f"VALUES ({', '.join(['%s'] * (len(_TYPES) + 2))}) ON CONFLICT DO NOTHING"
)
_values_of = attrgetter(*_TOLD)


def insert(entries: Iterable[Entry]) -> None:
    """What is there already stays as it is. Those who tell the same at once write it in one order, so that none of them
    waits in a circle."""
    ordered = sorted(entries, key=lambda entry: entry.source_event_id.int)
    if not ordered:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = (_array(_TYPES[name], column) for name, column in zip(_TYPES, _columns(ordered), strict=True))
            cursor.execute(_POSTGRES, [require_tenant_id(), timezone.now(), *arrays])
        else:
            same = (require_tenant_id().hex, connection.ops.adapt_datetimefield_value(timezone.now()))
            told = zip(*(_plain(_TYPES[n], c) for n, c in zip(_TYPES, _columns(ordered), strict=True)), strict=True)
            cursor.executemany(_SQLITE, [(*same, *row) for row in told])


def _columns(entries: Sequence[Entry]) -> Iterator[Sequence[Any]]:
    """In the order of `_TYPES`."""
    yield [each.id or new_hex_id() for each in entries]
    yield [UNITS[each.meter] for each in entries]
    yield from zip(*map(_values_of, entries), strict=True)


def _array(kind: str, column: Sequence[Any]) -> str:
    """As PostgreSQL writes one. Texts and moments have few values that differ: each is written once."""
    if kind == "bigint":
        items: Iterable[str] = map(str, column)
    elif kind == "uuid":
        items = ["NULL" if value is None else _hex(value) for value in column]
    else:
        write = _quoted if kind == "text" else datetime.isoformat
        written = {value: "NULL" if value is None else write(value) for value in set(column)}
        items = [written[value] for value in column]
    return f"{{{','.join(items)}}}"


def _plain(kind: str, column: Sequence[Any]) -> Sequence[Any]:
    """As SQLite keeps it."""
    if kind == "uuid":
        return [None if value is None else _hex(value) for value in column]
    if kind == "timestamptz":
        written = {value: connection.ops.adapt_datetimefield_value(value) for value in set(column)}
        return [written[value] for value in column]
    return column


def _hex(value: UUID | str) -> str:
    return value if isinstance(value, str) else value.hex


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
