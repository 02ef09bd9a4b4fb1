"""A SQLite file of its own for an embedded store: one connection a thread, write transactions that wait for their turn.

Kept out of the main database so that a bulk write to a projection never makes a page or a turn wait.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

BUSY_SECONDS = 30.0
# 16 MB for each open file and thread, filled only when used, and a log of as much before it is written back: with 8 and
# 4 MB the two stores of a thousand documents took a third more processor time.
PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000; PRAGMA wal_autocheckpoint=4000;"
)


class SqliteFile:
    """`schema` is run once per process (statements with IF NOT EXISTS). Safe across threads, processes and forks."""

    def __init__(self, path: Path, schema: str, *, unavailable: Callable[[str], Exception]) -> None:
        self.path = path
        self._schema = schema
        self._unavailable = unavailable
        self._local = threading.local()

    def connection(self) -> sqlite3.Connection:
        """This thread's connection, opened on first use and again after a fork."""
        if getattr(self._local, "pid", None) != os.getpid():
            self._local.connection = self._open()
            self._local.pid = os.getpid()
        connection: sqlite3.Connection = self._local.connection
        return connection

    def _open(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
            connection.executescript(PRAGMAS)
            connection.executescript(self._schema)
        except (sqlite3.Error, OSError) as error:
            raise self._unavailable(f"{self.path.name} cannot be opened: {error}.") from error
        return connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One snapshot for all statements of the block."""
        connection = self.connection()
        with self._translated():
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All statements of the block, or none of them."""
        connection = self.connection()
        with self._translated():
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def shrink(self) -> None:
        """Give what was deleted back to the file system; while others read, a later call does it."""
        with suppress(sqlite3.OperationalError):
            self.connection().execute("VACUUM")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise self._unavailable(f"{self.path.name} did not answer: {error}.") from error


def machine_start() -> str:
    """Another value since the machine was started again: a power cut may cost SQLite its last transactions, the death
    of a process costs it none. "" where the system does not tell."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
