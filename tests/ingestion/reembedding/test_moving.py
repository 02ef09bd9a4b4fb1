"""A tenant moves to a model of other dimensions: whole, and without a moment of fewer answers."""

from dataclasses import replace
from uuid import UUID

import pytest

from ingestion.embedding.port import EmbeddingModel
from ingestion.embedding.state import read_answering
from ingestion.models import Chunk, ChunkVector, EmbeddingState
from ingestion.pipeline.stores import Models, Stores
from ingestion.projections.rebuild import rebuild
from ingestion.projections.reconcile import compare
from ingestion.projections.steps import Task
from ingestion.reembedding import filling, run
from ingestion.reembedding.claim import Claim, switch
from ingestion.reembedding.errors import PassageTooLong, ReembeddingRuns
from ingestion.reembedding.filling import Advance
from ingestion.services import delete_document
from rapport.events.inline import deliver_now
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.ingestion.knowledge import Knowledge
from tests.ingestion.reembedding.hashed import HashedWords
from tests.ingestion.reembedding.moving import Moving, ignore

pytestmark = pytest.mark.django_db

QUESTION = "Which lamp needs AURORA_SETTING_3?"


def test_the_new_model_answers_and_the_old_one_is_kept(moving: Moving, small: HashedWords) -> None:
    before = moving.hits(QUESTION)

    moved = moving.move()

    assert moved.is_new
    assert moving.answering() == "hashed-64"
    assert moving.held(moving.new) == moving.held(moving.old) == moving.rows()
    assert moved.passages == moved.searched == len(moving.rows())
    assert "AURORA_SETTING_3" in moving.hits(QUESTION)[0]
    assert len(moving.hits(QUESTION)) == len(before)
    assert moving.told_tokens(moving.new) == sum(small.count_tokens(small.embedded))
    with tenant_scope(moving.tenant_id):
        assert AuditEntry.objects.get(action="embedding_model.switched").details["to"] == "hashed-64"


def test_once_more_it_has_nothing_to_do(moving: Moving, small: HashedWords) -> None:
    moving.move()
    small.embedded.clear()
    assert not moving.move().is_new
    assert small.embedded == []


def test_questions_find_as_much_at_every_moment(moving: Moving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "DOCUMENTS", 1)
    full, answering = len(moving.hits(QUESTION)), set()

    def ask(_: Advance) -> None:
        answering.add(moving.answering())
        assert len(moving.hits(QUESTION)) == full
        assert "AURORA_SETTING_3" in moving.hits(QUESTION)[0]

    moving.move(on_progress=ask)
    assert answering == {moving.old.key}, "the old model answers to the end"
    assert len(moving.hits(QUESTION)) == full


def change_everything(moving: Moving) -> None:
    moving.knowledge.ingest("lamps-0.md", "# Lamps\n\nAll lamps are out of stock.")
    moving.knowledge.ingest("chairs.md", "# Chairs\n\nChairs are made of OAK_WOOD.")
    delete_document(tenant_id=moving.tenant_id, actor=SYSTEM, document_id=moving.document("lamps-1.md").id)
    deliver_now()


def check_changed(moving: Moving) -> None:
    assert moving.answering() == "hashed-64"
    assert moving.held(moving.new) == moving.rows()
    assert any("OAK_WOOD" in text for text in moving.hits("Are chairs made of OAK_WOOD?"))
    assert not any("AURORA_SETTING_1" in text for text in moving.hits("AURORA_SETTING_1"))
    assert any("out of stock" in text for text in moving.hits("Are lamps out of stock?"))


@pytest.mark.parametrize("page", [1, 3])
def test_what_changes_while_it_fills_is_in_both(moving: Moving, monkeypatch: pytest.MonkeyPatch, page: int) -> None:
    monkeypatch.setattr(filling, "DOCUMENTS", 1)
    seen: list[Advance] = []

    def change(advance: Advance) -> None:
        seen.append(advance)
        if len(seen) == 2 * page:
            change_everything(moving)

    moving.move(on_progress=change)
    check_changed(moving)
    assert moving.held(moving.old) == moving.rows()


def test_what_changes_before_the_switch_is_in_both(moving: Moving, monkeypatch: pytest.MonkeyPatch) -> None:
    """After everything was compared and found whole."""
    real = run._verify

    def verify(tenant_id: UUID, target: Stores) -> int:
        searched = real(tenant_id, target)
        change_everything(moving)
        return searched

    monkeypatch.setattr(run, "_verify", verify)
    moving.move()
    check_changed(moving)
    assert moving.held(moving.old) == moving.rows()


