"""The embedded graph store: nodes, edges and who contributes what, as tables in a SQLite file.

The tenant is the first part of every key and of every index.
"""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from ingestion.graph.errors import GraphStoreUnavailable, GraphWriteFailed
from ingestion.graph.port import Edge, GraphCounts, Neighbour, Node
from ingestion.sqlite_file import SqliteFile

SCHEMA = """
CREATE TABLE IF NOT EXISTS node (
    tenant TEXT, key TEXT, kind TEXT NOT NULL, name TEXT NOT NULL, properties TEXT NOT NULL, PRIMARY KEY (tenant, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS edge (
    tenant TEXT, id TEXT, document TEXT NOT NULL, version TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL,
    kind TEXT NOT NULL, weight REAL NOT NULL, PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS edge_source ON edge (tenant, source);
CREATE INDEX IF NOT EXISTS edge_target ON edge (tenant, target);
CREATE INDEX IF NOT EXISTS edge_version ON edge (tenant, document, version);
CREATE INDEX IF NOT EXISTS edge_by_version ON edge (tenant, version);
CREATE TABLE IF NOT EXISTS contribution (
    tenant TEXT, version TEXT, key TEXT, document TEXT NOT NULL, PRIMARY KEY (tenant, version, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS contribution_key ON contribution (tenant, key);
CREATE INDEX IF NOT EXISTS contribution_document ON contribution (tenant, document);
"""
MOST_HOPS = 3


