"""`manage.py reembed`: what it says, what it refuses."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ingestion.management.commands import reembed as command
from ingestion.models import EmbeddingState
from ingestion.pipeline.stores import Stores
from ingestion.reembedding import dropping, models
from ingestion.vectors.errors import VectorStoreUnavailable
from tenants.context import tenant_scope
from tests.ingestion.knowledge import Knowledge
from tests.ingestion.reembedding.moving import Moving

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(moving: Moving, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    embedders = {each.model.key: each for each in (moving.knowledge.embedder, moving.target)}
    monkeypatch.setattr(command, "get_stores", lambda: moving.knowledge.stores)
    monkeypatch.setattr(models, "get_embedders", lambda: embedders)
    monkeypatch.setattr(dropping, "GRACE", dropping.GRACE * 0)

    def call(*arguments: str) -> str:
        out = StringIO()
        call_command("reembed", *arguments, stdout=out)
        return out.getvalue()

    return call


def test_from_beginning_to_end(moving: Moving, stranger: Knowledge, run: Callable[..., str]) -> None:
    assert f"{moving.old.key} answers." in run("--status")

    said = run("--to", "hashed-64", "--tenant", str(moving.tenant_id))
    assert "hashed-64 answers. 5 passages, 5 of them computed, 5 searched for themselves" in said
    said = run("--status")
    assert f"hashed-64 answers; kept for going back: {moving.old.key}." in said
    assert f"(2 of 2): {moving.old.key} answers." in said, "the other company has not moved"

    said = run("--to", "hashed-64")
    assert "hashed-64 answers already, 5 passages." in said
    assert "hashed-64 answers. 1 passages, 1 of them computed" in said

    assert said.count("--drop-old") == 1
    said = run("--drop-old")
    assert said.count(f"{moving.old.key} removed.") == 2
    assert run("--drop-old").count("nothing removed.") == 2
    assert "kept" not in run("--status")


def test_a_stopped_one_says_so(moving: Moving, run: Callable[..., str]) -> None:
    with tenant_scope(moving.tenant_id):
        EmbeddingState.objects.update(next_model="hashed-64", done=2, total=8)
    assert "the move to hashed-64 was stopped; run `manage.py reembed` again: 2 of 8 passages (25 %)" in run("--status")


def test_a_model_that_no_setting_names(run: Callable[..., str]) -> None:
    with pytest.raises(
        CommandError, match=r"No embedding model is called 'large-9'\. There are minilm.*EMBEDDINGS_URL"
    ):
        run("--to", "large-9")


def test_a_store_that_is_away_is_said_in_one_sentence(run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Stores:
        raise VectorStoreUnavailable("VECTORS_URL: no Weaviate answers.")

    monkeypatch.setattr(command, "get_stores", away)
    with pytest.raises(CommandError, match=r"VECTORS_URL: no Weaviate answers\. Run it again"):
        run("--to", "hashed-64")
