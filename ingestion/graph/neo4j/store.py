"""The graph store on Neo4j. Opens nothing until it is first used."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from ingestion.graph.neo4j import deleting, reading, schema
from ingestion.graph.neo4j.address import read_address
from ingestion.graph.neo4j.door import Door, TenantTransaction
from ingestion.graph.neo4j.writing import batches, prefix, write_versions
from ingestion.graph.port import GraphCounts, Neighbour, Node, VersionContents, VersionNodes
from ingestion.graph.walk import find_neighbours

MAINTENANCE_SECONDS = 30.0
VERSIONS_AT_ONCE = 200


class Neo4jGraphStore:
    """See `GraphStore`."""

    def __init__(self, url: str) -> None:
        self.door = Door(read_address(url))

    def prepare(self) -> None:
        schema.prepare(self.door)

    def check(self) -> None:
        schema.check(self.door)

    def incarnation(self) -> str:
        """When the server's process was started."""
        rows = self.door.administer(
            "CALL dbms.queryJmx('java.lang:type=Runtime') YIELD attributes RETURN attributes.StartTime.value"
        )
        return str(rows[0][0]) if rows else ""

    def upsert_versions(self, tenant_id: UUID, versions: Sequence[VersionNodes]) -> None:
        if versions:
            self.door.write(tenant_id, lambda transaction: write_versions(transaction, versions))

    def find(self, tenant_id: UUID, keys: Sequence[str]) -> dict[str, Node]:
        return self.door.read(tenant_id, lambda transaction: reading.find(transaction, keys))

    def neighbours(
        self,
        tenant_id: UUID,
        keys: Sequence[str],
        *,
        hops: int = 1,
        edge_kinds: Sequence[str] = (),
        limit: int = 50,
    ) -> list[Neighbour]:
        """One query a hop, in one transaction."""

        def search(transaction: TenantTransaction) -> list[Neighbour]:
            return find_neighbours(
                keys,
                hops=hops,
                limit=limit,
                find=lambda some: reading.find(transaction, some),
                follow=lambda some, is_first: reading.follow(transaction, some, edge_kinds, is_first),
            )

        return self.door.read(tenant_id, search)

    def counts_of_versions(self, tenant_id: UUID, version_ids: Sequence[UUID]) -> dict[UUID, GraphCounts]:
        if not version_ids:
            return {}
        return self.door.read(tenant_id, lambda transaction: reading.counts_of_versions(transaction, version_ids))

    def contents_of_versions(self, tenant_id: UUID, version_ids: Sequence[UUID]) -> dict[UUID, VersionContents]:
        if not version_ids:
            return {}
        return self.door.read(
            tenant_id,
            lambda transaction: reading.contents_of_versions(transaction, version_ids),
            seconds=MAINTENANCE_SECONDS,
        )

    def delete_versions(self, tenant_id: UUID, versions: Sequence[tuple[UUID, UUID]]) -> GraphCounts:
        held = self.counts_of_versions(tenant_id, [version for _, version in versions])
        for some in batches(sorted(str(version) for _, version in versions), VERSIONS_AT_ONCE):
            self._until_none(tenant_id, deleting.DELETE_EDGES_OF_VERSIONS, versions=[prefix(each) for each in some])
            self._until_none(tenant_id, deleting.DELETE_VERSIONS, versions=list(some))
        return GraphCounts(sum(each.nodes for each in held.values()), sum(each.edges for each in held.values()))

    def delete_document(self, tenant_id: UUID, document_id: UUID) -> GraphCounts:
        versions = self.door.read(
            tenant_id, lambda transaction: deleting.versions_of_document(transaction, str(document_id))
        )
        return self.delete_versions(tenant_id, [(document_id, UUID(version)) for version in versions])

    def delete_tenant(self, tenant_id: UUID) -> None:
        for statement in deleting.ERASE:
            self._until_none(tenant_id, statement)

    def counts(self, tenant_id: UUID) -> GraphCounts:
        return self.door.read(tenant_id, reading.counts, seconds=MAINTENANCE_SECONDS)

    def list_tenants(self, *, after: UUID | None = None, limit: int = 1000) -> list[UUID]:
        rows = self.door.administer(reading.TENANTS, after=str(after or ""), limit=limit, seconds=MAINTENANCE_SECONDS)
        return [UUID(tenant) for (tenant,) in rows]

    def list_versions(self, tenant_id: UUID, *, after: UUID | None = None, limit: int = 1000) -> list[UUID]:
        return self.door.read(
            tenant_id,
            lambda transaction: reading.list_versions(transaction, after, limit),
            seconds=MAINTENANCE_SECONDS,
        )

    def delete_edges(self, tenant_id: UUID, version_id: UUID, edge_ids: Sequence[UUID]) -> None:
        for some in batches(sorted(f"{version_id}/{each}" for each in edge_ids), deleting.ROWS):
            self.door.write(tenant_id, partial(deleting.delete_edges, ids=some))

    def delete_loose_nodes(self, tenant_id: UUID, *, limit: int = 1000, is_dry: bool = False) -> list[str]:
        enter = self.door.read if is_dry else self.door.write
        return enter(tenant_id, lambda transaction: deleting.delete_loose_nodes(transaction, limit, is_dry))

    def close(self) -> None:
        self.door.close()

    def _until_none(self, tenant_id: UUID, statement: str, **parameters: object) -> None:
        while self.door.write(
            tenant_id, lambda transaction: deleting.delete_some(transaction, statement, **parameters)
        ):
            pass
