"""Both stores find the same neighbours, whatever the graph: the walk is one, and each says the same edges."""

from pathlib import Path
from uuid import uuid4, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.graph.embedded import EmbeddedGraphStore
from ingestion.graph.neo4j.store import Neo4jGraphStore
from ingestion.graph.port import Edge, GraphStore, Node, VersionNodes
from ingestion.graph.walk import FRONTIER, Step, walk

KEYS = [f"n:{number}" for number in range(7)]
drawn_edges = st.lists(
    st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS), st.sampled_from("ab"), st.sampled_from([0.25, 0.5, 1, 3])),
    max_size=20,
)
questions = st.fixed_dictionaries(
    {
        "keys": st.lists(st.sampled_from([*KEYS, "n:unknown"]), max_size=3),
        "hops": st.integers(0, 4),
        "edge_kinds": st.sampled_from([(), ("a",), ("a", "b"), ("c",)]),
        "limit": st.integers(0, 8),
    }
)


@pytest.mark.server
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edges=drawn_edges, question=questions)
def test_both_stores_find_the_same(
    tmp_path: Path, neo4j_url: str, edges: list[tuple[str, str, str, float]], question: dict[str, object]
) -> None:
    tenant, version = uuid4(), uuid4()
    made = [Edge(uuid5(version, f"{number}"), *edge) for number, edge in enumerate(edges)]
    contribution = VersionNodes(uuid4(), version, [Node(key, "n", key) for key in KEYS], made)
    stores: list[GraphStore] = [EmbeddedGraphStore(tmp_path / "graph.sqlite3"), _neo4j(neo4j_url)]
    for store in stores:
        store.upsert_versions(tenant, [contribution])
    try:
        embedded, neo4j = (store.neighbours(tenant, **question) for store in stores)  # type: ignore[arg-type]
        assert embedded == neo4j
        contents = [store.contents_of_versions(tenant, [version]) for store in stores]
        assert contents[0] == contents[1]
        assert stores[0].counts(tenant) == stores[1].counts(tenant)
    finally:
        for store in stores:
            store.delete_tenant(tenant)


_opened: dict[str, Neo4jGraphStore] = {}


def _neo4j(url: str) -> Neo4jGraphStore:
    if url not in _opened:
        _opened[url] = Neo4jGraphStore(url)
        _opened[url].prepare()
    return _opened[url]


def test_a_hop_goes_on_from_the_heaviest_only() -> None:
    """However many a hop reaches, the next one asks for a bounded number."""
    asked: list[list[str]] = []

    def follow(keys: object, is_first: bool) -> list[Step]:
        asked.append(list(keys))  # type: ignore[call-overload]
        return [Step("a", f"b{number:03}", number / 100) for number in range(200)] if is_first else []

    reached = walk(["a"], 2, follow)
    assert len(reached) == 200
    assert asked[1] == [f"b{number:03}" for number in range(199, 199 - FRONTIER, -1)]
