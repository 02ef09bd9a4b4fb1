"""What was found before a question was whole: the turn takes it when it would search for the very same, and it changes
nothing of the answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.llm.extractive.model import ExtractiveModel
from agents.llm.port import Passage
from agents.retrieval import ArmEvidence
from agents.runtime.asked import Asked
from agents.runtime.foreseeing import foresee, is_free, read_ahead
from agents.runtime.foreseen import KEPT_SECONDS
from agents.runtime.manifest import Manifest, read_manifest
from agents.runtime.parts import Arm, Found, FoundPassage, Parts, SearchPlan
from agents.runtime.turn import answer_turn
from agents.selectors import get_trace_of_turn
from agents.selectors.traces import SpanView
from agents.services import post_message
from agents.tracing import names
from ingestion.embedding.state import Held, remember
from ingestion.models import Chunk
from tenants.actors import visitor_actor
from tenants.context import tenant_scope
from tests.agents.runtime.test_searching import write_passages
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, Visitor, make_visitor
from tests.reads import READS

pytestmark = pytest.mark.django_db

TEXTS = ("Standard delivery takes 3 days.", "Express takes 1 day.", "To Norway it takes 8 days.")


@dataclass
class WrittenSearch:
    """Finds the company's passages, as the vector store has them."""

    chunks: list[UUID]
    queries: list[str] = field(default_factory=list)
    failed: str = ""

    def __call__(self, *, tenant_id: UUID, query: str, plan: SearchPlan) -> Found:
        self.queries.append(query)
        passages = tuple(
            FoundPassage(
                Passage(
                    chunk, "a.txt", (), text, dense_score=0.1 + 0.7 / rank, words_score=None if rank == 3 else 1 / 3
                ),
                self.document_id(tenant_id),
                score=1 / (60 + rank),
                arms={"dense": ArmEvidence(rank, 0.1 + 0.7 / rank)},
            )
            for rank, (chunk, text) in enumerate(zip(self.chunks, TEXTS, strict=True), 1)
        )
        return Found(passages, (Arm("dense", 1.5, 3, self.failed), Arm("embed", 4.0, 0)), "minilm-test", 9)

    def document_id(self, tenant_id: UUID) -> UUID:
        with tenant_scope(tenant_id):
            return Chunk.objects.get(id=self.chunks[0]).document_id


@pytest.fixture
def search(cast: Cast) -> WrittenSearch:
    return WrittenSearch(write_passages(cast.acme.tenant_id, TEXTS))


@pytest.fixture
def parts(search: WrittenSearch) -> Parts:
    return replace(scripted_parts(), search=search)


@dataclass(frozen=True)
class Answered:
    retrieval: SpanView
    manifest: Manifest
    embeddings: int
    tokens: int


Answer = Callable[..., Answered]


@pytest.fixture
def answer(cast: Cast, parts: Parts) -> Answer:
    def answered(visitor: Visitor, question: str, foreseen: dict[str, Any] | None = None) -> Answered:
        tenant_id = cast.acme.tenant_id
        turn_id = post_message(
            tenant_id=tenant_id,
            conversation_id=visitor.conversation_id,
            text=question,
            idempotency_key="",
            actor=visitor_actor(visitor.contact_id),
            foreseen=foreseen,
        ).turn_id
        answer_turn(tenant_id=tenant_id, turn_id=turn_id, parts=parts)
        trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=turn_id)
        by_name = {span.name: span for span in trace.spans}
        manifest = read_manifest(by_name[names.CHAT].attributes[names.MANIFEST])
        assert manifest
        embeddings = sum(span.name == names.EMBEDDINGS for span in trace.spans)
        return Answered(by_name[names.RETRIEVAL], manifest, embeddings, trace.input_tokens)

    return answered


def test_the_answer_is_the_same_and_nothing_is_searched_twice(
    cast: Cast, parts: Parts, search: WrittenSearch, answer: Answer
) -> None:
    plain = answer(make_visitor(cast.acme), "How long is it to Norway?")
    visitor = make_visitor(cast.acme)
    where = {"tenant_id": cast.acme.tenant_id, "conversation_id": visitor.conversation_id}
    assert is_free(cast.acme.tenant_id, SearchPlan()), "which notes the company's model, the first time"
    with CaptureQueriesContext(connection) as asked:
        foreseen = foresee(**where, question="How long is it to Norway?", parts=parts)
    assert not [each for each in asked.captured_queries if not each["sql"].startswith(READS)], "it only reads"
    early = answer(visitor, "How long is it to Norway?", foreseen)
    assert len(search.queries) == 2, "one for each question"
    assert early.manifest.digest == plain.manifest.digest
    assert (early.embeddings, early.tokens) == (plain.embeddings, plain.tokens)
    told = dict(early.retrieval.attributes)
    begun_early_us = told.pop(names.BEGUN_EARLY_US)
    assert isinstance(begun_early_us, int)
    assert begun_early_us > 0
    assert told == plain.retrieval.attributes
    assert not set(TEXTS) & set(str(foreseen).split("'")), "no words are kept"


