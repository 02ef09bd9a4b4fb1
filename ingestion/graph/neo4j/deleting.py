"""Cypher that takes things out, a bounded number in each transaction: a node goes with the last edge that holds it."""

from collections.abc import Sequence
from typing import Any

from ingestion.graph.neo4j.door import TenantTransaction

ROWS = 2000  # edges or nodes of one transaction

DELETE_EDGES_OF_VERSIONS = """
UNWIND $versions AS version
MATCH (a)-[e:RAPPORT_EDGE {tenant_id: $tenant_id}]->(b) WHERE e.id STARTS WITH version
WITH a, e, b LIMIT $limit
DELETE e
WITH count(*) AS gone, collect(a) + collect(b) AS ends
UNWIND ends AS n
WITH DISTINCT gone, n
CALL (n) { WITH n WHERE NOT EXISTS { (n)--() } DELETE n }
RETURN DISTINCT gone
"""
DELETE_VERSIONS = """
UNWIND $versions AS version
MATCH (v:RapportVersion {tenant_id: $tenant_id, id: version})
OPTIONAL MATCH (v)-[h:RAPPORT_HOLDS {tenant_id: $tenant_id}]->(n)
WITH v, h, n LIMIT $limit
DELETE h
WITH count(h) AS held, collect(DISTINCT v) AS versions, collect(n) AS nodes
FOREACH (v IN CASE WHEN held < $limit THEN versions ELSE [] END | DELETE v)
WITH held, nodes
UNWIND CASE nodes WHEN [] THEN [null] ELSE nodes END AS n
CALL (n) { WITH n WHERE n IS NOT NULL AND NOT EXISTS { (n)--() } DELETE n }
RETURN DISTINCT held
"""
DELETE_EDGES = """
UNWIND $ids AS id
MATCH (a)-[e:RAPPORT_EDGE {tenant_id: $tenant_id, id: id}]->(b)
DELETE e
WITH collect(a) + collect(b) AS ends
UNWIND ends AS n
WITH DISTINCT n
CALL (n) { WITH n WHERE NOT EXISTS { (n)--() } DELETE n }
"""
VERSIONS_OF_DOCUMENT = "MATCH (v:RapportVersion {tenant_id: $tenant_id, document_id: $document}) RETURN v.id"
LOOSE_NODES = """
MATCH (n:RapportNode {tenant_id: $tenant_id}) WHERE n.key IS NOT NULL AND NOT EXISTS { (n)--() }
RETURN n.key ORDER BY n.tenant_id, n.key LIMIT $limit
"""
DELETE_LOOSE_NODES = """
UNWIND $keys AS key
MATCH (n:RapportNode {tenant_id: $tenant_id, key: key}) WHERE NOT EXISTS { (n)--() }
DELETE n
"""
ERASE = (
    """
    MATCH ()-[e:RAPPORT_EDGE {tenant_id: $tenant_id}]->() WHERE e.id IS NOT NULL
    WITH e LIMIT $limit DELETE e RETURN count(*)
    """,
    """
    MATCH (v:RapportVersion {tenant_id: $tenant_id}) WHERE v.id IS NOT NULL
    WITH v LIMIT $limit DETACH DELETE v RETURN count(*)
    """,
    """
    MATCH (n:RapportNode {tenant_id: $tenant_id}) WHERE n.key IS NOT NULL
    WITH n LIMIT $limit DETACH DELETE n RETURN count(*)
    """,
    "MATCH (t:RapportTenant {tenant_id: $tenant_id}) WITH t LIMIT $limit DELETE t RETURN 0",
)


def delete_some(transaction: TenantTransaction, statement: str, **parameters: Any) -> int:
    """One bounded transaction's worth; how many went. Call it again until that is none."""
    rows = transaction.run(statement, limit=ROWS, **parameters)
    return int(rows[0][0]) if rows else 0


def delete_edges(transaction: TenantTransaction, ids: Sequence[str]) -> None:
    transaction.run(DELETE_EDGES, ids=list(ids))


def delete_loose_nodes(transaction: TenantTransaction, limit: int, is_dry: bool) -> list[str]:
    keys = [key for (key,) in transaction.run(LOOSE_NODES, limit=limit)]
    if keys and not is_dry:
        transaction.run(DELETE_LOOSE_NODES, keys=keys)
    return keys


def versions_of_document(transaction: TenantTransaction, document: str) -> Sequence[str]:
    return [version for (version,) in transaction.run(VERSIONS_OF_DOCUMENT, document=document)]
