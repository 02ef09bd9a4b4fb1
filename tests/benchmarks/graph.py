"""The graph store on Neo4j beside the bare driver writing the same nodes and relationships: `make bench-graph`.

The bare side is what a careful script does: the same constraints, UNWIND of 1,000 sorted rows, MERGE, managed
transactions. Both sides run in turn, on the server that `make services` started; what they wrote is removed again.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID, uuid4, uuid5

from neo4j import Driver, GraphDatabase, ManagedTransaction

from ingestion.graph.neo4j.address import ServerAddress, read_address
from ingestion.graph.neo4j.store import Neo4jGraphStore
from ingestion.graph.port import Edge, Node, VersionNodes
from tests.servers import addresses

VERSIONS, SECTIONS, MENTIONS, ENTITIES = 400, 9, 9, 6000
AT_ONCE = 50  # versions that ingest hands over in one call
ROUNDS = 3
CONSTRAINTS = {
    "bench_node": "FOR (n:BenchNode) REQUIRE (n.tenant_id, n.key) IS UNIQUE",
    "bench_edge": "FOR ()-[e:BENCH_EDGE]-() REQUIRE (e.tenant_id, e.id) IS UNIQUE",
}


@dataclass(frozen=True, slots=True)
class Result:
    write_seconds: float
    again_seconds: float


def main() -> int:
    if "GRAPH_URL" not in addresses():
        sys.stderr.write("No Neo4j: start it with `make services`.\n")
        return 1
    address = read_address(addresses()["GRAPH_URL"])
    store = Neo4jGraphStore(addresses()["GRAPH_URL"])
    store.prepare()
    with GraphDatabase.driver(address.uri, auth=(address.user, address.password)) as driver:
        prepare_bare(driver, address)
        try:
            _compare(store, driver, address)
        finally:
            drop_bare(driver, address)
    store.close()
    return 0


def _compare(store: Neo4jGraphStore, driver: Driver, address: ServerAddress) -> None:
    versions = make_versions()
    nodes = len({node.key for each in versions for node in each.nodes})
    edges = sum(len(each.edges) for each in versions)
    _say(f"{len(versions)} versions, {nodes:,} nodes, {edges:,} relationships; {ROUNDS} rounds, the best of each")
    ours, bare, tenants = [], [], []
    for _ in range(ROUNDS):
        tenants += [uuid4(), uuid4()]
        bare.append(_measure(partial(write_bare, driver, address, tenants[-1], versions)))
        ours.append(_measure(partial(_write_ours, store, tenants[-2], versions)))
    for name, results in (("bare driver", bare), ("the store", ours)):
        first, again = min(each.write_seconds for each in results), min(each.again_seconds for each in results)
        _say(f"{name:12} {first:6.2f} s, {(nodes + edges) / first:8,.0f} things/s; the same again {again:6.2f} s")
    ratio = min(each.write_seconds for each in ours) / min(each.write_seconds for each in bare)
    _say(f"ratio {ratio:.2f}")
    _ask(store, tenants[0], versions)
    _remove(store, driver, address, tenants, versions)


def make_versions() -> list[VersionNodes]:
    """Pages as ingest makes them: sections, links to other pages, entities of which some are on every page."""
    drawn = random.Random(4)
    names = [f"entity:{number:05}" for number in range(ENTITIES)]
    popular = [1 / (rank + 1) for rank in range(ENTITIES)]
    return [_version(number, drawn, names, popular) for number in range(VERSIONS)]


def _version(number: int, drawn: random.Random, names: Sequence[str], popular: Sequence[float]) -> VersionNodes:
    version, page = uuid5(UUID(int=4), str(number)), f"page:{number}"
    nodes = {page: Node(page, "page", f"Page {number}", {"source_id": "none"})}
    edges: dict[UUID, Edge] = {}

    def link(source: str, target: Node, kind: str) -> None:
        nodes[target.key] = target
        identity = uuid5(version, f"{source}>{kind}>{target.key}")
        edges[identity] = Edge(identity, source, target.key, kind, 1.0)

    link(page, Node(f"url:{number}", "url", f"page{number}.html"), "is_at")
    for other in drawn.sample(range(VERSIONS), 8):
        link(page, Node(f"url:{other}", "url", f"page{other}.html"), "links_to")
    for ordinal in range(SECTIONS):
        section = Node(
            f"section:{number}:{ordinal}", "section", "A heading", {"ordinal": ordinal, "anchor": "a-heading"}
        )
        link(page, section, "contains")
        for name in set(drawn.choices(names, popular, k=MENTIONS)):
            link(section.key, Node(name, "entity", name, {"form": "name"}), "mentions")
    return VersionNodes(uuid4(), version, list(nodes.values()), list(edges.values()))


def _measure(write: Callable[[], None]) -> Result:
    times = []
    for _ in range(2):
        started = time.perf_counter()
        write()
        times.append(time.perf_counter() - started)
    return Result(*times)


def _write_ours(store: Neo4jGraphStore, tenant: UUID, versions: Sequence[VersionNodes]) -> None:
    for start in range(0, len(versions), AT_ONCE):
        store.upsert_versions(tenant, versions[start : start + AT_ONCE])


def prepare_bare(driver: Driver, address: ServerAddress) -> None:
    for name, constraint in CONSTRAINTS.items():
        driver.execute_query(f"CREATE CONSTRAINT {name} IF NOT EXISTS {constraint}", database_=address.database)


def drop_bare(driver: Driver, address: ServerAddress) -> None:
    for name in CONSTRAINTS:
        driver.execute_query(f"DROP CONSTRAINT {name} IF EXISTS", database_=address.database)


def erase_bare(driver: Driver, address: ServerAddress) -> None:
    erase = "MATCH (n:BenchNode) WITH n LIMIT 2000 DETACH DELETE n RETURN count(*) AS gone"
    while driver.execute_query(erase, database_=address.database).records[0]["gone"]:
        pass


BARE_NODES = """
UNWIND $rows AS row MERGE (n:BenchNode {tenant_id: $tenant, key: row.key}) SET n += row.properties
"""
BARE_EDGES = """
UNWIND $rows AS row
MATCH (a:BenchNode {tenant_id: $tenant, key: row.source}) MATCH (b:BenchNode {tenant_id: $tenant, key: row.target})
MERGE (a)-[e:BENCH_EDGE {tenant_id: $tenant, id: row.id}]->(b) SET e.kind = row.kind, e.weight = row.weight
"""


def bare_rows(versions: Sequence[VersionNodes]) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Rows for the two statements, each in one order of keys."""
    nodes = {node.key: node for each in versions for node in each.nodes}
    rows: list[dict[str, object]] = [
        {"key": key, "properties": {"kind": node.kind, "name": node.name, **node.properties}}
        for key, node in sorted(nodes.items())
    ]
    edges: list[dict[str, object]] = [
        {"id": str(e.id), "source": e.source_key, "target": e.target_key, "kind": e.kind, "weight": e.weight}
        for each in versions
        for e in each.edges
    ]
    edges.sort(key=lambda row: (str(row["source"]), str(row["target"])))
    return rows, edges


