"""Django's SQLite backend with our compiler, and the writers' gate around each transaction. Settings name it so."""

from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.operations import DatabaseOperations as DjangosOperations

from rapport.sqlite.gate import Gate, gate_of


class DatabaseOperations(DjangosOperations):
    compiler_module = "rapport.sqlite.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    """Transactions begin IMMEDIATE (settings), so whoever is inside one is a writer."""

    ops_class = DatabaseOperations

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._passed: Gate | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._enter()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            if not self._is_in_transaction():
                self._leave()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._leave()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._leave()

    def _is_in_transaction(self) -> bool:
        """True after a commit that failed because a reader was in the way: it may be tried again."""
        return self.connection is not None and self.connection.in_transaction

    def _enter(self) -> None:
        if self._passed is None and not self.is_in_memory_db():
            gate = gate_of(str(self.settings_dict["NAME"]))
            if gate.enter(float(self.settings_dict["OPTIONS"].get("timeout", 5.0))):
                self._passed = gate

    def _leave(self) -> None:
        if self._passed is not None:
            gate = self._passed
            self._passed = None
            gate.leave()
