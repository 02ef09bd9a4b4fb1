"""The embedded graph store: nodes, edges and who contributes what, as tables in a SQLite file.

The tenant is the first part of every key and of every index.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from uuid import UUID

from ingestion.graph.errors import GraphStoreUnavailable, GraphWriteFailed
from ingestion.graph.port import Edge, GraphCounts, Neighbour, Node, VersionContents, VersionNodes
from ingestion.graph.walk import HUB_EDGES, Step, find_neighbours
from ingestion.sqlite_file import SqliteFile, machine_start

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


class EmbeddedGraphStore:
    """See `GraphStore`."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, SCHEMA, unavailable=GraphStoreUnavailable)

    def prepare(self) -> None:
        self._file.connection()

    def check(self) -> None:
        self._file.connection()

    def incarnation(self) -> str:
        return machine_start()

    def upsert_versions(self, tenant_id: UUID, versions: Sequence[VersionNodes]) -> None:
        tenant = str(tenant_id)
        with self._file.writing() as db:
            for each in versions:
                _write_nodes(db, tenant, each)
            _refuse_loose_ends(db, tenant, [edge for each in versions for edge in each.edges])
            for each in versions:
                _write_edges(db, tenant, each)

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
        tenant = str(tenant_id)
        with self._file.reading() as db:
            return find_neighbours(
                keys,
                hops=hops,
                limit=limit,
                find=lambda some: _nodes(db, tenant, some),
                follow=lambda some, is_first: _follow(db, tenant, some, edge_kinds, is_first),
            )

    def counts_of_versions(self, tenant_id: UUID, version_ids: Sequence[UUID]) -> dict[UUID, GraphCounts]:
        with self._file.reading() as db:
            return {each: _counts(db, str(tenant_id), "version", str(each)) for each in version_ids}

    def contents_of_versions(self, tenant_id: UUID, version_ids: Sequence[UUID]) -> dict[UUID, VersionContents]:
        with self._file.reading() as db:
            return {each: _contents(db, str(tenant_id), str(each)) for each in version_ids}

    def delete_versions(self, tenant_id: UUID, versions: Sequence[tuple[UUID, UUID]]) -> GraphCounts:
        with self._file.writing() as db:
            return _sum(_delete(db, str(tenant_id), "version", str(version_id)) for _, version_id in versions)

    def delete_document(self, tenant_id: UUID, document_id: UUID) -> GraphCounts:
        with self._file.writing() as db:
            return _delete(db, str(tenant_id), "document", str(document_id))

    def delete_edges(self, tenant_id: UUID, version_id: UUID, edge_ids: Sequence[UUID]) -> None:
        tenant, version = str(tenant_id), str(version_id)
        with self._file.writing() as db:
            gone = db.execute(
                "DELETE FROM edge WHERE tenant = ? AND version = ? AND id IN (SELECT value FROM json_each(?)) "
                "RETURNING source, target",
                (tenant, version, json.dumps([str(each) for each in edge_ids])),
            ).fetchall()
            _withdraw(db, tenant, version, {key for ends in gone for key in ends})

    def delete_loose_nodes(self, tenant_id: UUID, *, limit: int = 1000, is_dry: bool = False) -> list[str]:
        tenant = str(tenant_id)
        with self._file.writing() as db:
            rows = db.execute(
                "SELECT key FROM node WHERE tenant = ?1 AND NOT EXISTS "
                "(SELECT 1 FROM contribution c WHERE c.tenant = ?1 AND c.key = node.key) ORDER BY key LIMIT ?2",
                (tenant, limit),
            ).fetchall()
            keys = [key for (key,) in rows]
            if not is_dry:
                _delete_nodes(db, tenant, keys)
        return keys

    def delete_tenant(self, tenant_id: UUID) -> None:
        with self._file.writing() as db:
            for table in ("edge", "contribution", "node"):
                db.execute(f"DELETE FROM {table} WHERE tenant = ?", (str(tenant_id),))

    def counts(self, tenant_id: UUID) -> GraphCounts:
        with self._file.reading() as db:
            (nodes,) = db.execute("SELECT count(*) FROM node WHERE tenant = ?", (str(tenant_id),)).fetchone()
            (edges,) = db.execute("SELECT count(*) FROM edge WHERE tenant = ?", (str(tenant_id),)).fetchone()
        return GraphCounts(nodes, edges)

    def list_tenants(self, *, after: UUID | None = None, limit: int = 1000) -> list[UUID]:
        with self._file.reading() as db:
            rows = db.execute(
                "SELECT tenant FROM node WHERE tenant > ?1 UNION SELECT tenant FROM edge WHERE tenant > ?1 "
                "ORDER BY tenant LIMIT ?2",
                (_text(after), limit),
            )
            return [UUID(tenant) for (tenant,) in rows]

    def list_versions(self, tenant_id: UUID, *, after: UUID | None = None, limit: int = 1000) -> list[UUID]:
        with self._file.reading() as db:
            rows = db.execute(
                "SELECT version FROM contribution WHERE tenant = ?1 AND version > ?2 "
                "UNION SELECT version FROM edge WHERE tenant = ?1 AND version > ?2 ORDER BY version LIMIT ?3",
                (str(tenant_id), _text(after), limit),
            )
            return [UUID(version) for (version,) in rows]


def _text(after: UUID | None) -> str:
    return str(after) if after else ""


