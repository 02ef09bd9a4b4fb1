"""A server that dies, comes back, has lost its constraints, or holds duplicates."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from django.utils import timezone

from ingestion.graph.errors import GraphStoreMisconfigured, GraphStoreUnavailable
from ingestion.graph.neo4j.store import Neo4jGraphStore
from ingestion.graph.port import Node, VersionNodes
from ingestion.models import ProjectionCheck
from ingestion.pipeline import stores as pipeline_stores
from ingestion.projections.doubts import note_store
from ingestion.projections.reconcile import compare
from ingestion.projections.steps import Task
from rapport.events.inline import deliver_now
from rapport.events.models import InboxEvent, KeyLease
from tests.ingestion.graph.own_neo4j import OwnNeo4j
from tests.ingestion.knowledge import Knowledge

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnNeo4j]:
    from tests.servers import address

    address("GRAPH_URL")  # skips where no server was ever installed
    own = OwnNeo4j(tmp_path_factory.mktemp("neo4j"))
    own.start()
    yield own
    own.stop()


@pytest.fixture
def store(server: OwnNeo4j) -> Iterator[Neo4jGraphStore]:
    store = Neo4jGraphStore(server.url)
    store.prepare()
    yield store
    store.close()


def write(store: Neo4jGraphStore) -> None:
    store.upsert_versions(uuid4(), [VersionNodes(uuid4(), uuid4(), [Node("entity:x", "entity", "x")], [])])


def test_lost_constraints_are_seen_and_made_again(store: Neo4jGraphStore) -> None:
    store.door.administer("DROP CONSTRAINT rapport_edge_id")
    with pytest.raises(GraphStoreMisconfigured, match=r"GRAPH_URL: .*rapport_edge_id.*manage\.py reconcile"):
        store.check()
    store.prepare()
    store.check()


def test_duplicates_are_named_with_the_remedy(store: Neo4jGraphStore) -> None:
    store.door.administer("DROP CONSTRAINT rapport_node_key")
    tenant = str(uuid4())
    for _ in range(2):
        store.door.administer("CREATE (:RapportNode {tenant_id: $tenant, key: 'twin'})", tenant=tenant)
    with pytest.raises(GraphStoreMisconfigured, match=r"GRAPH_URL: .*duplicates.*rebuild graph") as refused:
        store.prepare()
    assert "twin" not in refused.value.message
    store.door.administer("MATCH (n:RapportNode {tenant_id: $tenant}) DELETE n", tenant=tenant)
    store.prepare()
    store.check()


@pytest.mark.django_db
def test_uploads_wait_while_it_is_away_and_answers_go_on(
    server: OwnNeo4j, store: Neo4jGraphStore, acme: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = replace(acme.stores, graph=store)
    acme.stores = stores
    monkeypatch.setattr(pipeline_stores, "get_stores", lambda: stores)
    old = acme.ingest("hours.md", "# Hours\n\nThe shop opens at nine.")
    note_store("graph", is_up=True)
    before = store.incarnation()
    server.kill()
    waiting = acme.ingest("rates.md", "# Rates\n\nShipping to Norway costs 9 euros.")
    assert (waiting.state, waiting.error_code) == ("queued", "graph_store_unavailable")
    assert waiting.error_message.startswith("GRAPH_URL: no Neo4j answers")
    assert "nine" in acme.found("When does the shop open?")[0]
    with pytest.raises(GraphStoreUnavailable):
        store.check()
    server.start()
    assert store.incarnation() != before
    note_store("graph", is_up=True)
    assert ProjectionCheck.objects.get(tenant_id=acme.tenant_id).due_at is not None
    InboxEvent.objects.update(next_attempt_at=None)
    KeyLease.objects.update(ready_at=timezone.now())
    deliver_now()
    for document in (old, waiting):
        acme.check_whole(document.id)
    assert compare(Task(acme.tenant_id, stores, mends=False)).found == {}


def test_a_write_that_the_crash_cut_off_is_retried_by_the_driver(server: OwnNeo4j, store: Neo4jGraphStore) -> None:
    """Connections of before the crash are dead; no one need notice."""
    write(store)
    server.kill()
    server.start()
    write(store)
