"""After the switch: the way back, until what is old is dropped; what is removed meanwhile leaves every collection."""

import pytest

from ingestion.embedding.state import Held
from ingestion.models import Chunk, ChunkVector, EmbeddingState
from ingestion.projections.findings import Kind
from ingestion.projections.reconcile import compare, compare_tenants
from ingestion.projections.steps import Task
from ingestion.reembedding import dropping
from ingestion.reembedding.dropping import drop_collections, drop_old
from ingestion.reembedding.errors import ReembeddingRuns
from ingestion.reembedding.filling import Advance
from ingestion.reembedding.run import reembed
from ingestion.services import delete_document
from rapport.events.inline import deliver_now
from rapport.ids import new_id
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.ingestion.knowledge import Knowledge
from tests.ingestion.reembedding.hashed import HashedWords
from tests.ingestion.reembedding.moving import Moving, ignore

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other process searches here."""
    monkeypatch.setattr(dropping, "GRACE", dropping.GRACE * 0)


@pytest.fixture
def moved(moving: Moving) -> Moving:
    moving.move()
    return moving


def test_the_way_back_computes_only_what_came_since(moved: Moving) -> None:
    moved.knowledge.ingest("chairs.md", "# Chairs\n\nChairs are made of OAK_WOOD.")
    moved.knowledge.ingest("lamps-0.md", "# Lamps\n\nAll lamps are out of stock.")
    moved.knowledge.embedder.embedded.clear()

    moved.move(back=True)

    assert moved.answering() == moved.old.key
    assert len(moved.knowledge.embedder.embedded) == 2
    assert moved.held(moved.old) == moved.rows()
    assert any("OAK_WOOD" in text for text in moved.hits("OAK_WOOD"))
    assert not compare(Task(moved.tenant_id, moved.knowledge.stores.of(moved.tenant_id), mends=False)).found


def test_a_removed_document_leaves_both_collections(moved: Moving) -> None:
    document = moved.document("lamps-1.md")
    delete_document(tenant_id=moved.tenant_id, actor=SYSTEM, document_id=document.id)
    deliver_now()
    for model in (moved.old, moved.new):
        assert moved.collection(model).version_counts(moved.tenant_id, [document.id]) == {}
        assert moved.held(model) == moved.rows()
    with tenant_scope(moved.tenant_id):
        assert ChunkVector.objects.count() == Chunk.objects.count()


def test_dropping_keeps_the_model_that_answers(moved: Moving, stranger: Knowledge, small: HashedWords) -> None:
    before, stores = moved.hits("AURORA_SETTING_3"), moved.knowledge.stores
    theirs = stranger.stores.vectors.list_chunks(stranger.tenant_id)

    assert drop_old(moved.tenant_id, stores) == [moved.old]

    assert moved.held(moved.old) == set()
    assert stranger.stores.vectors.list_chunks(stranger.tenant_id) == theirs
    assert moved.hits("AURORA_SETTING_3") == before
    with tenant_scope(moved.tenant_id):
        assert not ChunkVector.objects.exists()
        assert set(Chunk.objects.values_list("embedding_model", flat=True)) == {"hashed-64"}
        assert EmbeddingState.objects.get().held == dict([moved.new])
    assert not compare(Task(moved.tenant_id, stores.of(moved.tenant_id), mends=False)).found
    small.embedded.clear()
    moved.knowledge.ingest("lamps-2.md", "# Lamps 2\n\nSold out.\n\n## Care\n\nDust it weekly.")
    assert len(small.embedded) == 1, "vectors of before are found again"
    assert drop_old(moved.tenant_id, stores) == []


def test_a_drop_that_was_killed_goes_on(moved: Moving, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(dropping, "settle_on", killed)
        with pytest.raises(Killed):
            drop_old(moved.tenant_id, moved.knowledge.stores)
    assert moved.hits("AURORA_SETTING_3")

    assert drop_old(moved.tenant_id, moved.knowledge.stores) == [moved.old]
    with tenant_scope(moved.tenant_id):
        assert not ChunkVector.objects.exists()
    assert moved.held(moved.new) == moved.rows()


def test_a_collection_goes_with_its_last_company(moved: Moving, stranger: Knowledge, small: HashedWords) -> None:
    """Seen from an installation that has the new model in EMBEDDINGS_URL by now."""
    stores, dropped = moved.knowledge.stores.by(moved.new), list[str]()
    drop_old(moved.tenant_id, stores)
    drop_collections(stores, on_drop=dropped.append)
    assert dropped == [], "the stranger's passages are still in it"

    reembed(stranger.tenant_id, moved.new, stores, on_progress=ignore)
    drop_old(stranger.tenant_id, stores)
    drop_collections(stores, on_drop=dropped.append)
    assert dropped == [moved.old.key]
    assert stores.vectors.list_models() == dict([moved.new])
    assert moved.held(moved.new) == moved.rows()


def test_an_unfinished_move_is_given_up_by_dropping(moving: Moving) -> None:
    class Stopped(BaseException):
        pass

    def stop(_: Advance) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        moving.move(on_progress=stop)
    assert drop_old(moving.tenant_id, moving.knowledge.stores) == [moving.new]
    assert moving.answering() == moving.old.key
    assert moving.held(moving.old) == moving.rows()
    with tenant_scope(moving.tenant_id):
        row = EmbeddingState.objects.get()
        assert (row.next_model, row.runner) == ("", "")
        assert not ChunkVector.objects.exists()


def test_nothing_is_dropped_under_a_move(moving: Moving) -> None:
    def drop(_: Advance) -> None:
        with tenant_scope(moving.tenant_id):
            EmbeddingState.objects.update(runner="elsewhere:1")
        with pytest.raises(ReembeddingRuns):
            drop_old(moving.tenant_id, moving.knowledge.stores)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        moving.move(on_progress=drop)


def test_a_tenant_that_is_gone_leaves_every_collection(moved: Moving) -> None:
    stores, gone = moved.knowledge.stores, new_id()
    chunks = list(moved.collection(moved.new).fetch(moved.tenant_id, moved.held(moved.new)).values())
    for model in (moved.old, moved.new):
        vectors = stores.by(model).embedder.embed([each.text for each in chunks], purpose="passage")
        moved.collection(model).upsert(gone, chunks, vectors)

    tally = compare_tenants(stores, mends=True, names=("vectors",), owns_all=("vectors",))

    assert tally.found[Kind.TENANTS_LEFT_OVER] == 2
    for model in (moved.old, moved.new):
        assert moved.collection(model).count(gone) == 0
        assert moved.held(model) == moved.rows()
    assert moved.collection(Held("hashed-64", 64)).list_tenants() == [moved.tenant_id]
