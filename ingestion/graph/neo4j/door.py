"""The only way to the server. Every query names its tenant, and nothing of another tenant comes back through it.

A statement is refused when it does not ask for `$tenant_id` on everything that it matches; what comes back is looked
through for nodes and edges of another tenant. Both are nets under the statements in this package, which are right.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from threading import Lock
from typing import Any, TypeVar
from uuid import UUID

from neo4j import Driver, GraphDatabase, ManagedTransaction, NotificationMinimumSeverity, Query, unit_of_work
from neo4j.graph import Node, Path, Relationship

from ingestion.graph.neo4j.address import ServerAddress
from ingestion.graph.neo4j.failures import translated

T = TypeVar("T")

CONNECT_SECONDS = 5.0
ACQUIRE_SECONDS = 10.0
RETRY_SECONDS = 10.0  # of a transaction that lost a lock or its server; afterwards the work waits in its queue
WRITE_SECONDS = 60.0
READ_SECONDS = 10.0
POOL = 30  # more than a worker has threads

_HIDDEN = re.compile(r"//[^\n]*|/\*.*?\*/|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`", re.DOTALL)
_OURS = re.compile(r"[:|&!]\s*RAPPORT_?\w*\s*(\{\s*tenant_id\s*:\s*\$tenant_id\b)?", re.IGNORECASE)
_DEGREE = "COUNT { (a)-[:RAPPORT_EDGE]-() }"  # answered from the node's own record; it looks at no other node


class UnscopedCypher(RuntimeError):
    """A query does not name its tenant, or something of another tenant came back: a programming error."""


class TenantTransaction:
    """A transaction that speaks for one tenant."""

    def __init__(self, transaction: ManagedTransaction, tenant_id: UUID) -> None:
        self._transaction = transaction
        self._tenant_id = str(tenant_id)

    def run(self, cypher: str, **parameters: Any) -> list[list[Any]]:
        """The rows of the answer. Raises UnscopedCypher before anything is sent, or instead of a foreign row."""
        refuse_unscoped(cypher)
        rows = self._transaction.run(cypher, {**parameters, "tenant_id": self._tenant_id}).values()
        for row in rows:
            self._check(row)
        return rows

    def _check(self, value: object) -> None:
        if isinstance(value, Node | Relationship):
            if value.get("tenant_id") != self._tenant_id:
                raise UnscopedCypher("A query came upon what belongs to another tenant.")
        elif isinstance(value, Path):
            self._check([*value.nodes, *value.relationships])
        elif isinstance(value, Mapping):
            self._check(list(value.values()))
        elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
            for each in value:
                self._check(each)


Work = Callable[[TenantTransaction], T]


@lru_cache(maxsize=200)
def refuse_unscoped(cypher: str) -> None:
    """Every label and type of ours that the statement names must be bound to `$tenant_id` where it is named."""
    seen = _HIDDEN.sub("", cypher).replace(_DEGREE, "")
    named = list(_OURS.finditer(seen))
    if not named or not all(match.group(1) for match in named):
        raise UnscopedCypher("A query of the graph must say {tenant_id: $tenant_id} at every label and type.")


class Door:
    """One driver per process, made on first use and again after a fork. Safe across threads."""

    def __init__(self, address: ServerAddress) -> None:
        self.address = address
        self._driver: Driver | None = None
        self._pid = 0
        self._making = Lock()

    def read(self, tenant_id: UUID, work: Work[T], *, seconds: float = READ_SECONDS) -> T:
        """Run `work` in one transaction that only reads, at most `seconds` long; again when the server asks for it."""

        @unit_of_work(timeout=seconds)
        def scoped(transaction: ManagedTransaction) -> T:
            return work(TenantTransaction(transaction, tenant_id))

        with translated(self.address), self._open().session(database=self.address.database) as session:
            return session.execute_read(scoped)

    def write(self, tenant_id: UUID, work: Work[T]) -> T:
        """Run `work` in one transaction, all or nothing; again when it lost a lock or its server. One a tenant.

        The tenant's writers take turns: the first statement of each locks the same node, so that the order in which
        they come to shared nodes cannot make them wait for each other for ever.
        """

        @unit_of_work(timeout=WRITE_SECONDS)
        def scoped(transaction: ManagedTransaction) -> T:
            own = TenantTransaction(transaction, tenant_id)
            own.run(TAKE_TURN)
            return work(own)

        with translated(self.address), self._open().session(database=self.address.database) as session:
            return session.execute_write(scoped)

    def administer(self, statement: str, *, seconds: float = READ_SECONDS, **parameters: Any) -> list[list[Any]]:
        """For schema and for the list of tenants only: what is about no tenant's contents."""
        with (
            translated(self.address),
            self._open().session(
                database=self.address.database,
                connection_acquisition_timeout=seconds,
                max_transaction_retry_time=seconds,
            ) as session,
        ):
            return session.run(Query(statement, timeout=seconds), parameters).values()

    def server_version(self, *, seconds: float = ACQUIRE_SECONDS) -> str:
        """For instance "5.26.30". Signs in, so that a wrong password shows here."""
        rows = self.administer("CALL dbms.components() YIELD versions RETURN versions[0]", seconds=seconds)
        return str(rows[0][0])

    def close(self) -> None:
        with self._making:
            if self._driver is not None and self._pid == os.getpid():
                self._driver.close()
            self._driver = None

    def _open(self) -> Driver:
        with self._making:
            if self._driver is None or self._pid != os.getpid():
                self._driver, self._pid = _make_driver(self.address), os.getpid()
            return self._driver


TAKE_TURN = "MERGE (w:RapportTenant {tenant_id: $tenant_id}) SET w.turns = coalesce(w.turns, 0) + 1"


def _make_driver(address: ServerAddress) -> Driver:
    """Connects to nothing yet."""
    return GraphDatabase.driver(
        address.uri,
        auth=(address.user, address.password),
        user_agent="rapport",
        connection_timeout=CONNECT_SECONDS,
        connection_acquisition_timeout=ACQUIRE_SECONDS,
        max_transaction_retry_time=RETRY_SECONDS,
        max_connection_pool_size=POOL,
        notifications_min_severity=NotificationMinimumSeverity.OFF,
        telemetry_disabled=True,
    )
