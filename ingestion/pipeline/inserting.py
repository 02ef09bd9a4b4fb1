"""Rows of passages into the database, many at once.

On PostgreSQL as one array a column, sent beside the statement: Django would write every vector into the statement's
text, which took twice as long on both sides. (COPY is not to be had under row-level security.)
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Field

from ingestion.models import Chunk
from tenants.context import require_tenant_id


def insert_chunks(rows: Sequence[Chunk]) -> None:
    """Inside a scope and a transaction; new rows of the scope's tenant. Raises as `bulk_create`."""
    if connection.vendor != "postgresql":
        Chunk.objects.bulk_create(rows)
        return
    for row in rows:
        row.claim(require_tenant_id())
    if rows:
        _insert_arrays(rows)


def _insert_arrays(rows: Sequence[Chunk]) -> None:
    import psycopg  # the embedded profile has no use for it

    fields: Sequence[Field[Any, Any]] = Chunk._meta.concrete_fields
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    arrays = ", ".join(f"%b::{_type(field)}[]" for field in fields)
    statement = f"INSERT INTO {Chunk._meta.db_table} ({names}) SELECT * FROM unnest({arrays})"  # noqa: S608  ours
    values = [[field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows] for field in fields]
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement.encode(), values)


def _type(field: "Field[Any, Any]") -> str:
    """Without a length, so that nothing is cut silently."""
    return str(field.db_type(connection)).split("(")[0]
