"""What SQLite's planner knows of the tables. Without it every index that begins with the tenant looks narrow, and forty
rows asked for by their ids are sought among all of a company's."""

from django.db import connection, transaction

ROWS_LOOKED_AT = 400  # of each index: enough to tell a company from a key


def note_statistics() -> None:
    """PostgreSQL's autovacuum does the same. Connections know of it when they are opened next, within a minute."""
    if connection.vendor == "sqlite":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit={ROWS_LOOKED_AT}")
            cursor.execute("ANALYZE")
