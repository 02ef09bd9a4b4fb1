"""Each store is damaged behind the product's back: exactly the damage is found, mended, and not found again."""

import json
from collections.abc import Iterator
from io import StringIO
from uuid import UUID, uuid4

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from ingestion.graph.port import Edge, Node, VersionNodes
from ingestion.models import Chunk, DocumentVersion, IngestStage, ProjectionCheck
from ingestion.projections import graph as graph_steps
from ingestion.projections import reconcile as reconciling
from ingestion.projections import vectors as vector_steps
from ingestion.projections.doubts import ask_for_all_checks
from ingestion.projections.findings import Kind, Tally
from ingestion.projections.reconcile import compare
from ingestion.projections.schedule import run_due_checks
from ingestion.projections.steps import Task
from ingestion.vectors.port import VectorChunk
from rapport.events.inline import deliver_now
from tenants.context import tenant_scope
from tests.ingestion.knowledge import Knowledge
from tests.ingestion.projections.damage import Vandal

pytestmark = pytest.mark.django_db

PAGES = {
    f"page-{number}.md": f"# Page {number}\n\nSee [the next](page-{number + 1}.md). Set LAMP_SETTING_{number} for the "
    f"lamp Aurora {number}.\n\n## Part two of page {number}\n\nThe PostgreSQL needs LAMP_SETTING_{number} too."
    for number in range(3)
}


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a handful of documents takes several."""
    monkeypatch.setattr(vector_steps, "PAGE", 2)
    monkeypatch.setattr(graph_steps, "DOCUMENTS", 2)
    monkeypatch.setattr(graph_steps, "VERSIONS", 2)


@pytest.fixture
def acme(acme: Knowledge, stranger: Knowledge) -> Iterator[Knowledge]:
    """Acme has three pages, the stranger one of them, which nothing may touch."""
    stranger.ingest("page-0.md", PAGES["page-0.md"])
    for name, text in PAGES.items():
        acme.submit(name, text)
    deliver_now()
    theirs = _whole(stranger)
    yield acme
    assert _whole(stranger) == theirs


def _whole(knowledge: Knowledge) -> tuple[object, ...]:
    stores, tenant = knowledge.stores, knowledge.tenant_id
    versions = stores.graph.list_versions(tenant)
    contents = stores.graph.contents_of_versions(tenant, versions)
    return stores.vectors.list_chunks(tenant), contents, stores.graph.counts(tenant)


def look(acme: Knowledge) -> dict[str, int]:
    return dict(compare(Task(acme.tenant_id, acme.stores, mends=False)).found)


def mend(acme: Knowledge) -> None:
    tally = compare(Task(acme.tenant_id, acme.stores, mends=True))
    assert tally.left == 0
    assert tally.found == tally.mended
    assert look(acme) == {}


def chunks(acme: Knowledge) -> list[UUID]:
    with tenant_scope(acme.tenant_id):
        return list(Chunk.objects.order_by("id").values_list("id", flat=True))


def versions(acme: Knowledge) -> list[DocumentVersion]:
    with tenant_scope(acme.tenant_id):
        return list(DocumentVersion.objects.order_by("id"))


def test_nothing_is_found_where_nothing_is_wrong(acme: Knowledge) -> None:
    tally = compare(Task(acme.tenant_id, acme.stores, mends=False))
    assert tally.found == {}
    assert tally.checked == {"passages": len(chunks(acme)), "searches": len(chunks(acme)), "versions": 3}


def test_missing_vectors(acme: Knowledge) -> None:
    before = _whole(acme)
    acme.stores.vectors.delete_chunks(acme.tenant_id, chunks(acme)[:2])
    assert look(acme) == {Kind.VECTORS_MISSING: 2}
    mend(acme)
    assert _whole(acme) == before
    assert "LAMP_SETTING_2" in " ".join(acme.found("LAMP_SETTING_2"))


def test_vectors_of_no_document(acme: Knowledge) -> None:
    before = _whole(acme)
    planted = [_chunk(uuid4(), uuid4()), _chunk(versions(acme)[0].document_id, versions(acme)[0].id)]
    acme.stores.vectors.upsert(acme.tenant_id, planted, np.ones((2, 384), dtype=np.float32) / 384**0.5)
    assert look(acme) == {Kind.VECTORS_LEFT_OVER: 2}
    mend(acme)
    assert _whole(acme) == before


def test_vectors_under_another_version(acme: Knowledge) -> None:
    before = _whole(acme)
    (chunk,) = acme.stores.vectors.fetch(acme.tenant_id, chunks(acme)[:1]).values()
    wrong = _chunk(chunk.document_id, uuid4(), identity=chunk.id)
    acme.stores.vectors.upsert(acme.tenant_id, [wrong], np.ones((1, 384), dtype=np.float32) / 384**0.5)
    assert look(acme) == {Kind.VECTORS_MISLABELLED: 1, Kind.VECTORS_NOT_FOUND: 1} or look(acme) == {
        Kind.VECTORS_MISLABELLED: 1
    }
    mend(acme)
    assert _whole(acme) == before


def test_a_passage_that_searching_does_not_find(acme: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    """The object is there and its vector is not the one it should have, as after a crash of an index."""
    monkeypatch.setattr(vector_steps, "NEAR", 1)
    monkeypatch.setattr(vector_steps, "NEARER", 2)
    (chunk,) = acme.stores.vectors.fetch(acme.tenant_id, chunks(acme)[:1]).values()
    acme.stores.vectors.upsert(acme.tenant_id, [chunk], -np.ones((1, 384), dtype=np.float32) / 384**0.5)
    assert look(acme) == {Kind.VECTORS_NOT_FOUND: 1}
    mend(acme)


def test_missing_edges_and_nodes(acme: Knowledge, vandal: Vandal) -> None:
    before = _whole(acme)
    vandal.drop_edges(versions(acme)[1].id, 2)
    assert look(acme)[Kind.EDGES_MISSING] == 2  # and what nobody else mentions hangs loose in one of the stores
    mend(acme)
    edges = vandal.drop_node(f"section:{chunks(acme)[0]}")
    found = look(acme)
    assert (found[Kind.NODES_MISSING], found[Kind.EDGES_MISSING]) == (1, edges)
    mend(acme)
    assert _whole(acme) == before


def test_a_shared_node_that_is_gone(acme: Knowledge, vandal: Vandal) -> None:
    before = _whole(acme)
    edges = vandal.drop_node("entity:postgresql")
    assert edges == 3
    assert look(acme) == {Kind.NODES_MISSING: 3, Kind.EDGES_MISSING: 3}  # to each version that mentions it
    mend(acme)
    assert _whole(acme) == before


def test_edges_of_no_version_and_edges_too_many(acme: Knowledge) -> None:
    before = _whole(acme)
    version = versions(acme)[0]
    page = f"page:{version.document_id}"
    for document_id, version_id in ((version.document_id, version.id), (uuid4(), uuid4()), (uuid4(), uuid4())):
        nodes = [
            Node(page, "page", "Page 0", {"source_id": str(acme.source_id)}),
            Node("url:planted", "url", "planted"),
        ]
        planted = VersionNodes(document_id, version_id, nodes, [Edge(uuid4(), page, "url:planted", "links_to")])
        acme.stores.graph.upsert_versions(acme.tenant_id, [planted])
    assert look(acme) == {Kind.EDGES_LEFT_OVER: 1, Kind.VERSIONS_LEFT_OVER: 2}
    mend(acme)
    assert _whole(acme) == before


def test_nodes_of_no_version(acme: Knowledge, vandal: Vandal) -> None:
    before = _whole(acme)
    vandal.plant_node("entity:planted")
    assert look(acme) == {Kind.NODES_LOOSE: 1}
    mend(acme)
    assert _whole(acme) == before


def test_what_is_being_read_is_left_alone(acme: Knowledge) -> None:
    submitted = acme.submit("page-0.md", PAGES["page-0.md"] + " New words.")
    other = VersionNodes(submitted.document_id, submitted.version_id, [Node("entity:early", "entity", "early")], [])
    acme.stores.graph.upsert_versions(acme.tenant_id, [other])
    early = _chunk(submitted.document_id, submitted.version_id)
    acme.stores.vectors.upsert(acme.tenant_id, [early], np.ones((1, 384), dtype=np.float32) / 384**0.5)
    assert look(acme) == {}
    with tenant_scope(acme.tenant_id):  # it was given up: what it had written answers nobody's questions
        DocumentVersion.objects.filter(id=submitted.version_id).update(stage=IngestStage.FAILED)
    assert look(acme) == {Kind.VECTORS_LEFT_OVER: 1, Kind.VERSIONS_LEFT_OVER: 1}
    mend(acme)


def test_everything_of_a_store_is_lost(acme: Knowledge) -> None:
    before = _whole(acme)
    acme.stores.graph.delete_tenant(acme.tenant_id)
    acme.stores.vectors.delete_tenant(acme.tenant_id)
    mend(acme)
    assert _whole(acme) == before


def test_a_version_without_its_links_is_read_from_its_file(acme: Knowledge) -> None:
    with tenant_scope(acme.tenant_id):
        DocumentVersion.objects.update(links=None)
    assert look(acme) == {}
    with tenant_scope(acme.tenant_id):
        assert not DocumentVersion.objects.filter(links=None).exists()


def _chunk(document_id: UUID, version_id: UUID, *, identity: UUID | None = None) -> VectorChunk:
    return VectorChunk(identity or uuid4(), document_id, version_id, uuid4(), 99, "planted", (), "planted", "en")


# --- turns


def test_turns_go_on_where_they_stopped(acme: Knowledge, stranger: Knowledge) -> None:
    acme.stores.vectors.delete_chunks(acme.tenant_id, chunks(acme)[:2])
    ask_for_all_checks()
    finished = turns = 0
    while finished < 2:
        before = finished
        check = ProjectionCheck.objects.filter(tenant_id=acme.tenant_id).get()
        finished += reconciling.take_turn(check, acme.stores, seconds=0) if check.due_at else 0
        theirs = ProjectionCheck.objects.filter(tenant_id=stranger.tenant_id).get()
        finished += reconciling.take_turn(theirs, acme.stores, seconds=0) if theirs.due_at else 0
        turns += 1
        assert finished - before <= 2
    assert turns > 5
    report = Tally.from_json(ProjectionCheck.objects.get(tenant_id=acme.tenant_id).report)
    assert report.found == report.mended == {Kind.VECTORS_MISSING: 2}
    assert report.checked["versions"] == 3
    assert not ProjectionCheck.objects.get(tenant_id=stranger.tenant_id).report["found"]
    assert look(acme) == {}


def test_due_checks_run_and_are_done(acme: Knowledge) -> None:
    assert run_due_checks(acme.stores) == 0
    ask_for_all_checks()
    assert run_due_checks(acme.stores) == 2
    assert run_due_checks(acme.stores) == 0
    assert not ProjectionCheck.objects.exclude(due_at=None, claimed_until=None).exists()


# --- the command


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("reconcile", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def command(acme: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingestion.management.commands import reconcile as module

    monkeypatch.setattr(module, "get_stores", lambda: acme.stores)


@pytest.mark.usefixtures("command")
def test_the_command_looks_mends_and_tells(acme: Knowledge) -> None:
    assert "Nothing differs." in run()
    acme.stores.vectors.delete_chunks(acme.tenant_id, chunks(acme)[:1])
    with pytest.raises(CommandError, match="1 differences are left"):
        run("--dry-run")
    with pytest.raises(CommandError, match="1 differences are left"):
        run("--no-repair", "--tenant", str(acme.tenant_id), "--store", "vectors")
    assert "Nothing differs." in run("--store", "graph", "--dry-run")
    told = json.loads(run("--json"))
    assert told["total"]["found"] == told["total"]["mended"] == {"vectors_missing": 1}
    assert told["left"] == 0
    assert "Nothing differs." in run("--dry-run")
    with pytest.raises(CommandError, match="no tenant called"):
        run("--tenant", "nobody")


@pytest.mark.usefixtures("command")
def test_tenants_that_are_gone(acme: Knowledge) -> None:
    gone = uuid4()
    ProjectionCheck.objects.create(tenant_id=gone)
    acme.stores.graph.upsert_versions(gone, [VersionNodes(uuid4(), uuid4(), [Node("entity:x", "entity", "x")], [])])
    acme.stores.vectors.upsert(gone, [_chunk(uuid4(), uuid4())], np.ones((1, 384), dtype=np.float32) / 384**0.5)
    with pytest.raises(CommandError, match="2 differences are left"):
        run("--dry-run")
    assert "Removed tenants left over in a store" in run()
    assert acme.stores.graph.counts(gone).nodes == acme.stores.vectors.count(gone) == 0
    assert not ProjectionCheck.objects.filter(tenant_id=gone).exists()
    assert "Nothing differs." in run()


def test_a_shared_server_keeps_what_this_installation_never_knew(acme: Knowledge) -> None:
    theirs = uuid4()
    acme.stores.graph.upsert_versions(theirs, [VersionNodes(uuid4(), uuid4(), [Node("entity:x", "entity", "x")], [])])
    try:
        tally = reconciling.compare_tenants(acme.stores, mends=True, names=("graph",), owns_all=())
        assert tally.found == {}
        assert acme.stores.graph.counts(theirs).nodes == 1
    finally:
        acme.stores.graph.delete_tenant(theirs)