def write_bare(driver: Driver, address: ServerAddress, tenant: UUID, versions: Sequence[VersionNodes]) -> None:
    rows, edges = bare_rows(versions)
    with driver.session(database=address.database) as session:
        for statement, every in ((BARE_NODES, rows), (BARE_EDGES, edges)):
            for start in range(0, len(every), 1000):
                session.execute_write(_run, statement, every[start : start + 1000], str(tenant))


def _run(transaction: ManagedTransaction, statement: str, rows: Sequence[object], tenant: str) -> None:
    transaction.run(statement, rows=rows, tenant=tenant).consume()


def _ask(store: Neo4jGraphStore, tenant: UUID, versions: Sequence[VersionNodes]) -> None:
    for hops in (1, 2, 3):
        times = []
        for number in range(100):
            started = time.perf_counter()
            store.neighbours(tenant, [f"page:{number}"], hops=hops)
            times.append((time.perf_counter() - started) * 1000)
        _say(f"neighbours, {hops} hops: p50 {statistics.median(times):.1f} ms, p95 {sorted(times)[94]:.1f} ms")
    ids = [each.version_id for each in versions[:AT_ONCE]]
    started = time.perf_counter()
    store.counts_of_versions(tenant, ids)
    _say(f"counts of {len(ids)} versions: {(time.perf_counter() - started) * 1000:.0f} ms")


def _remove(
    store: Neo4jGraphStore,
    driver: Driver,
    address: ServerAddress,
    tenants: Sequence[UUID],
    versions: Sequence[VersionNodes],
) -> None:
    started = time.perf_counter()
    store.delete_versions(tenants[0], [(each.document_id, each.version_id) for each in versions])
    _say(
        f"deleting the versions one tenant has: {time.perf_counter() - started:.2f} s; left {store.counts(tenants[0])}"
    )
    started = time.perf_counter()
    store.delete_tenant(tenants[2])
    _say(f"erasing a tenant: {time.perf_counter() - started:.2f} s")
    for tenant in tenants[::2]:
        store.delete_tenant(tenant)
    erase_bare(driver, address)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