class EmbeddedGraphStore:
    """See `GraphStore`."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, SCHEMA, unavailable=GraphStoreUnavailable)

    def prepare(self) -> None:
        self._file.connection()

    def upsert(
        self, tenant_id: UUID, *, document_id: UUID, version_id: UUID, nodes: Sequence[Node], edges: Sequence[Edge]
    ) -> None:
        tenant, document, version = str(tenant_id), str(document_id), str(version_id)
        with self._file.writing() as db:
            db.executemany(
                "INSERT OR REPLACE INTO node VALUES (?, ?, ?, ?, ?)",
                [(tenant, each.key, each.kind, each.name, json.dumps(each.properties)) for each in nodes],
            )
            db.executemany(
                "INSERT OR IGNORE INTO contribution VALUES (?, ?, ?, ?)",
                [(tenant, version, each.key, document) for each in nodes],
            )
            _refuse_loose_ends(db, tenant, edges)
            db.executemany(
                "INSERT OR REPLACE INTO edge VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (tenant, str(each.id), document, version, each.source_key, each.target_key, each.kind, each.weight)
                    for each in edges
                ],
            )

    def find(self, tenant_id: UUID, keys: Sequence[str]) -> dict[str, Node]:
        with self._file.reading() as db:
            return _nodes(db, str(tenant_id), keys)

    def neighbours(
        self,
        tenant_id: UUID,
        keys: Sequence[str],
        *,
        hops: int = 1,
        edge_kinds: Sequence[str] = (),
        limit: int = 50,
    ) -> list[Neighbour]:
        """Breadth first. A node reached in several ways keeps the heaviest path of the fewest hops."""
        tenant = str(tenant_id)
        with self._file.reading() as db:
            reached: dict[str, tuple[tuple[str, ...], float]] = {key: ((key,), 1.0) for key in _nodes(db, tenant, keys)}
            starts, frontier = set(reached), set(reached)
            for _ in range(min(hops, MOST_HOPS)):
                frontier = _step(db, tenant, frontier, edge_kinds, reached)
            nodes = _nodes(db, tenant, [key for key in reached if key not in starts])
        found = [
            Neighbour(node, len(path) - 1, path, weight)
            for key, (path, weight) in reached.items()
            if (node := nodes.get(key)) is not None
        ]
        return sorted(found, key=lambda each: (each.hops, -each.weight, each.node.key))[:limit]

    def version_counts(self, tenant_id: UUID, version_id: UUID) -> GraphCounts:
        with self._file.reading() as db:
            return _counts(db, str(tenant_id), "version", str(version_id))

    def delete_version(self, tenant_id: UUID, document_id: UUID, version_id: UUID) -> GraphCounts:
        return self._delete(str(tenant_id), "version", str(version_id))

    def delete_document(self, tenant_id: UUID, document_id: UUID) -> GraphCounts:
        return self._delete(str(tenant_id), "document", str(document_id))

    def delete_tenant(self, tenant_id: UUID) -> None:
        with self._file.writing() as db:
            for table in ("edge", "contribution", "node"):
                db.execute(f"DELETE FROM {table} WHERE tenant = ?", (str(tenant_id),))

    def counts(self, tenant_id: UUID) -> GraphCounts:
        with self._file.reading() as db:
            (nodes,) = db.execute("SELECT count(*) FROM node WHERE tenant = ?", (str(tenant_id),)).fetchone()
            (edges,) = db.execute("SELECT count(*) FROM edge WHERE tenant = ?", (str(tenant_id),)).fetchone()
        return GraphCounts(nodes, edges)

    def _delete(self, tenant: str, column: str, value: str) -> GraphCounts:
        """Edges first, then contributions, then nodes that nobody contributes any more, with edges that led to them."""
        with self._file.writing() as db:
            counts = _counts(db, tenant, column, value)
            db.execute(f"DELETE FROM edge WHERE tenant = ? AND {column} = ?", (tenant, value))
            keys = db.execute(
                f"DELETE FROM contribution WHERE tenant = ? AND {column} = ? RETURNING key",
                (tenant, value),
            ).fetchall()
            orphans = json.dumps([key for (key,) in keys if not _is_contributed(db, tenant, key)])
            db.execute(
                "DELETE FROM node WHERE tenant = ? AND key IN (SELECT value FROM json_each(?))", (tenant, orphans)
            )
            for end in ("source", "target"):
                db.execute(
                    f"DELETE FROM edge INDEXED BY edge_{end} WHERE tenant = ? "
                    f"AND {end} IN (SELECT value FROM json_each(?))",
                    (tenant, orphans),
                )
        return counts


def _refuse_loose_ends(db: sqlite3.Connection, tenant: str, edges: Sequence[Edge]) -> None:
    ends = {key for each in edges for key in (each.source_key, each.target_key)}
    loose = sorted(ends - _nodes(db, tenant, list(ends)).keys())
    if loose:
        raise GraphWriteFailed(f"{len(loose)} ends of edges are no nodes, the first is {loose[0]!r}.")


def _nodes(db: sqlite3.Connection, tenant: str, keys: Sequence[str]) -> dict[str, Node]:
    rows = db.execute(
        "SELECT key, kind, name, properties FROM node WHERE tenant = ? AND key IN (SELECT value FROM json_each(?))",
        (tenant, json.dumps(list(keys))),
    )
    return {key: Node(key, kind, name, json.loads(properties)) for key, kind, name, properties in rows}


def _is_contributed(db: sqlite3.Connection, tenant: str, key: str) -> bool:
    return bool(db.execute("SELECT 1 FROM contribution WHERE tenant = ? AND key = ? LIMIT 1", (tenant, key)).fetchone())


def _counts(db: sqlite3.Connection, tenant: str, column: str, value: str) -> GraphCounts:
    def count(what: str, table: str) -> int:
        query = f"SELECT {what} FROM {table} WHERE tenant = ? AND {column} = ?"
        return int(db.execute(query, (tenant, value)).fetchone()[0])

    return GraphCounts(count("count(DISTINCT key)", "contribution"), count("count(*)", "edge"))


def _step(
    db: sqlite3.Connection,
    tenant: str,
    frontier: set[str],
    kinds: Sequence[str],
    reached: dict[str, tuple[tuple[str, ...], float]],
) -> set[str]:
    """Follow every edge of the frontier once; adds what is new to `reached` and returns it."""
    wanted = " AND kind IN (SELECT value FROM json_each(?))" if kinds else ""
    values = [json.dumps(list(kinds))] if kinds else []
    fresh: dict[str, tuple[tuple[str, ...], float]] = {}
    for here, there in (("source", "target"), ("target", "source")):
        rows = db.execute(
            f"SELECT {here}, {there}, weight FROM edge INDEXED BY edge_{here} "  # else all the tenant's edges are read
            f"WHERE tenant = ? AND {here} IN (SELECT value FROM json_each(?)){wanted}",
            (tenant, json.dumps(sorted(frontier)), *values),
        )
        for start, end, weight in rows:
            path, heavy = reached[start]
            if end not in reached and heavy * weight > fresh.get(end, ((), -1.0))[1]:
                fresh[end] = ((*path, end), heavy * weight)
    reached.update(fresh)
    return set(fresh)