def test_a_replaced_version_that_was_just_written_goes_again(moving: Moving, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ingest replaces a page, and takes its old version out of both collections, just before that is written."""
    green = moving.collection(moving.new)
    real, raced = green.upsert, list[int]()

    def late(*given: object) -> None:
        if not raced:
            raced.append(1)
            moving.knowledge.ingest("lamps-0.md", "# Lamps\n\nAll lamps are out of stock.")
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(green, "upsert", late)
    moving.move()
    assert raced
    assert moving.held(moving.new) == moving.held(moving.old) == moving.rows()


def test_a_version_that_was_read_for_the_old_model_begins_anew(moving: Moving, monkeypatch: pytest.MonkeyPatch) -> None:
    """The switch comes between its passages in the old collection and the moment it would begin to answer."""
    from ingestion.pipeline import run as pipeline

    raced: list[int] = []

    def switched(_: object) -> None:
        if not raced:
            raced.append(1)
            moving.move()

    monkeypatch.setattr(pipeline, "wait_until_settled", switched)
    moving.knowledge.ingest("chairs.md", "# Chairs\n\nChairs are made of OAK_WOOD.")
    assert raced
    assert moving.answering() == "hashed-64"
    assert moving.held(moving.new) == moving.rows()
    assert any("OAK_WOOD" in text for text in moving.hits("OAK_WOOD"))
    with tenant_scope(moving.tenant_id):
        assert set(
            Chunk.objects.filter(document__external_id="chairs.md").values_list("embedding_model", flat=True)
        ) == {"hashed-64"}


def test_a_stream_of_new_versions_cannot_keep_it_from_ending(moving: Moving, monkeypatch: pytest.MonkeyPatch) -> None:
    settling: list[bool] = []

    def switch_later(claim: Claim, filled: set[UUID]) -> set[UUID]:
        with tenant_scope(moving.tenant_id):
            settling.append(EmbeddingState.objects.get().settles_until is not None)
        if not settling[-1]:  # else the new version would wait
            moving.knowledge.ingest("news.md", f"# News\n\nIssue {len(settling)} is out.")
        return switch(claim, filled)

    monkeypatch.setattr(run, "switch", switch_later)
    moving.move()
    assert settling == [False, False, False, True]
    assert moving.answering() == "hashed-64"
    assert moving.held(moving.new) == moving.rows()


def test_the_stranger_sees_nothing_of_it(moving: Moving, stranger: Knowledge) -> None:
    theirs = stranger.stores.vectors.list_chunks(stranger.tenant_id)
    moving.move()
    assert read_answering(stranger.tenant_id, stranger.embedder.model).model == moving.old
    assert stranger.stores.vectors.list_chunks(stranger.tenant_id) == theirs
    assert moving.collection(moving.new).count(stranger.tenant_id) == 0
    assert "AURORA_SETTING_0" in stranger.found("AURORA_SETTING_0")[0]
    with tenant_scope(stranger.tenant_id):
        assert not ChunkVector.objects.exists()
        assert EmbeddingState.objects.get().held == dict([moving.old])


def test_comparing_and_rebuilding_take_the_model_that_answers(moving: Moving) -> None:
    moving.move()
    stores = moving.knowledge.stores
    assert not compare(Task(moving.tenant_id, stores.of(moving.tenant_id), mends=False)).found
    moving.collection(moving.new).delete_tenant(moving.tenant_id)
    assert rebuild("vectors", moving.tenant_id, stores, on_progress=lambda _: None).other_model == 0
    assert moving.held(moving.new) == moving.rows()


def test_a_page_that_is_edited_after_the_switch_computes_what_changed(moving: Moving, small: HashedWords) -> None:
    moving.move()
    small.embedded.clear()
    moving.knowledge.ingest("lamps-2.md", "# Lamps 2\n\nThe lamp Aurora 2 is sold out.\n\n## Care\n\nDust it weekly.")
    with tenant_scope(moving.tenant_id):
        passages = Chunk.objects.filter(document__external_id="lamps-2.md").count()
    assert len(small.embedded) <= passages
    assert all("sold out" in text for text in small.embedded)
    assert moving.held(moving.new) == moving.rows()
    assert moving.held(moving.old) <= moving.rows(), "the page's former version left the old collection too"


# --- refusals


def test_a_model_that_reads_less_than_the_passages_have_is_refused(moving: Moving) -> None:
    tight = HashedWords(key="tight-64", max_tokens=8)
    known = moving.knowledge.stores.models
    assert known
    stores = replace(moving.knowledge.stores, models=Models(lambda _: tight, known.collection))
    with pytest.raises(PassageTooLong, match="tight-64 reads 8"):
        run.reembed(moving.tenant_id, moving.new, stores, on_progress=ignore)
    assert moving.answering() == moving.old.key


def test_two_processes_do_not_move_one_tenant(moving: Moving) -> None:
    def another(_: Advance) -> None:
        with tenant_scope(moving.tenant_id):
            EmbeddingState.objects.update(runner="elsewhere:1")
        with pytest.raises(ReembeddingRuns, match="elsewhere:1"):
            moving.move()

    with pytest.raises(ReembeddingRuns, match="this one stops"):
        moving.move(on_progress=another)


def test_the_tenants_first_model_is_that_of_its_passages(moving: Moving) -> None:
    """Also where the settings name another one by now."""
    with tenant_scope(moving.tenant_id):
        EmbeddingState.objects.all().delete()
    named = EmbeddingModel(key="named-8", dimensions=8, max_tokens=512)
    assert read_answering(moving.tenant_id, named).model == moving.old