def _write_nodes(db: sqlite3.Connection, tenant: str, version: VersionNodes) -> None:
    db.executemany(
        "INSERT OR REPLACE INTO node VALUES (?, ?, ?, ?, ?)",
        [(tenant, each.key, each.kind, each.name, json.dumps(each.properties)) for each in version.nodes],
    )
    keys = {each.key for each in version.nodes}
    keys |= {key for each in version.edges for key in (each.source_key, each.target_key)}
    db.executemany(
        "INSERT OR IGNORE INTO contribution VALUES (?, ?, ?, ?)",
        [(tenant, str(version.version_id), key, str(version.document_id)) for key in sorted(keys)],
    )


def _write_edges(db: sqlite3.Connection, tenant: str, version: VersionNodes) -> None:
    document, version_id = str(version.document_id), str(version.version_id)
    db.executemany(
        "INSERT OR REPLACE INTO edge VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (tenant, str(each.id), document, version_id, each.source_key, each.target_key, each.kind, each.weight)
            for each in version.edges
        ],
    )


def _delete(db: sqlite3.Connection, tenant: str, column: str, value: str) -> GraphCounts:
    """Edges first, then contributions, then nodes that nobody contributes any more."""
    counts = _counts(db, tenant, column, value)
    db.execute(f"DELETE FROM edge WHERE tenant = ? AND {column} = ?", (tenant, value))
    keys = db.execute(
        f"DELETE FROM contribution WHERE tenant = ? AND {column} = ? RETURNING key", (tenant, value)
    ).fetchall()
    _delete_nodes(db, tenant, [key for (key,) in keys if not _is_contributed(db, tenant, key)])
    return counts


def _withdraw(db: sqlite3.Connection, tenant: str, version: str, keys: Iterable[str]) -> None:
    """The version contributes to a node no more when none of its edges ends there; nobody's nodes go."""
    still = {
        key
        for end in ("source", "target")
        for (key,) in db.execute(f"SELECT {end} FROM edge WHERE tenant = ? AND version = ?", (tenant, version))
    }
    left = sorted(set(keys) - still)
    db.executemany(
        "DELETE FROM contribution WHERE tenant = ? AND version = ? AND key = ?",
        [(tenant, version, key) for key in left],
    )
    _delete_nodes(db, tenant, [key for key in left if not _is_contributed(db, tenant, key)])


def _delete_nodes(db: sqlite3.Connection, tenant: str, keys: Sequence[str]) -> None:
    db.execute(
        "DELETE FROM node WHERE tenant = ? AND key IN (SELECT value FROM json_each(?))", (tenant, json.dumps(keys))
    )


def _sum(counts: Iterable[GraphCounts]) -> GraphCounts:
    total = GraphCounts(0, 0)
    for each in counts:
        total = GraphCounts(total.nodes + each.nodes, total.edges + each.edges)
    return total


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
    """A contribution counts while its node is there."""
    (nodes,) = db.execute(
        f"SELECT count(*) FROM contribution c JOIN node n ON n.tenant = c.tenant AND n.key = c.key "
        f"WHERE c.tenant = ? AND c.{column} = ?",
        (tenant, value),
    ).fetchone()
    (edges,) = db.execute(f"SELECT count(*) FROM edge WHERE tenant = ? AND {column} = ?", (tenant, value)).fetchone()
    return GraphCounts(nodes, edges)


def _contents(db: sqlite3.Connection, tenant: str, version: str) -> VersionContents:
    keys = db.execute(
        "SELECT c.key FROM contribution c JOIN node n ON n.tenant = c.tenant AND n.key = c.key "
        "WHERE c.tenant = ? AND c.version = ?",
        (tenant, version),
    )
    edges = db.execute("SELECT id FROM edge WHERE tenant = ? AND version = ?", (tenant, version))
    return VersionContents(frozenset(key for (key,) in keys), frozenset(UUID(each) for (each,) in edges))


def _follow(
    db: sqlite3.Connection, tenant: str, keys: Collection[str], kinds: Sequence[str], is_first: bool
) -> Iterator[Step]:
    for key in keys:
        if is_first or _degree(db, tenant, key) <= HUB_EDGES:
            yield from _heaviest_edges(db, tenant, key, kinds)


def _degree(db: sqlite3.Connection, tenant: str, key: str) -> int:
    """How many edges the node has, counted no further than matters; one from a node to itself counts once."""
    query = (
        "SELECT count(*) FROM (SELECT 1 FROM edge INDEXED BY edge_source WHERE tenant = ?1 AND source = ?2 "
        "UNION ALL "
        "SELECT 1 FROM edge INDEXED BY edge_target WHERE tenant = ?1 AND target = ?2 AND source <> ?2 LIMIT ?3)"
    )
    return int(db.execute(query, (tenant, key, HUB_EDGES + 1)).fetchone()[0])


def _heaviest_edges(db: sqlite3.Connection, tenant: str, key: str, kinds: Sequence[str]) -> Iterator[Step]:
    wanted = "AND kind IN (SELECT value FROM json_each(?4))" if kinds else "AND ?4 IS NOT NULL"
    rows = db.execute(
        f"SELECT target, weight, version, id FROM edge INDEXED BY edge_source "
        f"WHERE tenant = ?1 AND source = ?2 {wanted} "
        f"UNION ALL SELECT source, weight, version, id FROM edge INDEXED BY edge_target "
        f"WHERE tenant = ?1 AND target = ?2 AND source <> ?2 {wanted} "
        "ORDER BY weight DESC, version, id LIMIT ?3",
        (tenant, key, HUB_EDGES, json.dumps(list(kinds))),
    )
    return (Step(key, end, weight) for end, weight, _, _ in rows)
