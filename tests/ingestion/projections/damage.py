"""What a crash or a careless hand does to a store, behind the product's back."""

from typing import Protocol
from uuid import UUID

from ingestion.graph.embedded import EmbeddedGraphStore
from ingestion.graph.neo4j.store import Neo4jGraphStore


class Vandal(Protocol):
    """Of one tenant's part of a graph store."""

    def drop_edges(self, version_id: UUID, count: int) -> None: ...

    def drop_node(self, key: str) -> int:
        """With its edges; returns how many these were."""
        ...

    def plant_node(self, key: str) -> None: ...


class EmbeddedVandal:
    def __init__(self, store: EmbeddedGraphStore, tenant_id: UUID) -> None:
        self._file, self._tenant = store._file, str(tenant_id)

    def drop_edges(self, version_id: UUID, count: int) -> None:
        with self._file.writing() as db:
            db.execute(
                "DELETE FROM edge WHERE tenant = ?1 AND id IN "
                "(SELECT id FROM edge WHERE tenant = ?1 AND version = ?2 AND kind = 'mentions' ORDER BY id LIMIT ?3)",
                (self._tenant, str(version_id), count),
            )

    def drop_node(self, key: str) -> int:
        with self._file.writing() as db:
            db.execute("DELETE FROM node WHERE tenant = ? AND key = ?", (self._tenant, key))
            gone = db.execute(
                "DELETE FROM edge WHERE tenant = ?1 AND (source = ?2 OR target = ?2) RETURNING id", (self._tenant, key)
            )
            return len(gone.fetchall())

    def plant_node(self, key: str) -> None:
        with self._file.writing() as db:
            db.execute("INSERT INTO node VALUES (?, ?, 'planted', 'planted', '{}')", (self._tenant, key))


class Neo4jVandal:
    def __init__(self, store: Neo4jGraphStore, tenant_id: UUID) -> None:
        self._door, self._tenant = store.door, str(tenant_id)

    def drop_edges(self, version_id: UUID, count: int) -> None:
        self._door.administer(
            "MATCH ()-[e:RAPPORT_EDGE {tenant_id: $tenant, kind: 'mentions'}]->() WHERE e.id STARTS WITH $version "
            "WITH e ORDER BY e.id LIMIT $count DELETE e",
            tenant=self._tenant,
            version=str(version_id),
            count=count,
        )

    def drop_node(self, key: str) -> int:
        rows = self._door.administer(
            "MATCH (n:RapportNode {tenant_id: $tenant, key: $key})-[e]-() WITH n, count(e) AS edges "
            "DETACH DELETE n RETURN edges",
            tenant=self._tenant,
            key=key,
        )
        return int(rows[0][0])

    def plant_node(self, key: str) -> None:
        self._door.administer(
            "CREATE (:RapportNode {tenant_id: $tenant, key: $key, kind: 'planted', name: 'planted', properties: '{}'})",
            tenant=self._tenant,
            key=key,
        )
