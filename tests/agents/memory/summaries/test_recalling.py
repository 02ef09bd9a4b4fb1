"""What a turn is given of summaries: the last conversation when it is asked for, and what came before, always."""

from datetime import timedelta
from uuid import UUID

import pytest

from agents.llm.port import ChatRequest
from agents.models import Message, Span
from agents.runtime.manifest import read_manifest
from agents.tracing import names
from tenants.context import tenant_scope
from tests.agents.conftest import Ask
from tests.agents.memory.summaries.telling import another_conversation, belong, talk, visitors
from tests.agents.memory.test_ledger import NOON
from tests.agents.scripted import ScriptedModel, quote_first, scripted_parts
from tests.cast import Cast, Visitor


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


def nobody(request: ChatRequest):  # type: ignore[no-untyped-def]
    raise AssertionError("A model was asked.")


def test_the_last_conversation_is_told_without_a_model(cast: Cast, tenant_id: UUID, visitor: Visitor, ask: Ask) -> None:
    talk(tenant_id, visitor, "Do you sell violins?", answer="We sell lamps only.")
    between = another_conversation(cast.acme, visitor)
    talk(tenant_id, between, "How long does delivery take?", minute=60)
    now = another_conversation(cast.acme, visitor)
    parts = scripted_parts(script=nobody)
    told = ask("What was our last conversation about?", parts, now)
    assert told.text == (
        "This is what it was about on 2026-11-01: Asked: “How long does delivery take?” "
        "Answer: “Standard delivery takes 3 days.” [1]"
    )
    assert [each.data["origin"] for each in told.frames if each.event == "citation"] == ["memory"]
    german = ask("Worum ging es letztes Mal?", parts, now).text
    assert german.startswith("Darum ging es am 01.11.2026: Gefragt: „How long does delivery take?“")
    with tenant_scope(tenant_id):
        assert Message.objects.filter(conversation_id=now.conversation_id, role="agent").count() == 2


def test_the_time_that_the_question_names_decides(cast: Cast, tenant_id: UUID, visitor: Visitor, ask: Ask) -> None:
    talk(tenant_id, visitor, "Do you sell violins?")
    talk(tenant_id, another_conversation(cast.acme, visitor), "How long is delivery?", minute=60 * 24 * 20)
    now = another_conversation(cast.acme, visitor)
    day = (NOON + timedelta(hours=1)).strftime("%Y-%m-%d")
    assert "violins" in ask(f"What did we talk about on {day}?", scripted_parts(script=nobody), now).text


def test_who_was_never_here_is_told_so(visitor: Visitor, ask: Ask) -> None:
    assert "first conversation" in ask("What was our last conversation about?", scripted_parts(script=nobody)).text


def test_what_was_to_be_forgotten_is_not_told(cast: Cast, tenant_id: UUID, visitor: Visitor, ask: Ask) -> None:
    talk(tenant_id, visitor, "Do you sell violins?", "Forget everything about me", answer="Done.")
    now = another_conversation(cast.acme, visitor)
    assert "violins" not in ask("What was our last conversation about?", scripted_parts(), now).text


def test_earlier_conversations_are_always_told_and_in_the_manifest(
    cast: Cast, tenant_id: UUID, visitor: Visitor, ask: Ask
) -> None:
    belong(tenant_id, [visitor, *(others := visitors(cast.acme, 3))])
    for each in others:
        talk(tenant_id, each, "Do you repair broken guitars?")
    talk(tenant_id, visitor, "Do you sell violins?")
    now = another_conversation(cast.acme, visitor)
    model = ScriptedModel(quote_first)
    ask("Do you ship to islands?", scripted_parts(script=model.stream), now)
    [block] = [each for each in model.requests[0].about if each.label == "Earlier conversations"]
    assert block.text == "- 2026-11-01, chat: Asked: “Do you sell violins?”"
    assert "guitar" not in str(model.requests[0])
    with tenant_scope(tenant_id):
        span = Span.objects.filter(attributes__has_key=names.MANIFEST).latest("id")
    manifest = read_manifest(span.attributes[names.MANIFEST])
    assert manifest
    assert (block.label, block.version) in [(each.label, each.source_id) for each in manifest.blocks]


def test_this_conversation_is_no_earlier_one(tenant_id: UUID, visitor: Visitor, ask: Ask) -> None:
    talk(tenant_id, visitor, "Do you sell violins?")
    model = ScriptedModel(quote_first)
    ask("Do you ship to islands?", scripted_parts(script=model.stream))
    assert model.requests[0].about == ()
