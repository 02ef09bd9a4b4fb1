"""The embedded stream store: one SQLite file beside the database, so that tokens never wait for the database's writer.

Frames live for hours, so `synchronous` is off: a power cut may take them, never the answer, which is in the database.
"""

import json
import sqlite3
import threading
import time
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from rapport.events.doorbell import ring
from rapport.streams.port import SEALED, TERMINAL_EVENTS, Frame
from rapport.streams.reader import follow_stream

SCHEMA = """
CREATE TABLE IF NOT EXISTS frame (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant BLOB NOT NULL,
    turn BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    event TEXT NOT NULL,
    body TEXT NOT NULL,
    written_at REAL NOT NULL,
    UNIQUE (tenant, turn, sequence)
);
CREATE INDEX IF NOT EXISTS frame_written_at ON frame (written_at);
"""
BUSY_SECONDS = 10.0
SEALED_BODY = json.dumps(SEALED[1], separators=(",", ":"))


class EmbeddedStreams:
    """See StreamStore. One connection per thread; writers take the lock at BEGIN, so ids follow commit order."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    def connection(self) -> sqlite3.Connection:
        """This thread's connection, opened on first use."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._local.connection = open_file(self.path, SCHEMA)
        return found

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        connection = self.connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def append(self, tenant_id: UUID, turn_id: UUID, frames: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        with self._writing() as connection:
            last, is_finished = _end_of(connection, tenant_id, turn_id)
            rows = [] if is_finished else list(_rows(tenant_id, turn_id, frames, start=last + 1))
            connection.executemany(
                "INSERT INTO frame (tenant, turn, sequence, event, body, written_at) VALUES (?, ?, ?, ?, ?, ?)", rows
            )
        if rows:
            ring("streams")

    def read(self, tenant_id: UUID, turn_id: UUID, *, after: int = 0) -> list[Frame]:
        rows = self.connection().execute(
            "SELECT sequence, event, body FROM frame WHERE tenant = ? AND turn = ? AND sequence > ? ORDER BY sequence",
            (tenant_id.bytes, turn_id.bytes, after),
        )
        return [Frame(*row) for row in rows]

    def read_all(self, *, after_id: int) -> list[tuple[int, UUID, UUID, Frame]]:
        """Frames of every stream written after row `after_id`, for this process's one reader."""
        rows = self.connection().execute(
            "SELECT id, tenant, turn, sequence, event, body FROM frame WHERE id > ? ORDER BY id", (after_id,)
        )
        return [(row[0], UUID(bytes=row[1]), UUID(bytes=row[2]), Frame(*row[3:])) for row in rows]

    def last_id(self) -> int:
        """The newest row's id; 0 in an empty file."""
        return int(self.connection().execute("SELECT coalesce(max(id), 0) FROM frame").fetchone()[0])

    def is_finished(self, tenant_id: UUID, turn_id: UUID) -> bool:
        return _end_of(self.connection(), tenant_id, turn_id)[1]

    def follow(
        self, tenant_id: UUID, turn_id: UUID, *, after: int = 0, heartbeat_seconds: float = 10.0
    ) -> AsyncGenerator[Frame | None, None]:
        return follow_stream(self, tenant_id, turn_id, after=after, heartbeat_seconds=heartbeat_seconds)

    def prune(self, *, older_than_hours: float) -> int:
        before = time.time() - older_than_hours * 3600
        with self._writing() as connection:
            return connection.execute(
                "DELETE FROM frame WHERE (tenant, turn) IN"
                " (SELECT tenant, turn FROM frame GROUP BY tenant, turn HAVING max(written_at) < ?)",
                (before,),
            ).rowcount

    def count_frames(self, tenant_id: UUID, turn_ids: Sequence[UUID] | None = None) -> int:
        query = "SELECT count(*) FROM frame WHERE tenant = ? AND body != ?"
        words = (tenant_id.bytes, SEALED_BODY)
        if turn_ids is None:
            return int(self.connection().execute(query, words).fetchone()[0])
        one = f"{query} AND turn = ?"
        return sum(self.connection().execute(one, (*words, each.bytes)).fetchone()[0] for each in turn_ids)

    def seal(self, tenant_id: UUID, turn_ids: Sequence[UUID]) -> None:
        now = time.time()
        with self._writing() as connection:
            for turn_id in turn_ids:
                last, _ = _end_of(connection, tenant_id, turn_id)  # numbered on: who follows it sees the ending
                address = (tenant_id.bytes, turn_id.bytes)
                connection.execute("DELETE FROM frame WHERE tenant = ? AND turn = ?", address)
                connection.execute(
                    "INSERT INTO frame (tenant, turn, sequence, event, body, written_at) VALUES (?, ?, ?, ?, ?, ?)",
                    (*address, last + 1, SEALED[0], SEALED_BODY, now),
                )

    def delete_tenant(self, tenant_id: UUID) -> None:
        with self._writing() as connection:
            connection.execute("DELETE FROM frame WHERE tenant = ?", (tenant_id.bytes,))


def open_file(path: Path, schema: str) -> sqlite3.Connection:
    """A connection in autocommit to a file that a power cut may take, made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    _prepare(connection, schema)
    return connection


def _prepare(connection: sqlite3.Connection, schema: str) -> None:
    """Turning a new file to WAL does not wait for another process that does the same, so it is tried again."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA cache_size=-2000;")
            connection.executescript(schema)
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


def _end_of(connection: sqlite3.Connection, tenant_id: UUID, turn_id: UUID) -> tuple[int, bool]:
    row = connection.execute(
        "SELECT sequence, event FROM frame WHERE tenant = ? AND turn = ? ORDER BY sequence DESC LIMIT 1",
        (tenant_id.bytes, turn_id.bytes),
    ).fetchone()
    return (row[0], row[1] in TERMINAL_EVENTS) if row else (0, False)


def _rows(
    tenant_id: UUID, turn_id: UUID, frames: Iterable[tuple[str, Mapping[str, Any]]], *, start: int
) -> Iterator[tuple[bytes, bytes, int, str, str, float]]:
    """Up to and with the first terminal frame."""
    now = time.time()
    for sequence, (event, data) in enumerate(frames, start=start):
        body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        yield tenant_id.bytes, turn_id.bytes, sequence, event, body, now
        if event in TERMINAL_EVENTS:
            return
