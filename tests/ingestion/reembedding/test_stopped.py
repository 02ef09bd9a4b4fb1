"""A move that is stopped anywhere goes on: nothing is computed twice, nothing is billed twice."""

import pytest

from ingestion.embedding.errors import EmbeddingUnavailable
from ingestion.models import EmbeddingState
from ingestion.reembedding import filling, run
from ingestion.reembedding.filling import Advance
from ingestion.reembedding.report import view_embedding
from ingestion.vectors.errors import VectorStoreUnavailable
from tenants.context import tenant_scope
from tests.ingestion.reembedding.hashed import HashedWords
from tests.ingestion.reembedding.moving import Moving

pytestmark = pytest.mark.django_db


class Stopped(BaseException):
    """What kill -9 is to a process: nothing is tidied up."""


@pytest.mark.parametrize("moment", range(1, 10))
def test_it_goes_on_where_it_was_stopped(
    moving: Moving, small: HashedWords, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    """With a batch of one there is a moment after each passage, and one after each document."""
    monkeypatch.setattr(filling, "DOCUMENTS", 1)
    monkeypatch.setattr(filling, "BATCH", 1)
    seen: list[Advance] = []

    def stop(advance: Advance) -> None:
        seen.append(advance)
        if len(seen) == moment:
            raise Stopped

    with pytest.raises(Stopped):
        moving.move(on_progress=stop)
    assert moving.answering() == moving.old.key

    moving.move()

    assert moving.answering() == "hashed-64"
    assert moving.held(moving.new) == moving.rows()
    assert len(small.embedded) == len(set(small.embedded))
    assert moving.told_tokens(moving.new) == sum(small.count_tokens(small.embedded))


@pytest.mark.parametrize("step", ["_verify", "_switch"])
def test_it_goes_on_when_only_the_end_was_missing(
    moving: Moving, small: HashedWords, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def stop(*_: object) -> None:
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(run, step, stop)
        with pytest.raises(Stopped):
            moving.move()
    small.embedded.clear()
    moving.move()
    assert small.embedded == []
    assert moving.answering() == "hashed-64"


def test_a_store_that_goes_away_leaves_the_old_model_answering(moving: Moving, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise VectorStoreUnavailable("VECTORS_URL: no one answers.")

    with monkeypatch.context() as patch:
        patch.setattr(moving.collection(moving.new), "upsert", away)
        with pytest.raises(VectorStoreUnavailable):
            moving.move()
    assert moving.hits("AURORA_SETTING_3")
    assert moving.answering() == moving.old.key
    moving.move()
    assert moving.held(moving.new) == moving.rows()


def test_an_embedder_that_goes_away_too(moving: Moving, small: HashedWords, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise EmbeddingUnavailable("EMBEDDINGS_URL: no one answers.")

    with monkeypatch.context() as patch:
        patch.setattr(small, "embed", away)
        with pytest.raises(EmbeddingUnavailable):
            moving.move()
    moving.move()
    assert moving.answering() == "hashed-64"


def test_what_is_seen_of_it(moving: Moving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "DOCUMENTS", 2)
    seen: list[tuple[int, int]] = []

    def look(_: Advance) -> None:
        view = view_embedding(tenant_id=moving.tenant_id)
        assert view
        assert (view.model, view.next_model, view.is_running) == (moving.old.key, "hashed-64", True)
        seen.append((view.done, view.total))
        if view.done == view.total:
            raise Stopped

    with pytest.raises(Stopped):
        moving.move(on_progress=look)
    assert seen == sorted(seen)
    assert seen[-1] == (len(moving.rows()),) * 2
    with tenant_scope(moving.tenant_id):
        EmbeddingState.objects.update(runner="elsewhere:1", runner_until=None)
    view = view_embedding(tenant_id=moving.tenant_id)
    assert view
    assert not view.is_running

    moving.knowledge.stores.by(moving.new)
    with tenant_scope(moving.tenant_id):
        EmbeddingState.objects.update(runner="")
    moving.move()
    view = view_embedding(tenant_id=moving.tenant_id)
    assert view
    assert (view.model, view.next_model, view.kept) == ("hashed-64", "", (moving.old.key,))
