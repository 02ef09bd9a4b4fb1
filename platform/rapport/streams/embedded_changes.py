"""The embedded board of changes: a SQLite file of a few rows for each tenant. A power cut may take it."""

import sqlite3
import threading
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from uuid import UUID

from rapport.streams.embedded import open_file

SCHEMA = """
CREATE TABLE IF NOT EXISTS change (
    tenant BLOB NOT NULL,
    topic TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (tenant, topic)
) WITHOUT ROWID;
"""
_TOUCH = """
INSERT INTO change (tenant, topic, number)
VALUES (:tenant, :topic, :number)
ON CONFLICT (tenant, topic) DO UPDATE SET number = excluded.number
"""


class EmbeddedChanges:
    """See ChangeBoard. One connection per thread; writers take the lock at BEGIN."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._local.connection = open_file(self.path, SCHEMA)
        return found

    def touch(self, tenant_id: UUID, topics: Collection[str]) -> None:
        connection, tenant = self._connection(), tenant_id.bytes
        connection.execute("BEGIN IMMEDIATE")
        try:
            newest = connection.execute("SELECT coalesce(max(number), 0) FROM change WHERE tenant = ?", (tenant,))
            number = max(newest.fetchone()[0] + 1, int(time.time() * 1000))
            rows = [{"tenant": tenant, "topic": topic, "number": number} for topic in topics]
            connection.executemany(_TOUCH, rows)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def numbers(self, tenant_ids: Collection[UUID]) -> dict[UUID, Mapping[str, int]]:
        return {each: self._of(each) for each in tenant_ids}

    def _of(self, tenant_id: UUID) -> dict[str, int]:
        query = "SELECT topic, number FROM change WHERE tenant = ?"
        return dict(self._connection().execute(query, (tenant_id.bytes,)).fetchall())

    def delete_tenant(self, tenant_id: UUID) -> None:
        self._connection().execute("DELETE FROM change WHERE tenant = ?", (tenant_id.bytes,))
