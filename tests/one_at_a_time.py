"""Threads that share one connection to SQLite use it one after the other.

A test with a server in it has its database in memory, and the server's threads share the test's connection. While one
of them is inside SQLite and is to call a function of Python's (Django's dates are such), it waits for the interpreter;
another that has the interpreter and hands values to a statement waits for the connection: for ever, and nothing in the
process goes on, not even what would end the test. The product's threads have connections of their own.
"""

from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from threading import RLock
from typing import Any

from django.db.backends.sqlite3.base import SQLiteCursorWrapper

_METHODS = ("execute", "executemany", "fetchone", "fetchmany", "fetchall", "__next__")
_locks: defaultdict[int, Any] = defaultdict(RLock)  # by connection


def take_turns() -> None:
    """From now on, in this process; asked for again, nothing changes."""
    for name in _METHODS:
        method = getattr(SQLiteCursorWrapper, name)
        if not hasattr(method, "__wrapped__"):
            setattr(SQLiteCursorWrapper, name, _in_turn(method))


def _in_turn(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(cursor: SQLiteCursorWrapper, *args: Any, **options: Any) -> Any:
        with _locks[id(cursor.connection)]:
            return method(cursor, *args, **options)

    return call
