"""Cypher that reads: nodes by key, what a version holds, one hop of a walk, and pages of what there is."""

import json
from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from ingestion.graph.neo4j.door import TenantTransaction
from ingestion.graph.neo4j.writing import batches, prefix
from ingestion.graph.port import GraphCounts, Node, VersionContents
from ingestion.graph.walk import HUB_EDGES, Step

FIND = """
UNWIND $keys AS key
MATCH (n:RapportNode {tenant_id: $tenant_id, key: key})
RETURN n.key, n.kind, n.name, n.properties
"""
FOLLOW = """
UNWIND $keys AS key
MATCH (a:RapportNode {tenant_id: $tenant_id, key: key})
WHERE $is_first OR COUNT { (a)-[:RAPPORT_EDGE]-() } <= $most
CALL (a) {
  MATCH (a)-[e:RAPPORT_EDGE {tenant_id: $tenant_id}]-(b:RapportNode {tenant_id: $tenant_id})
  WHERE size($kinds) = 0 OR e.kind IN $kinds
  RETURN b.key AS end, e.weight AS weight
  ORDER BY e.weight DESC, e.id
  LIMIT $most
}
RETURN a.key, end, weight
"""
COUNT_EDGES = """
UNWIND $versions AS version
MATCH (a)-[e:RAPPORT_EDGE {tenant_id: $tenant_id}]->(b) WHERE e.id STARTS WITH version
UNWIND [a.key, b.key] AS key
RETURN version, count(DISTINCT key), count(DISTINCT e)
"""
HELD_NODES = """
UNWIND $versions AS version
MATCH (:RapportVersion {tenant_id: $tenant_id, id: version})-[:RAPPORT_HOLDS {tenant_id: $tenant_id}]->(n)
RETURN version, collect(n.key)
"""
CONTENTS = """
UNWIND $versions AS version
MATCH (a)-[e:RAPPORT_EDGE {tenant_id: $tenant_id}]->(b) WHERE e.id STARTS WITH version
RETURN version, collect(substring(e.id, size(version))), collect(DISTINCT a.key), collect(DISTINCT b.key)
"""
COUNT_ALL_NODES = "MATCH (n:RapportNode {tenant_id: $tenant_id}) WHERE n.key IS NOT NULL RETURN count(n)"
COUNT_ALL_EDGES = "MATCH ()-[e:RAPPORT_EDGE {tenant_id: $tenant_id}]->() WHERE e.id IS NOT NULL RETURN count(e)"
# "ORDER BY tenant, id" is the index's own order: nothing is sorted, and the reading stops when the page is full.
VERSIONS_WITH_EDGES = """
MATCH ()-[e:RAPPORT_EDGE {tenant_id: $tenant_id}]->() WHERE e.id > $after
WITH e ORDER BY e.tenant_id, e.id
WITH DISTINCT left(e.id, 36) AS version LIMIT $limit
RETURN version
"""
VERSIONS = """
MATCH (v:RapportVersion {tenant_id: $tenant_id}) WHERE v.id > $after
RETURN v.id ORDER BY v.tenant_id, v.id LIMIT $limit
"""
TENANTS = """
MATCH (n:RapportNode) WHERE n.tenant_id > $after AND n.key IS NOT NULL
WITH n.tenant_id AS tenant ORDER BY tenant
WITH DISTINCT tenant LIMIT $limit
RETURN tenant
"""


def find(transaction: TenantTransaction, keys: Sequence[str]) -> dict[str, Node]:
    return {
        key: Node(key, kind, name, json.loads(properties))
        for some in batches(keys)
        for key, kind, name, properties in transaction.run(FIND, keys=list(some))
    }


def follow(
    transaction: TenantTransaction, keys: Collection[str], kinds: Sequence[str], is_first: bool
) -> Iterator[Step]:
    rows = transaction.run(FOLLOW, keys=list(keys), kinds=list(kinds), is_first=is_first, most=HUB_EDGES)
    return (Step(start, end, weight) for start, end, weight in rows)


def counts_of_versions(transaction: TenantTransaction, version_ids: Sequence[UUID]) -> dict[UUID, GraphCounts]:
    counts = dict.fromkeys(version_ids, GraphCounts(0, 0))
    with_lone_nodes: list[UUID] = []
    for some in batches(version_ids):
        rows = transaction.run(COUNT_EDGES, versions=[prefix(each) for each in some])
        counts |= {UUID(version[:36]): GraphCounts(nodes, edges) for version, nodes, edges in rows}
        held = transaction.run(HELD_NODES, versions=[str(each) for each in some])
        with_lone_nodes += [UUID(version) for version, _ in held]
    for version, contents in contents_of_versions(transaction, with_lone_nodes).items():
        counts[version] = GraphCounts(len(contents.node_keys), len(contents.edge_ids))
    return counts


def contents_of_versions(transaction: TenantTransaction, version_ids: Sequence[UUID]) -> dict[UUID, VersionContents]:
    keys: dict[UUID, set[str]] = {each: set() for each in version_ids}
    ids: dict[UUID, list[str]] = {each: [] for each in version_ids}
    for some in batches(version_ids, 100):
        for version, edges, sources, targets in transaction.run(CONTENTS, versions=[prefix(each) for each in some]):
            keys[UUID(version[:36])].update(sources, targets)
            ids[UUID(version[:36])] = edges
        for version, lone in transaction.run(HELD_NODES, versions=[str(each) for each in some]):
            keys[UUID(version)].update(lone)
    return {each: VersionContents(frozenset(keys[each]), frozenset(map(UUID, ids[each]))) for each in version_ids}


def counts(transaction: TenantTransaction) -> GraphCounts:
    ((nodes,),), ((edges,),) = transaction.run(COUNT_ALL_NODES), transaction.run(COUNT_ALL_EDGES)
    return GraphCounts(nodes, edges)


def list_versions(transaction: TenantTransaction, after: UUID | None, limit: int) -> list[UUID]:
    """Of versions that were written by us, and of such as someone only put edges of."""
    behind = f"{after}0" if after else ""  # "0" follows "/": behind the last edge of the version
    rows = transaction.run(VERSIONS_WITH_EDGES, after=behind, limit=limit)
    rows += transaction.run(VERSIONS, after=str(after or ""), limit=limit)
    return sorted({UUID(version) for (version,) in rows})[:limit]
