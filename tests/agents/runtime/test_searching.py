"""The turn's search: what the agent's configuration says of it, and searching again within a budget."""

from uuid import UUID, uuid4

import pytest

from agents.configuration.sections.knowledge import Arms, Knowledge
from agents.runtime.context import begin_turn
from agents.runtime.frames import FrameWriter
from agents.runtime.searching import SearchBudget, plan_of, search_again, search_knowledge
from agents.runtime.steps import Run
from agents.tracing import names
from agents.tracing.recorder import TraceRecorder
from ingestion.models import Chunk, Document, DocumentVersion, Source
from ingestion.selectors import get_neighbours
from rapport.ids import Prefix, encode
from tenants.context import tenant_scope
from tests.agents.conftest import Post
from tests.agents.scripted import WORDS, scripted_parts
from tests.cast import Cast, Visitor

EXPRESS, NORWAY = "Express takes 1 day.", "To Norway it takes 8 days."


def test_what_the_agent_wants_is_what_is_searched() -> None:
    source = uuid4()
    knowledge = Knowledge(sources=(encode(Prefix.SOURCE, source),), passages=4, arms=Arms(dense=0.0), reranker="api")
    plan = plan_of(knowledge)
    assert (plan.limit, plan.source_ids, plan.reranker) == (4, (source,), "api")
    assert plan.weights == {"words": 1.0, "dense": 0.0, "graph": 1.0}


@pytest.fixture
def run(cast: Cast, visitor: Visitor, post: Post) -> Run:
    tenant_id: UUID = cast.acme.tenant_id
    parts = scripted_parts(texts=(WORDS, EXPRESS))
    turn_id = post(visitor, "How long?")
    context = begin_turn(tenant_id=tenant_id, turn_id=turn_id)
    assert context
    return Run(context, parts, TraceRecorder(tenant_id), FrameWriter(parts.streams, tenant_id, turn_id))


@pytest.mark.django_db
def test_an_agent_may_search_again_and_is_told_when_it_may_not(run: Run) -> None:
    budget = SearchBudget(most=2)
    first = search_knowledge(run, "How long?")
    run.parts.search.texts = (EXPRESS, NORWAY)  # type: ignore[attr-defined]
    second, told = search_again(run, "How long does it take to Norway?", first, budget)
    assert told == ""
    assert [each.passage.text for each in second.sources] == [WORDS, EXPRESS, NORWAY], "numbers that were given stay"
    assert [each.dropped for each in second.considered] == ["", "", "duplicate", ""]

    third, told = search_again(run, "And to Sweden?", second, budget)
    assert third is second
    assert "refused" in told
    assert "2 times" in told
    assert run.recorder.spans[-1].attributes[names.REFUSED] == "search_budget"
    assert run.parts.search.queries == ["How long?", "How long does it take to Norway?"]  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_searching_again_keeps_to_the_budget_of_tokens(run: Run) -> None:
    first = search_knowledge(run, "How long?")
    full = type(first)(first.sources, first.considered, first.found, sum(each.tokens for each in first.considered))
    run.parts.search.texts = (NORWAY,)  # type: ignore[attr-defined]
    second, told = search_again(run, "How long does it take to Norway?", full, SearchBudget())
    assert (told, second.sources) == ("", first.sources)
    assert [each.dropped for each in second.considered] == ["", "", "budget"]


@pytest.mark.django_db
def test_a_short_passage_comes_with_what_stands_beside_it(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    chunks = write_passages(tenant_id, ("Before.", "Short.", "After.", "Far away."))
    found = get_neighbours(tenant_id=tenant_id, ids=[chunks[1]])
    assert [each.passage.text for each in found[chunks[1]]] == ["Before.", "After."]
    assert [each.passage.text for each in get_neighbours(tenant_id=tenant_id, ids=[chunks[0]])[chunks[0]]] == ["Short."]
    assert get_neighbours(tenant_id=cast.other.tenant_id, ids=[chunks[1]]) == {}


def write_passages(tenant_id: UUID, texts: tuple[str, ...]) -> list[UUID]:
    """Of one version of one document, in their order."""
    with tenant_scope(tenant_id):
        source = Source.objects.create(kind="upload", name="Files")
        document = Document.objects.create(source=source, external_id="a.txt")
        version = DocumentVersion.objects.create(document=document, content_hash="0" * 64, blob_key="x")
        return [
            Chunk.objects.create(
                document=document,
                version=version,
                ordinal=ordinal,
                text=text,
                char_start=0,
                char_end=len(text),
                token_count=3,
                content_hash=str(ordinal) * 64,
            ).id
            for ordinal, text in enumerate(texts)
        ]