def test_a_question_that_leans_on_another_is_foreseen_as_it_is_searched(
    cast: Cast, parts: Parts, search: WrittenSearch, answer: Answer, visitor: Visitor
) -> None:
    answer(visitor, "How long does delivery take?")
    where = {"tenant_id": cast.acme.tenant_id, "conversation_id": visitor.conversation_id}
    foreseen = foresee(**where, question="And to Norway?", parts=parts)
    assert names.BEGUN_EARLY_US in answer(visitor, "And to Norway?", foreseen).retrieval.attributes
    assert search.queries[1:] == ["How long does delivery take? And to Norway?"]


@pytest.mark.parametrize("change", ["other words", "old", "gone", "nothing"])
def test_what_does_not_fit_any_more_is_as_if_it_had_never_been(
    cast: Cast, parts: Parts, search: WrittenSearch, answer: Answer, visitor: Visitor, change: str
) -> None:
    where = {"tenant_id": cast.acme.tenant_id, "conversation_id": visitor.conversation_id}
    foreseen = foresee(**where, question="How long does delivery", parts=parts)
    assert foreseen
    asked = "How long does delivery"
    match change:
        case "other words":
            asked = "How long does delivery take?"
        case "old":
            foreseen["began_at"] -= KEPT_SECONDS + 1
        case "gone":
            foreseen["passages"][0]["id"] = str(cast.other.agent_id)
        case "nothing":
            foreseen = None
    assert names.BEGUN_EARLY_US not in answer(visitor, asked, foreseen).retrieval.attributes
    assert search.queries[-1] == asked


def test_nobody_is_paid_for_a_guess(cast: Cast, parts: Parts, search: WrittenSearch, visitor: Visitor) -> None:
    tenant_id = cast.acme.tenant_id
    assert is_free(tenant_id, SearchPlan())
    assert not is_free(tenant_id, SearchPlan(reranker="api"))
    remember(tenant_id, Held("text-embedding-3-small-1", 1536))
    assert not is_free(tenant_id, SearchPlan())
    assert foresee(tenant_id=tenant_id, conversation_id=visitor.conversation_id, question="How?", parts=parts) is None
    assert search.queries == []


def test_half_a_search_is_none(cast: Cast, parts: Parts, search: WrittenSearch, visitor: Visitor) -> None:
    search.failed = "vectors_unavailable"
    where = {"tenant_id": cast.acme.tenant_id, "conversation_id": visitor.conversation_id}
    assert foresee(**where, question="How long?", parts=parts) is None


def test_strangers_foresee_nothing(cast: Cast, parts: Parts, search: WrittenSearch, visitor: Visitor) -> None:
    tenant_id, conversation_id = cast.other.tenant_id, visitor.conversation_id
    assert foresee(tenant_id=tenant_id, conversation_id=conversation_id, question="How long?", parts=parts) is None
    assert search.queries == []


def test_a_turn_with_what_was_foreseen_is_as_plain_as_without(cast: Cast, parts: Parts, visitor: Visitor) -> None:
    """Whether an answer is kept for others follows from that."""

    where = {"tenant_id": cast.acme.tenant_id, "conversation_id": visitor.conversation_id}
    foreseen = foresee(**where, question="How long?", parts=parts)
    assert Asked.from_json({"foreseen": foreseen}).is_plain


@dataclass
class Reading(ExtractiveModel):
    """The built-in model, of which only what it is given to read is looked at."""

    read: list[tuple[str, list[str]]] = field(default_factory=list)

    def get_ready(self, question: str, passages: Sequence[Passage]) -> None:
        self.read.append((question, [each.text for each in passages]))


def test_the_built_in_model_reads_what_was_foreseen(cast: Cast, parts: Parts, visitor: Visitor) -> None:
    """What it made of it the embedder keeps; a model that writes is given nothing before it is asked."""
    tenant_id, question = cast.acme.tenant_id, "How long?"
    foreseen = foresee(tenant_id=tenant_id, conversation_id=visitor.conversation_id, question=question, parts=parts)
    assert foreseen
    reading = Reading()
    for is_quoted in (True, False):
        told = {**foreseen, "is_quoted": is_quoted and foreseen["is_quoted"]}
        read_ahead(tenant_id=tenant_id, question=question, foreseen=told, parts=replace(parts, model=reading))
    assert reading.read == [(question, list(TEXTS))]
    read_ahead(
        tenant_id=cast.other.tenant_id, question=question, foreseen=foreseen, parts=replace(parts, model=reading)
    )
    assert reading.read[1:] == [(question, [])], "strangers read nothing"
