"""No query leaves without its tenant, and nothing of another tenant comes back: also when someone plants one."""

import os
from collections.abc import Iterator
from uuid import UUID, uuid4, uuid5

import pytest

from ingestion.graph.neo4j.door import TenantTransaction, UnscopedCypher, refuse_unscoped
from ingestion.graph.neo4j.store import Neo4jGraphStore
from ingestion.graph.port import Edge, Node, VersionNodes

ACME, OTHER, VERSION = uuid4(), uuid4(), uuid4()

PLANTED = [
    "MATCH (n:RapportNode) RETURN n",
    "MATCH (n) RETURN n",
    "MATCH (n) WHERE n.tenant_id = $tenant_id RETURN n",
    "MATCH (n:RapportNode {key: $key}) RETURN n // {tenant_id: $tenant_id}",
    "MATCH (n:RapportNode {key: '{tenant_id: $tenant_id}'}) RETURN n",
    "MATCH (n:RapportNode {tenant_id: $tenant}) RETURN n",
    "MATCH (n:RapportNode {tenant_id: $tenant_id_of_another}) RETURN n",
    "MATCH (n:RapportNode {tenant_id: $tenant_id})--(m:RapportNode) RETURN m",
    "MATCH (n:RapportNode {tenant_id: $tenant_id})-[e:RAPPORT_EDGE]->(m) RETURN m",
    "MATCH (n:RapportVersion|RapportNode {key: 1}) RETURN n, $tenant_id",
    "MATCH (n : RapportNode) WHERE n.tenant_id <> $tenant_id DETACH DELETE n",
]


@pytest.mark.parametrize("cypher", PLANTED)
def test_planted_cypher_is_refused_before_it_is_sent(cypher: str) -> None:
    with pytest.raises(UnscopedCypher):
        refuse_unscoped(cypher)
    with pytest.raises(UnscopedCypher):
        TenantTransaction(None, ACME).run(cypher)  # type: ignore[arg-type]


@pytest.fixture
def store(neo4j_url: str) -> Iterator[Neo4jGraphStore]:
    store = Neo4jGraphStore(neo4j_url)
    store.prepare()
    yield store
    for tenant in (ACME, OTHER):
        store.delete_tenant(tenant)
    store.close()


def write(store: Neo4jGraphStore, tenant: UUID, *keys: str) -> None:
    edges = [Edge(uuid5(VERSION, key), keys[0], key, "links_to") for key in keys[1:]]
    store.upsert_versions(tenant, [VersionNodes(uuid4(), VERSION, [Node(key, "n", key) for key in keys], edges)])


@pytest.mark.server
def test_a_path_that_was_planted_across_tenants_is_not_walked_and_not_handed_out(store: Neo4jGraphStore) -> None:
    write(store, ACME, "a:1", "a:2")
    write(store, OTHER, "b:1")
    store.door.administer(
        "MATCH (a:RapportNode {tenant_id: $acme, key: 'a:2'}), (b:RapportNode {tenant_id: $other, key: 'b:1'}) "
        "CREATE (a)-[:RAPPORT_EDGE {tenant_id: $acme, id: 'planted', kind: 'links_to', weight: 9.0}]->(b)",
        acme=str(ACME),
        other=str(OTHER),
    )
    assert [each.node.key for each in store.neighbours(ACME, ["a:1"], hops=3)] == ["a:2"]
    for returned in ("b", "p", "[x IN nodes(p)]", "{found: b}"):
        cypher = f"MATCH p = (a:RapportNode {{tenant_id: $tenant_id, key: 'a:1'}})-[*1..3]-(b) RETURN {returned}"
        with pytest.raises(UnscopedCypher, match="another tenant"):
            run(store, cypher)


def run(store: Neo4jGraphStore, cypher: str, **parameters: str) -> list[list[object]]:
    return store.door.read(ACME, lambda transaction: transaction.run(cypher, **parameters))


@pytest.mark.server
def test_the_tenant_cannot_be_chosen_by_a_parameter(store: Neo4jGraphStore) -> None:
    write(store, OTHER, "b:1")
    cypher = "MATCH (n:RapportNode {tenant_id: $tenant_id}) RETURN n.key"
    assert run(store, cypher, tenant_id=str(OTHER)) == []


@pytest.mark.server
def test_a_fork_gets_a_driver_of_its_own(store: Neo4jGraphStore) -> None:
    write(store, ACME, "a:1")
    child = os.fork()
    if child == 0:
        is_well = store.find(ACME, ["a:1"]).keys() == {"a:1"}
        os._exit(0 if is_well else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert store.find(ACME, ["a:1"]).keys() == {"a:1"}
