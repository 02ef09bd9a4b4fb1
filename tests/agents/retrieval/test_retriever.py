"""Finding passages: arms, fused; a stranger's passages are never among them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import cast
from uuid import UUID, uuid4, uuid5

import pytest

from agents.retrieval import Question, Retriever
from agents.retrieval.fusion import ArmHit, Weighting, choose_weighting, fuse
from agents.retrieval.sentences import rank_by_best_sentence
from ingestion.embedding.errors import EmbeddingUnavailable
from ingestion.embedding.minilm import MiniLM
from ingestion.embedding.port import Embedder
from ingestion.vectors.embedded import EmbeddedVectorStore
from ingestion.vectors.errors import VectorSchemaMismatch, VectorStoreUnavailable
from ingestion.vectors.port import Hit, SearchScope, VectorChunk, VectorStore
from rapport.errors import RapportError
from tests.agents.extractive.answers import InProcessEmbedder

ACME, OTHER = uuid4(), uuid4()
TEXTS = (
    "Parcels reach Norway in eight days.",
    "Opened food cannot be sent back.",
    "Our offices are closed on public holidays.",
    "The error code E-4711 means that the paper tray is empty.",
)


@pytest.fixture(scope="module")
def embedder() -> InProcessEmbedder:
    from rapport.config import get_config

    return InProcessEmbedder(MiniLM(get_config().data_dir / "models"))


@pytest.fixture
def retriever(embedder: InProcessEmbedder, tmp_path: Path) -> Retriever:
    store = EmbeddedVectorStore(tmp_path / "vectors.sqlite3")
    store.prepare(model_key=embedder.model.key, dimensions=embedder.model.dimensions)
    for tenant, texts in ((ACME, TEXTS), (OTHER, ("Parcels reach Norway by a secret tunnel.",))):
        chunks = [chunk(tenant, text) for text in texts]
        store.upsert(tenant, chunks, embedder.embed(texts, purpose="passage"))
    return Retriever(embedder, store)


def chunk(tenant: UUID, text: str) -> VectorChunk:
    key = uuid5(tenant, text)
    return VectorChunk(key, key, key, key, 0, "Page", (), text, "en")


def test_meaning_and_words_both_find(retriever: Retriever) -> None:
    by_meaning = retriever.retrieve(tenant_id=ACME, query="Can I return groceries?", limit=2)
    by_words = retriever.retrieve(tenant_id=ACME, query="E-4711", limit=2)
    assert by_meaning.passages[0].chunk.text == TEXTS[1]
    assert by_words.passages[0].chunk.text == TEXTS[3]
    assert by_words.passages[0].arms["words"].rank == 1


def test_the_result_says_what_each_arm_said_and_took(retriever: Retriever) -> None:
    result = retriever.retrieve(tenant_id=ACME, query="parcels to Norway", limit=3)
    best = result.passages[0]
    assert set(best.arms) == {"dense", "words", "sentences"}
    assert -1 <= best.arms["dense"].score <= 1
    assert best.arms["words"].score > 0
    assert {"embed", "dense", "words", "fuse"} <= set(result.timings_ms)
    assert result.query_tokens > 3


def test_a_strangers_passages_are_never_found(retriever: Retriever) -> None:
    result = retriever.retrieve(tenant_id=ACME, query="Norway by a secret tunnel", limit=10)
    assert {passage.chunk.text for passage in result.passages} <= set(TEXTS)
    assert retriever.retrieve(tenant_id=uuid4(), query="Norway", limit=10).passages == ()


def test_the_scope_is_kept_by_both_arms(retriever: Retriever) -> None:
    only = uuid5(ACME, TEXTS[2])
    result = retriever.retrieve(
        tenant_id=ACME, query="parcels to Norway", limit=10, scope=SearchScope(document_ids=(only,))
    )
    assert [passage.chunk.id for passage in result.passages] == [only]


def test_a_blank_query_finds_nothing(retriever: Retriever) -> None:
    assert retriever.retrieve(tenant_id=ACME, query="  \n", limit=5).passages == ()


def test_a_further_arm_joins_the_fusion(retriever: Retriever) -> None:
    def graph(question: Question) -> Sequence[Hit]:
        return [Hit(chunk(question.tenant_id, "Found by its links."), 1.0)]

    with_graph = replace(retriever, arms=(("graph", graph),))
    result = with_graph.retrieve(tenant_id=ACME, query="parcels to Norway", limit=10)
    found = next(passage for passage in result.passages if passage.chunk.text == "Found by its links.")
    assert set(found.arms) == {"graph"}


def test_words_are_searched_while_the_question_is_embedded(retriever: Retriever) -> None:
    searching, seen = Event(), []
    embedder = After(retriever.embedder, "embed", lambda: seen.append(searching.wait(5)))
    vectors = After(retriever.vectors, "search_words", searching.set)
    beside = Retriever(cast("Embedder", embedder), cast("VectorStore", vectors))
    best = beside.retrieve(tenant_id=ACME, query="parcels to Norway", limit=1).passages[0]
    assert seen == [True]
    assert {"dense", "words"} <= set(best.arms)


def test_the_same_text_counts_once_and_ties_are_broken_by_id() -> None:
    one, twin, other = chunk(ACME, "same text"), chunk(OTHER, "same  text"), chunk(ACME, "other text")
    hits = [ArmHit("dense", 1, 0.9, one), ArmHit("words", 1, 3.0, other), ArmHit("words", 2, 2.0, twin)]
    fused = fuse(hits, weighting=Weighting(), limit=5)
    assert [passage.chunk.id for passage in fused] == sorted([one.id, other.id])


def test_equal_ranks_are_decided_by_how_much_better_the_first_is() -> None:
    near, far = chunk(ACME, "near"), chunk(ACME, "far")
    hits = [
        ArmHit("dense", 1, 0.52, far),
        ArmHit("dense", 2, 0.50, near),
        ArmHit("words", 1, 9.0, near),
        ArmHit("words", 2, 1.0, far),
    ]
    assert [each.chunk for each in fuse(hits, weighting=Weighting(), limit=2)] == [near, far]


def test_a_model_that_does_not_know_the_language_counts_less(embedder: InProcessEmbedder) -> None:
    german, english = (choose_weighting(language, embedder.model).weights for language in ("de", "en"))
    assert german["dense"] < english["dense"]
    multilingual = replace(embedder.model, languages=())
    assert choose_weighting("fr", multilingual) == choose_weighting("", embedder.model) == Weighting()


def test_a_long_passage_is_found_by_its_best_sentence() -> None:
    about = chunk(
        ACME, "Parcels are sent daily. The tracking number of a parcel is in its mail. " + "We like it. " * 40
    )
    near = chunk(ACME, "A parcel. Tracking works. A number is given. In mails we greet you.")
    ranked = rank_by_best_sentence("Where is the tracking number of my parcel?", [near, about])
    assert [hit.chunk for hit in ranked] == [about, near]
    assert rank_by_best_sentence("zebra", [near, about]) == []


def test_an_arm_that_is_away_is_left_out_and_named(retriever: Retriever) -> None:
    for away, name, other in (("search_dense", "dense", "words"), ("search_words", "words", "dense")):
        limping = replace(retriever, vectors=cast("VectorStore", Away(retriever.vectors, VectorStoreUnavailable, away)))
        result = limping.retrieve(tenant_id=ACME, query="parcels to Norway", limit=3)
        assert result.failed == {name: "vector_store_unavailable"}
        assert result.passages
        assert name not in result.passages[0].arms
        assert other in result.passages[0].arms


def test_without_the_embedder_words_still_find(retriever: Retriever) -> None:
    embedder = cast("Embedder", Away(retriever.embedder, EmbeddingUnavailable, "embed"))
    result = replace(retriever, embedder=embedder).retrieve(tenant_id=ACME, query="E-4711", limit=2)
    assert (result.failed, result.query_tokens) == ({"dense": "embedding_unavailable"}, 0)
    assert result.passages[0].chunk.text == TEXTS[3]


def test_an_answer_does_not_wait_for_a_slow_embedder(retriever: Retriever) -> None:
    """One that really is slow, and is left behind; the next question asks it again."""
    slow = After(retriever.embedder, "embed", lambda: time.sleep(0.5))
    result = replace(retriever, embedder=cast("Embedder", slow), deadline_seconds=0.05).retrieve(
        tenant_id=ACME, query="E-4711", limit=2
    )
    assert (result.failed, result.query_tokens) == ({"dense": "deadline_passed"}, 0)
    assert result.passages[0].chunk.text == TEXTS[3]
    patient = replace(retriever, embedder=cast("Embedder", slow), deadline_seconds=30)
    assert patient.retrieve(tenant_id=ACME, query="E-4711", limit=2).failed == {}


def test_what_is_no_outage_is_raised(retriever: Retriever) -> None:
    broken = replace(
        retriever, vectors=cast("VectorStore", Away(retriever.vectors, VectorSchemaMismatch, "search_words"))
    )
    with pytest.raises(VectorSchemaMismatch):
        broken.retrieve(tenant_id=ACME, query="E-4711", limit=2)


class Away:
    """The real part, of which one call cannot be made."""

    def __init__(self, real: object, error: type[RapportError], call: str) -> None:
        self._real, self._error, self._call = real, error, call

    def __getattr__(self, name: str) -> object:
        if name != self._call:
            return getattr(self._real, name)

        def refuse(*args: object, **kwargs: object) -> None:
            raise self._error("Away.")

        return refuse


class After:
    """The real part; one of its calls is made after something else."""

    def __init__(self, real: object, call: str, before: Callable[[], object]) -> None:
        self._real, self._call, self._before = real, call, before

    def __getattr__(self, name: str) -> object:
        if name == self._call:
            self._before()
        return getattr(self._real, name)
