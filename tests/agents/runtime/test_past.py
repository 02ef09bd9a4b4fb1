"""What was said in earlier conversations, in the turn: asked for, given with its date, shown, and for nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from agents.memory.episodes.finding import EpisodeSearch
from agents.runtime.manifest import read_manifest
from agents.runtime.parts import Parts
from agents.runtime.past import BUDGET_TOKENS, is_close
from agents.selectors import get_trace_of_turn
from agents.tracing import names
from tests.agents.conftest import Ask
from tests.agents.memory.episodes.company import Memory, WordEmbedder
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, Visitor, make_visitor

pytestmark = pytest.mark.django_db
SISTER = "My sister Clara moved to Lisbon."
QUESTION = "What did I tell you about my sister?"


def _rows(attribute: object) -> list[dict[str, object]]:
    assert isinstance(attribute, list)
    return attribute


@pytest.fixture
def memory(cast: Cast) -> Memory:
    return Memory(cast.acme, WordEmbedder())


@pytest.fixture
def parts(memory: Memory) -> Parts:
    return replace(scripted_parts(), find_past=EpisodeSearch(lambda _: memory.embedder, 30).find)


def test_a_question_about_the_past_is_given_what_was_said(
    ask: Ask, memory: Memory, parts: Parts, visitor: Visitor
) -> None:
    said_at = timezone.now() - timedelta(days=9)
    memory.talk(visitor.contact_id, SISTER, "How nice.", at=said_at, channel="phone")
    asked = ask(QUESTION, parts)
    [citation] = asked.frames[-1].data["message"]["citations"]
    assert (citation["quote"], citation["origin"], citation["document_id"]) == (SISTER, "memory", None)
    assert citation["title"] == f"Earlier conversation, {said_at:%Y-%m-%d}"
    trace = get_trace_of_turn(tenant_id=memory.tenant_id, turn_id=asked.turn_id)
    [_, span] = [each for each in trace.spans if each.name == names.SEARCH_MEMORY]
    first = _rows(span.attributes[names.EPISODES])[0]
    assert (first["channel"], first["is_given"], first["words_rank"]) == ("phone", True, 1)
    assert "Lisbon" not in str(span.attributes)
    [chat] = [each for each in trace.spans if each.name == names.CHAT]
    manifest = read_manifest(chat.attributes[names.MANIFEST])
    assert manifest
    given = [block.source_id for block in manifest.blocks if block.kind == "memory"]
    assert first["message_id"] in given
    assert first["message_id"] in {each.source_id for each in manifest.passages}
    assert sum(block.tokens for block in manifest.blocks if block.kind == "memory") <= BUDGET_TOKENS


def test_it_is_kept_for_nobody_else(ask: Ask, memory: Memory, parts: Parts, cast: Cast, visitor: Visitor) -> None:
    memory.talk(visitor.contact_id, SISTER, at=timezone.now() - timedelta(days=9))
    assert SISTER in ask(QUESTION, parts).text
    other = ask(QUESTION, parts, make_visitor(cast.acme))
    assert "Lisbon" not in str([frame.data for frame in other.frames])


def test_other_questions_are_not_given_it_by_a_model_that_quotes(
    ask: Ask, memory: Memory, parts: Parts, visitor: Visitor
) -> None:
    memory.talk(visitor.contact_id, "How long does delivery take?", at=timezone.now() - timedelta(days=9))
    asked = ask("How long does delivery take?", parts)
    trace = get_trace_of_turn(tenant_id=memory.tenant_id, turn_id=asked.turn_id)
    assert [each.name for each in trace.spans].count(names.SEARCH_MEMORY) == 1
    assert "How long" not in asked.text


def test_a_model_that_writes_is_given_what_fits_closely(
    ask: Ask, memory: Memory, parts: Parts, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agents.runtime.past.writes", lambda chain: True)
    earlier = timezone.now() - timedelta(days=9)
    memory.talk(visitor.contact_id, "The parcel goes to the blue house.", "The weather is fine today.", at=earlier)
    ask("Deliver the parcel to the blue house?", parts)
    [request] = parts.model.requests  # type: ignore[attr-defined]
    texts = [each.text for each in request.passages]
    assert texts[-1] == "The parcel goes to the blue house."
    assert "The weather is fine today." not in texts
    found = memory.find(visitor.contact_id, "Deliver the parcel to the blue house?").episodes
    assert is_close(found[0])


def test_a_conversation_that_is_not_remembered_is_given_nothing(
    ask: Ask, memory: Memory, parts: Parts, visitor: Visitor
) -> None:
    from agents.models import Conversation
    from tenants.context import tenant_scope

    memory.talk(visitor.contact_id, SISTER, at=timezone.now() - timedelta(days=9))
    with tenant_scope(memory.tenant_id):
        Conversation.objects.filter(id=visitor.conversation_id).update(is_remembered=False)
    assert "Lisbon" not in ask(QUESTION, parts).text
