"""Cypher that writes versions: nodes first, in the order of their keys, then the edges that are not there yet.

An edge's id in the database is "version/edge": one uniqueness constraint then finds an edge by its id and, by the
beginning of it, all edges of a version. A version contributes to the ends of its edges; what else it names it holds by
a relationship of its own.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, TypeVar

from ingestion.graph.errors import GraphWriteFailed
from ingestion.graph.neo4j.door import TenantTransaction
from ingestion.graph.port import Edge, Node, VersionNodes

T = TypeVar("T")

ROWS = 1000  # of one statement

WRITE_VERSIONS = """
UNWIND $rows AS row
MERGE (v:RapportVersion {tenant_id: $tenant_id, id: row[0]}) SET v.document_id = row[1]
"""
WRITE_NODES = """
UNWIND $rows AS row
MERGE (n:RapportNode {tenant_id: $tenant_id, key: row[0]}) SET n.kind = row[1], n.name = row[2], n.properties = row[3]
"""
HELD_EDGES = """
UNWIND $versions AS version
MATCH ()-[e:RAPPORT_EDGE {tenant_id: $tenant_id}]->() WHERE e.id STARTS WITH version
RETURN e.id, e.weight
"""
CREATE_EDGES = """
UNWIND $rows AS row
MATCH (a:RapportNode {tenant_id: $tenant_id, key: row[0]})
UNWIND row[1] AS edge
MATCH (b:RapportNode {tenant_id: $tenant_id, key: edge[0]})
CREATE (a)-[:RAPPORT_EDGE {tenant_id: $tenant_id, id: edge[1], kind: edge[2], weight: edge[3]}]->(b)
RETURN count(*)
"""
WEIGH_EDGES = """
UNWIND $rows AS row
MATCH ()-[e:RAPPORT_EDGE {tenant_id: $tenant_id, id: row[0]}]->() SET e.weight = row[1]
"""
HOLD_NODES = """
UNWIND $rows AS row
MATCH (v:RapportVersion {tenant_id: $tenant_id, id: row[0]})
MATCH (n:RapportNode {tenant_id: $tenant_id, key: row[1]})
MERGE (v)-[:RAPPORT_HOLDS {tenant_id: $tenant_id}]->(n)
"""
FOUND_KEYS = """
UNWIND $keys AS key
MATCH (n:RapportNode {tenant_id: $tenant_id, key: key})
RETURN n.key
"""


def write_versions(transaction: TenantTransaction, versions: Sequence[VersionNodes]) -> None:
    """Everything of the versions. Raises GraphWriteFailed for an edge without its ends; the caller rolls back."""
    transaction.run(WRITE_VERSIONS, rows=sorted([str(each.version_id), str(each.document_id)] for each in versions))
    for rows in batches(_node_rows(versions)):
        transaction.run(WRITE_NODES, rows=rows)
    _write_edges(transaction, versions)
    for holdings in batches(sorted(_lone_nodes(versions))):
        transaction.run(HOLD_NODES, rows=[list(each) for each in holdings])


def batches(rows: Sequence[T], size: int = ROWS) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def prefix(version_id: object) -> str:
    return f"{version_id}/"


def _node_rows(versions: Iterable[VersionNodes]) -> list[list[str]]:
    nodes: dict[str, Node] = {node.key: node for each in versions for node in each.nodes}
    return [[key, node.kind, node.name, json.dumps(node.properties)] for key, node in sorted(nodes.items())]


def _lone_nodes(versions: Iterable[VersionNodes]) -> Iterator[tuple[str, str]]:
    for each in versions:
        ends = {key for edge in each.edges for key in (edge.source_key, edge.target_key)}
        yield from ((str(each.version_id), node.key) for node in each.nodes if node.key not in ends)


def _write_edges(transaction: TenantTransaction, versions: Sequence[VersionNodes]) -> None:
    """Creating is twice as fast as merging; what a run before left is asked for first."""
    wanted = {f"{each.version_id}/{edge.id}": edge for each in versions for edge in each.edges}
    held: dict[str, float] = {}
    for some in batches([prefix(each.version_id) for each in versions]):
        held |= dict(transaction.run(HELD_EDGES, versions=list(some)))
    missing = sorted(
        (edge.source_key, edge.target_key, name, edge) for name, edge in wanted.items() if name not in held
    )
    for rows in batches(missing):
        (created,) = transaction.run(CREATE_EDGES, rows=_by_source(rows))
        if created[0] != len(rows):
            _refuse_loose_ends(transaction, [edge for *_, edge in rows])
    heavier = [
        [name, wanted[name].weight] for name in sorted(wanted.keys() & held) if wanted[name].weight != held[name]
    ]
    for some_rows in batches(heavier):
        transaction.run(WEIGH_EDGES, rows=list(some_rows))


def _by_source(rows: Iterable[tuple[str, str, str, Edge]]) -> list[list[Any]]:
    """The source is looked up once for all its edges."""
    return [
        [source, [[target, name, edge.kind, edge.weight] for _, target, name, edge in edges]]
        for source, edges in groupby(rows, key=lambda row: row[0])
    ]


def _refuse_loose_ends(transaction: TenantTransaction, edges: Sequence[Edge]) -> None:
    ends = sorted({key for edge in edges for key in (edge.source_key, edge.target_key)})
    found = {key for (key,) in transaction.run(FOUND_KEYS, keys=ends)}
    loose = [key for key in ends if key not in found]
    raise GraphWriteFailed(f"{len(loose)} ends of edges are no nodes, the first is {loose[0]!r}.")
