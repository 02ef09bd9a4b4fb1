"""A database in a file for one test: for tests with threads, which in Django's in-memory database cannot wait for each
other. It gets the tables of the migrated one, which costs milliseconds; `backup` would wait for ever for the test's own
transaction."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connections


@pytest.fixture
def file_database(db: None, tmp_path: Path) -> Iterator[None]:
    """Every connection that is opened from now on, in any thread, is to an empty database of its own."""
    memory = connections["default"]
    if memory.vendor != "sqlite":
        pytest.skip("a server's database can be shared by threads as it is")
    path = tmp_path / "racing.sqlite3"
    copy_tables(path)
    name = connections.settings["default"]["NAME"]
    connections.settings["default"]["NAME"] = str(path)
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = memory
        connections.settings["default"]["NAME"] = name


def copy_tables(path: Path) -> None:
    """The tables of the tests' SQLite database, empty, into a file that other processes can open too."""
    with closing(sqlite3.connect(path)) as target, connections["default"].cursor() as cursor:
        target.execute("PRAGMA journal_mode = WAL")  # as the product's is: of threads that all begin with it one fails
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
        )
        target.executescript(";\n".join(sql for (sql,) in cursor.fetchall()))
