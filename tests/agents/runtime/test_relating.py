"""The turn along the graph of memory: no model, the way as sources, in the language of the question."""

from uuid import UUID

import pytest

from agents.memory.losing import lose_conversations
from agents.selectors import get_trace_of_turn, list_facts, list_messages, list_uses
from agents.tracing import names
from tenants.actors import SYSTEM
from tenants.context import tenant_scope, tenant_transaction
from tests.agents.conftest import Ask
from tests.agents.memory.test_ledger import tell
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, Visitor, make_visitor

QUESTION = "Where is the company that I work for?"


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


@pytest.fixture
def told(tenant_id: UUID, visitor: Visitor) -> None:
    tell(tenant_id, visitor, "I work for Nordwind since May.")
    tell(tenant_id, visitor, "Nordwind is based in Bergen.", 1)


@pytest.mark.usefixtures("told")
def test_the_way_is_shown_as_the_answers_sources(ask: Ask, tenant_id: UUID, visitor: Visitor) -> None:
    asked = ask(QUESTION, scripted_parts())
    assert asked.text == "You work for Nordwind [1]. Nordwind is in Bergen [2]."
    answer = list_messages(tenant_id=tenant_id, conversation_id=visitor.conversation_id)[-1]
    assert [each.quote for each in answer.citations] == [
        "I work for Nordwind since May.",
        "Nordwind is based in Bergen.",
    ]
    assert {each.origin for each in answer.citations} == {"memory"}
    trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=asked.turn_id)
    assert names.CHAT not in {span.name for span in trace.spans}
    assert trace.cost_micros == 0
    facts = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
    uses = list_uses(tenant_id=tenant_id, contact_id=visitor.contact_id)
    assert all([use.answer_id for use in uses[fact.id]] == [answer.id] for fact in facts)
    message_ids = [source.message_id for fact in facts for source in fact.sources]
    assert all(each in uses for each in message_ids)


@pytest.mark.usefixtures("told")
def test_it_is_asked_as_of_a_time_and_in_german(ask: Ask) -> None:
    asked = ask("In welcher Stadt sitzt die Firma, für die ich im November 2026 gearbeitet habe?", scripted_parts())
    assert asked.text.startswith("Sie arbeiten für Nordwind (seit 2026-05) [1]. Nordwind sitzt in Bergen")


@pytest.mark.usefixtures("told")
def test_what_the_question_itself_tells_counts(ask: Ask) -> None:
    asked = ask(
        "I work for Bolt now, and Bolt is based in Oslo. Where is the company that I work for?", scripted_parts()
    )
    assert asked.text == "You work for Bolt [1]. Bolt is in Oslo [2]."
    asked = ask("Where is my company?", scripted_parts())
    assert asked.text == "You work for Bolt [1]. Bolt is in Oslo [2]."


def test_who_asks_what_is_known_is_told_of_others_too(ask: Ask, tenant_id: UUID, visitor: Visitor) -> None:
    tell(tenant_id, visitor, "My sister Anna lives in Oslo. Our company is in Bergen.")
    text = ask("Was wissen Sie über mich?", scripted_parts()).text
    assert text == "Ihre Schwester ist Anna. Anna wohnt in Oslo. Ihre Firma sitzt in Bergen. [1]"


@pytest.mark.usefixtures("told")
def test_without_the_whole_way_the_turn_goes_on_as_ever(
    ask: Ask, cast: Cast, tenant_id: UUID, visitor: Visitor
) -> None:
    stranger = make_visitor(cast.acme)
    assert "Bergen" not in ask(QUESTION, scripted_parts(), stranger).text
    with tenant_transaction(tenant_id):
        lose_conversations([visitor.conversation_id], SYSTEM)
    with tenant_scope(tenant_id):
        assert list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id) == []
    assert "Bergen" not in ask(QUESTION, scripted_parts()).text
    assert list_uses(tenant_id=cast.other.tenant_id, contact_id=visitor.contact_id) == {}


@pytest.mark.usefixtures("told")
def test_what_a_model_is_given_counts_as_used(ask: Ask, tenant_id: UUID, visitor: Visitor) -> None:
    ask("How long does delivery take?", scripted_parts())
    uses = list_uses(tenant_id=tenant_id, contact_id=visitor.contact_id)
    facts = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
    assert {fact.id for fact in facts} <= set(uses), "its profile says them"
    assert uses[facts[0].id][0].question == "How long does delivery take?"
    said_in = facts[0].sources[0].message_id
    assert said_in
    assert uses[said_in] == uses[facts[0].id], "and so was the turn that said it"
