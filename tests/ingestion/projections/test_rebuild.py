"""A store is made again from the rows: whole at the end, never emptier on the way, and the next run goes on."""

from collections.abc import Callable
from io import StringIO
from uuid import UUID, uuid4

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from ingestion.graph.errors import GraphStoreUnavailable
from ingestion.graph.port import Edge, Node, VersionNodes
from ingestion.management.commands import rebuild as command
from ingestion.models import Chunk, Document, Rebuild
from ingestion.pipeline.stores import Stores
from ingestion.projections import rebuild as rebuilding
from ingestion.projections.rebuild import Advance, rebuild
from ingestion.vectors.port import VectorChunk
from rapport.events.inline import deliver_now
from tenants.context import tenant_scope
from tests.ingestion.knowledge import Knowledge

pytestmark = pytest.mark.django_db

TEXT = "# Lamps {n}\n\nSee [more](lamps-{m}.md). The lamp Aurora {n} needs AURORA_SETTING_{n} and two batteries."


@pytest.fixture
def filled(acme: Knowledge, stranger: Knowledge) -> Knowledge:
    for number in range(4):
        acme.submit(f"lamps-{number}.md", TEXT.format(n=number, m=number + 1))
    stranger.submit("lamps-0.md", TEXT.format(n=0, m=1))
    deliver_now()
    return acme


def holds(knowledge: Knowledge) -> tuple[object, ...]:
    graph, tenant = knowledge.stores.graph, knowledge.tenant_id
    return (
        knowledge.stores.vectors.list_chunks(tenant),
        graph.contents_of_versions(tenant, graph.list_versions(tenant)),
        graph.counts(tenant),
    )


def ignore(_: Advance) -> None:
    return None


def plant(filled: Knowledge) -> None:
    """Things of no document, in both stores."""
    version, tenant = uuid4(), filled.tenant_id
    chunk = VectorChunk(uuid4(), uuid4(), version, uuid4(), 0, "planted", (), "planted", "en")
    filled.stores.vectors.upsert(tenant, [chunk], np.ones((1, 384), dtype=np.float32) / 384**0.5)
    nodes = [Node("entity:a", "entity", "a"), Node("entity:b", "entity", "b")]
    edges = [Edge(uuid4(), "entity:a", "entity:b", "links_to")]
    filled.stores.graph.upsert_versions(tenant, [VersionNodes(uuid4(), version, nodes, edges)])


def test_both_stores_are_made_again(filled: Knowledge, stranger: Knowledge) -> None:
    before, theirs = holds(filled), holds(stranger)
    filled.stores.vectors.delete_tenant(filled.tenant_id)
    filled.stores.graph.delete_tenant(filled.tenant_id)
    plant(filled)
    filled.embedder.embedded.clear()
    for store in ("vectors", "graph"):
        rebuild(store, filled.tenant_id, filled.stores, on_progress=ignore)
    assert holds(filled) == before
    assert holds(stranger) == theirs
    assert filled.embedder.embedded == []
    assert "AURORA_SETTING_2" in filled.found("AURORA_SETTING_2")[0]
    assert not Rebuild.objects.exists()


def test_answers_go_on_at_every_moment(filled: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "DOCUMENTS", 1)
    full, seen = filled.stores.vectors.count(filled.tenant_id), []
    nodes = filled.stores.graph.counts(filled.tenant_id)

    def look(advance: Advance) -> None:
        seen.append(advance)
        assert filled.stores.vectors.count(filled.tenant_id) == full
        assert filled.stores.graph.counts(filled.tenant_id) == nodes
        assert "AURORA_SETTING_1" in filled.found("AURORA_SETTING_1")[0]

    for store in ("vectors", "graph"):
        rebuild(store, filled.tenant_id, filled.stores, on_progress=look)
    assert seen == [Advance(done, 4) for done in range(1, 5)] * 2


def test_it_goes_on_where_it_was_stopped(filled: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "DOCUMENTS", 1)
    before = holds(filled)
    filled.stores.graph.delete_tenant(filled.tenant_id)

    class Stopped(BaseException):
        pass

    def stop(advance: Advance) -> None:
        if advance.done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        rebuild("graph", filled.tenant_id, filled.stores, on_progress=stop)
    seen: list[Advance] = []
    rebuild("graph", filled.tenant_id, filled.stores, on_progress=seen.append)
    assert seen == [Advance(1, 2), Advance(2, 2)]
    assert holds(filled) == before


@pytest.mark.parametrize("store", ["vectors", "graph"])
def test_a_version_that_is_replaced_meanwhile_is_not_left_behind(
    store: str, filled: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ingest makes a new version answer, and removes the one before, just before the rebuild writes that again."""
    with tenant_scope(filled.tenant_id):
        document = Document.objects.get(external_id="lamps-0.md")
    name = {"vectors": "upsert", "graph": "upsert_versions"}[store]
    target = getattr(filled.stores, store)
    real: Callable[..., None] = getattr(target, name)
    raced: list[int] = []

    def late(tenant_id: UUID, *arguments: object) -> None:
        if not raced:
            raced.append(1)
            filled.ingest("lamps-0.md", "# Lamps\n\nAll lamps are out of stock.")
        real(tenant_id, *arguments)

    monkeypatch.setattr(target, name, late)
    rebuild(store, filled.tenant_id, filled.stores, on_progress=ignore)
    assert raced
    filled.check_whole(document.id)
    assert len(filled.stores.graph.list_versions(filled.tenant_id)) == 4
    with tenant_scope(filled.tenant_id):
        assert filled.stores.vectors.count(filled.tenant_id) == Chunk.objects.count()


# --- the command


@pytest.fixture
def run(filled: Knowledge, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.setattr(command, "get_stores", lambda: filled.stores)

    def call(*arguments: str) -> str:
        out = StringIO()
        call_command("rebuild", *arguments, stdout=out)
        return out.getvalue()

    return call


def test_the_command(filled: Knowledge, run: Callable[..., str]) -> None:
    before = holds(filled)
    filled.stores.graph.delete_tenant(filled.tenant_id)
    plant(filled)
    assert "4 documents" in run("graph", "--tenant", str(filled.tenant_id))
    said = run("vectors")
    assert said.count("documents in") == 2
    assert "1 differences mended" in said
    assert holds(filled) == before


def test_passages_of_another_model_are_not_copied(filled: Knowledge, run: Callable[..., str]) -> None:
    with tenant_scope(filled.tenant_id):
        Chunk.objects.filter(document__external_id="lamps-1.md").update(embedding_model="another-1")
    with pytest.raises(CommandError, match="1 passages have vectors of another embedding model"):
        run("vectors")


def test_a_store_that_is_away_is_said_in_one_sentence(
    filled: Knowledge, run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> Stores:
        raise GraphStoreUnavailable("GRAPH_URL: no Neo4j answers.")

    monkeypatch.setattr(command, "get_stores", away)
    with pytest.raises(CommandError, match=r"GRAPH_URL: no Neo4j answers\. Run it again"):
        run("graph")
