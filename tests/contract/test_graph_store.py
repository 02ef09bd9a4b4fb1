"""The graph store's contract: every implementation is put to the same suite by adding it to `store`."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4, uuid5

import pytest

from ingestion.graph.embedded import EmbeddedGraphStore
from ingestion.graph.errors import GraphWriteFailed
from ingestion.graph.neo4j.store import Neo4jGraphStore
from ingestion.graph.port import Edge, GraphCounts, GraphStore, Node, VersionContents, VersionNodes
from ingestion.graph.walk import HUB_EDGES

ACME, OTHER = uuid4(), uuid4()
DOCUMENT, VERSION = uuid4(), uuid4()


Opener = Callable[[], GraphStore]


@pytest.fixture(params=["embedded", pytest.param("neo4j", marks=pytest.mark.server)])
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """Opens the store, each time as another process would."""
    if request.param == "embedded":
        return lambda: EmbeddedGraphStore(tmp_path / "graph.sqlite3")
    url = request.getfixturevalue("neo4j_url")
    return lambda: Neo4jGraphStore(url)


@pytest.fixture
def store(reopen: Opener) -> Iterator[GraphStore]:
    store = reopen()
    store.prepare()
    yield store
    for tenant in (ACME, OTHER):
        store.delete_tenant(tenant)
        assert store.counts(tenant) == GraphCounts(0, 0)


def nodes(*keys: str) -> list[Node]:
    return [Node(key, key.partition(":")[0], key.upper(), {"length": len(key)}) for key in keys]


def edge(source: str, target: str, kind: str = "links_to", weight: float = 1.0, version: UUID = VERSION) -> Edge:
    return Edge(uuid5(version, f"{source}>{kind}>{target}"), source, target, kind, weight)


def write(
    store: GraphStore,
    keys: list[str],
    edges: list[Edge],
    *,
    tenant: UUID = ACME,
    document: UUID = DOCUMENT,
    version: UUID = VERSION,
) -> None:
    store.upsert_versions(tenant, [VersionNodes(document, version, nodes(*keys), edges)])


def counts_of(store: GraphStore, version: UUID, tenant: UUID = ACME) -> GraphCounts:
    return store.counts_of_versions(tenant, [version])[version]


def test_it_is_the_same_start_as_long_as_it_runs(reopen: Opener, store: GraphStore) -> None:
    before = store.incarnation()
    assert before
    assert reopen().incarnation() == before


def test_what_was_written_is_found(store: GraphStore) -> None:
    write(store, ["page:a", "entity:x"], [edge("page:a", "entity:x", "mentions")])
    assert store.find(ACME, ["page:a", "page:none"]) == {"page:a": nodes("page:a")[0]}
    assert store.counts(ACME) == counts_of(store, VERSION) == GraphCounts(2, 1)


def test_writing_twice_changes_nothing(store: GraphStore) -> None:
    for _ in range(2):
        write(store, ["page:a", "page:b"], [edge("page:a", "page:b")])
    assert store.counts(ACME) == GraphCounts(2, 1)


def test_neighbours_go_both_ways_and_carry_their_path(store: GraphStore) -> None:
    keys = ["page:a", "page:b", "page:c", "page:d"]
    write(store, keys, [edge("page:a", "page:b"), edge("page:c", "page:b", weight=0.5), edge("page:c", "page:d")])
    near = store.neighbours(ACME, ["page:a"], hops=1)
    assert [(each.node.key, each.hops) for each in near] == [("page:b", 1)]
    far = store.neighbours(ACME, ["page:a"], hops=3)
    assert [(each.node.key, each.hops, each.weight) for each in far] == [
        ("page:b", 1, 1.0),
        ("page:c", 2, 0.5),
        ("page:d", 3, 0.5),
    ]
    assert far[2].path == ("page:a", "page:b", "page:c", "page:d")


def test_the_heaviest_path_of_the_fewest_hops_wins(store: GraphStore) -> None:
    edges = [edge("a:1", "b:1", weight=0.2), edge("a:1", "b:2"), edge("b:1", "c:1"), edge("b:2", "c:1", weight=0.9)]
    write(store, ["a:1", "b:1", "b:2", "c:1"], edges)
    found = {each.node.key: each for each in store.neighbours(ACME, ["a:1"], hops=2)}
    assert found["c:1"].path == ("a:1", "b:2", "c:1")


def test_edge_kinds_and_limit_narrow(store: GraphStore) -> None:
    targets = [f"entity:{number}" for number in range(9)]
    write(
        store,
        ["page:a", "page:b", *targets],
        [edge("page:a", "page:b"), *(edge("page:a", target, "mentions") for target in targets)],
    )
    assert [each.node.key for each in store.neighbours(ACME, ["page:a"], edge_kinds=["links_to"])] == ["page:b"]
    assert len(store.neighbours(ACME, ["page:a"], limit=4)) == 4


def test_a_circle_ends(store: GraphStore) -> None:
    write(store, ["a:1", "a:2"], [edge("a:1", "a:2"), edge("a:2", "a:1")])
    assert [each.node.key for each in store.neighbours(ACME, ["a:1"], hops=3)] == ["a:2"]


def test_a_stranger_sees_and_deletes_nothing(store: GraphStore) -> None:
    write(store, ["page:a", "page:b"], [edge("page:a", "page:b")])
    write(store, ["page:a"], [], tenant=OTHER)
    assert store.neighbours(OTHER, ["page:a"], hops=3) == []
    assert store.find(OTHER, ["page:b"]) == {}
    store.delete_versions(OTHER, [(DOCUMENT, VERSION)])
    store.delete_document(OTHER, DOCUMENT)
    store.delete_tenant(OTHER)
    assert store.counts(ACME) == GraphCounts(2, 1)


def test_an_edge_cannot_lead_into_another_tenant(store: GraphStore) -> None:
    write(store, ["page:theirs"], [], tenant=OTHER)
    with pytest.raises(GraphWriteFailed, match="page:theirs"):
        write(store, ["page:a"], [edge("page:a", "page:theirs")])


def test_a_refused_write_leaves_nothing(store: GraphStore) -> None:
    with pytest.raises(GraphWriteFailed):
        write(store, ["page:a"], [edge("page:a", "page:nowhere")])
    assert store.counts(ACME) == GraphCounts(0, 0)


def test_an_edge_may_lead_to_a_node_of_an_earlier_call(store: GraphStore) -> None:
    write(store, ["page:old"], [], document=uuid4(), version=uuid4())
    write(store, ["page:a"], [edge("page:a", "page:old")])
    assert [each.node.key for each in store.neighbours(ACME, ["page:a"])] == ["page:old"]


def test_a_node_lives_while_a_version_contributes_it(store: GraphStore) -> None:
    other_document, other_version = uuid4(), uuid4()
    write(store, ["page:a", "entity:x"], [edge("page:a", "entity:x")])
    write(
        store,
        ["page:b", "entity:x"],
        [edge("page:b", "entity:x", version=other_version)],
        document=other_document,
        version=other_version,
    )
    assert store.delete_versions(ACME, [(DOCUMENT, VERSION)]) == GraphCounts(2, 1)
    assert set(store.find(ACME, ["page:a", "page:b", "entity:x"])) == {"page:b", "entity:x"}
    assert store.counts(ACME) == GraphCounts(2, 1)
    store.delete_document(ACME, other_document)
    assert store.counts(ACME) == GraphCounts(0, 0)


def test_an_edge_keeps_its_ends(store: GraphStore) -> None:
    """Else taking one version out would change what another holds."""
    other_version = uuid4()
    write(store, ["page:a"], [])
    write(store, ["page:b"], [edge("page:b", "page:a", version=other_version)], document=uuid4(), version=other_version)
    assert store.delete_versions(ACME, [(DOCUMENT, VERSION)]) == GraphCounts(1, 0)
    assert counts_of(store, other_version) == store.counts(ACME) == GraphCounts(2, 1)
    assert [each.node.key for each in store.neighbours(ACME, ["page:b"])] == ["page:a"]


def test_deleting_what_is_not_there_is_nothing(store: GraphStore) -> None:
    assert store.delete_versions(ACME, [(uuid4(), uuid4())]) == GraphCounts(0, 0)
    assert counts_of(store, uuid4()) == GraphCounts(0, 0)


def three_versions(store: GraphStore) -> list[VersionNodes]:
    """Each has its page and its edge to the one entity that all mention. In the order of their ids."""
    made = []
    for version in sorted(uuid4() for _ in range(3)):
        page = f"page:{version}"
        mention = edge(page, "entity:x", "mentions", version=version)
        made.append(VersionNodes(uuid4(), version, nodes(page, "entity:x"), [mention]))
    store.upsert_versions(ACME, made)
    return made


def test_many_versions_are_written_asked_and_taken_out_in_one_call(store: GraphStore) -> None:
    first, second, third = three_versions(store)
    ids = [each.version_id for each in (first, second, third)]
    assert store.counts(ACME) == GraphCounts(4, 3)
    assert store.counts_of_versions(ACME, ids) == dict.fromkeys(ids, GraphCounts(2, 1))
    leaving = [(each.document_id, each.version_id) for each in (first, second)]
    assert store.delete_versions(ACME, leaving) == GraphCounts(4, 2)
    assert store.counts(ACME) == GraphCounts(2, 1)
    assert store.counts_of_versions(ACME, ids) == dict(
        zip(ids, [GraphCounts(0, 0)] * 2 + [GraphCounts(2, 1)], strict=True)
    )


def test_an_edge_may_lead_to_a_node_of_another_version_of_the_call(store: GraphStore) -> None:
    other = uuid4()
    store.upsert_versions(
        ACME,
        [
            VersionNodes(DOCUMENT, VERSION, nodes("page:a"), [edge("page:a", "page:b")]),
            VersionNodes(uuid4(), other, nodes("page:b"), []),
        ],
    )
    assert store.counts(ACME) == GraphCounts(2, 1)


def test_one_loose_end_refuses_the_whole_call(store: GraphStore) -> None:
    good = VersionNodes(DOCUMENT, VERSION, nodes("page:a", "page:b"), [edge("page:a", "page:b")])
    other = uuid4()
    bad = VersionNodes(uuid4(), other, nodes("page:c"), [edge("page:c", "page:nowhere", version=other)])
    with pytest.raises(GraphWriteFailed, match="page:nowhere"):
        store.upsert_versions(ACME, [good, bad])
    assert store.counts(ACME) == GraphCounts(0, 0)


def test_nothing_in_nothing_done(store: GraphStore) -> None:
    store.upsert_versions(ACME, [])
    assert store.delete_versions(ACME, []) == GraphCounts(0, 0)
    assert store.counts_of_versions(ACME, []) == {}
    assert store.contents_of_versions(ACME, []) == {}


def test_contents_can_be_compared_and_mended(store: GraphStore) -> None:
    write(store, ["page:a", "page:b", "lone:c"], [edge("page:a", "page:b"), edge("page:b", "page:a", "answers")])
    keys = frozenset({"page:a", "page:b", "lone:c"})
    ids = [edge("page:a", "page:b").id, edge("page:b", "page:a", "answers").id]
    unknown = uuid4()
    assert store.contents_of_versions(ACME, [VERSION, unknown]) == {
        VERSION: VersionContents(keys, frozenset(ids)),
        unknown: VersionContents(frozenset(), frozenset()),
    }
    store.delete_edges(ACME, VERSION, ids[:1])
    assert store.contents_of_versions(ACME, [VERSION])[VERSION] == VersionContents(keys, frozenset(ids[1:]))
    assert store.counts(ACME) == GraphCounts(3, 1)


def test_deleting_an_edge_takes_only_nodes_that_nobody_else_contributes(store: GraphStore) -> None:
    first, second, _ = three_versions(store)
    store.delete_edges(ACME, first.version_id, [first.edges[0].id])
    assert store.counts(ACME) == GraphCounts(3, 2)
    store.delete_edges(ACME, second.version_id, [first.edges[0].id])  # not this version's
    assert counts_of(store, second.version_id) == GraphCounts(2, 1)


def test_versions_and_tenants_are_listed_in_pages(store: GraphStore) -> None:
    ids = [each.version_id for each in three_versions(store)]
    write(store, ["page:a"], [], tenant=OTHER)
    assert store.list_versions(ACME) == ids
    assert store.list_versions(ACME, limit=2) == ids[:2]
    assert store.list_versions(ACME, after=ids[1], limit=2) == ids[2:]
    for tenant in (ACME, OTHER):
        before = UUID(int=tenant.int - 1)
        assert store.list_tenants(after=before, limit=1) == [tenant]
        assert tenant not in store.list_tenants(after=tenant)


def test_no_node_is_loose(store: GraphStore) -> None:
    versions = three_versions(store)
    write(store, ["lone:a"], [])
    store.delete_versions(ACME, [(each.document_id, each.version_id) for each in versions])
    assert store.delete_loose_nodes(ACME) == []
    assert store.counts(ACME) == GraphCounts(1, 0)


def test_a_write_is_seen_by_a_second_connection(store: GraphStore, reopen: Opener) -> None:
    write(store, ["page:a"], [])
    assert reopen().counts(ACME) == GraphCounts(1, 0)


def test_it_says_that_it_is_well(store: GraphStore) -> None:
    store.prepare()  # a second time changes nothing
    store.check()


def test_whatever_people_write_comes_back_as_it_was(store: GraphStore) -> None:
    odd = Node(
        "entity:ünï'\"`\\$tenant_id {}", "entity", "a // b /* c */", {"ß": "\n", "n": 2**40, "f": 0.1, "t": True}
    )
    store.upsert_versions(ACME, [VersionNodes(DOCUMENT, VERSION, [odd], [])])
    assert store.find(ACME, [odd.key]) == {odd.key: odd}


def test_the_last_writer_names_a_node(store: GraphStore) -> None:
    for name in ("Old", "New"):
        node = Node("page:a", "page", name, {name: 1})
        store.upsert_versions(ACME, [VersionNodes(DOCUMENT, VERSION, [node], [])])
    assert store.find(ACME, ["page:a"]) == {"page:a": node}


def test_an_edge_written_again_takes_the_new_weight(store: GraphStore) -> None:
    for weight in (1.0, 0.25):
        write(store, ["a:1", "a:2"], [edge("a:1", "a:2", weight=weight)])
    assert [each.weight for each in store.neighbours(ACME, ["a:1"])] == [0.25]


def test_a_run_that_was_cut_off_is_completed(store: GraphStore) -> None:
    write(store, ["a:1", "a:2"], [edge("a:1", "a:2")])
    write(store, ["a:1", "a:2", "a:3"], [edge("a:1", "a:2"), edge("a:2", "a:3")])
    assert counts_of(store, VERSION) == store.counts(ACME) == GraphCounts(3, 2)


def test_a_hub_is_reached_but_not_walked_through(store: GraphStore) -> None:
    leaves = [f"leaf:{number:04}" for number in range(HUB_EDGES)]
    spokes = [edge("hub:1", leaf, weight=1 + number / 1000) for number, leaf in enumerate(leaves)]
    write(store, ["a:1", "hub:1", *leaves], [edge("a:1", "hub:1"), *spokes])
    assert [each.node.key for each in store.neighbours(ACME, ["a:1"], hops=3)] == ["hub:1"]
    found = store.neighbours(ACME, ["hub:1"], limit=HUB_EDGES + 1)
    assert len(found) == HUB_EDGES
    assert found[0].node.key == leaves[-1]
    assert "a:1" not in {each.node.key for each in found} or leaves[0] not in {each.node.key for each in found}


def test_deleting_many_edges_of_a_hub_ends(store: GraphStore) -> None:
    versions = sorted(uuid4() for _ in range(30))
    for version in versions:
        pages = [f"page:{version}:{number}" for number in range(100)]
        mentions = [edge(page, "entity:x", "mentions", version=version) for page in pages]
        store.upsert_versions(ACME, [VersionNodes(version, version, nodes(*pages, "entity:x"), mentions)])
    assert store.counts(ACME) == GraphCounts(3001, 3000)
    assert store.delete_versions(ACME, [(each, each) for each in versions[:-1]]) == GraphCounts(29 * 101, 2900)
    assert store.counts(ACME) == GraphCounts(101, 100)
    assert store.delete_document(ACME, versions[-1]) == GraphCounts(101, 100)


def test_writers_of_one_tenant_lose_nothing(reopen: Opener, store: GraphStore) -> None:
    """They share nodes and meet them in different orders, and one deletes what another writes beside it."""

    def work(seed: int) -> None:
        mine = reopen()
        for round_number in range(6):
            document = UUID(int=seed)
            version = UUID(int=seed * 1000 + round_number)
            keys = [f"entity:{(seed * 7 + number * 3) % 20}" for number in range(20)]
            page = f"page:{seed}"
            mentions = [edge(page, key, "mentions", version=version) for key in keys]
            mine.upsert_versions(ACME, [VersionNodes(document, version, nodes(page, *keys), mentions)])
            if round_number:
                mine.delete_versions(ACME, [(document, UUID(int=seed * 1000 + round_number - 1))])

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(1, 7)))
    last = [UUID(int=seed * 1000 + 5) for seed in range(1, 7)]
    assert store.list_versions(ACME) == last
    assert store.counts_of_versions(ACME, last) == dict.fromkeys(last, GraphCounts(21, 20))
    assert store.counts(ACME) == GraphCounts(6 + 20, 6 * 20)
