"""What a conversation was about, for whoever takes it: by a model, once for each hand-over, traced and paid."""

from uuid import UUID

import pytest

from agents.configuration import merge_document, read_document
from agents.inbox.summarising import summarise_conversation
from agents.llm.gateway import Gateway
from agents.models import AgentVersion, Span, Trace
from agents.services import publish_agent, replace_draft
from agents.topics import CONVERSATION_HANDED_OFF
from billing.company_budget import get_company_budget, set_company_budget
from billing.models import BudgetHold
from billing.own_prices import set_own_price
from billing.selectors import list_usage
from rapport.events.models import OutboxEvent
from tenants.actors import SYSTEM, user_actor
from tenants.context import tenant_scope
from tests.agents.conftest import Ask
from tests.agents.inbox.conftest import Desk
from tests.agents.llm.own_keys import add_key, allow
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, Visitor
from tests.providers.running import Running

MODEL, SUMMARY = "mock-summary", "Asks how long delivery takes. Still open: the price."


@pytest.fixture
def server(running: Running, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Running:
    """Acme has a key of its own, and its agent a model for summaries."""
    running.providers.forget()
    running.providers.texts[MODEL] = (SUMMARY,)
    allow(monkeypatch, running)
    add_key(cast.acme, running, "sk-acme", MODEL)
    for meter in ("input_tokens", "output_tokens"):
        set_own_price(
            tenant_id=cast.acme.tenant_id, model=MODEL, meter=meter, micros_per_million=2_000_000, actor=SYSTEM
        )
    configure(cast, models={"summarise": [MODEL]})
    return running


@pytest.fixture
def desk(cast: Cast, visitor: Visitor, ask: Ask) -> Desk:
    ask("How long does delivery take?", scripted_parts())
    return Desk(cast, visitor)


def configure(cast: Cast, **sections: object) -> None:
    with tenant_scope(cast.acme.tenant_id):
        document = AgentVersion.objects.latest("number").config
    changed = read_document(merge_document(document, sections))
    actor, acme = user_actor(cast.alice.id), cast.acme
    replace_draft(tenant_id=acme.tenant_id, agent_id=acme.agent_id, config=changed, actor=actor)
    publish_agent(tenant_id=acme.tenant_id, agent_id=acme.agent_id, note="", actor=actor)


def summarise(desk: Desk) -> bool:
    """As the event's handler does."""
    [row] = OutboxEvent.objects.filter(payload__type=CONVERSATION_HANDED_OFF)
    return summarise_conversation(
        tenant_id=desk.tenant_id,
        conversation_id=UUID(row.payload["data"]["conversation_id"]),
        gateway=Gateway(sleep=lambda _: None),
    )


def test_it_is_written_when_the_conversation_is_handed_over(server: Running, desk: Desk) -> None:
    desk.hand_off()
    assert summarise(desk)
    assert desk.row().handoff_summary == SUMMARY
    text = server.providers.asked[0].body["messages"][1]["content"]
    assert "Customer: How long does delivery take?\nAssistant: Standard delivery takes 3 days" in text
    assert not summarise(desk), "told again it is there already"
    assert len(server.providers.asked) == 1


def test_it_has_a_trace_and_is_paid(server: Running, desk: Desk) -> None:
    set_company_budget(tenant_id=desk.tenant_id, month_micros=10**9, actor=SYSTEM)
    desk.hand_off()
    summarise(desk)
    with tenant_scope(desk.tenant_id):
        trace = Trace.objects.get(outcome="summary")
        [span] = Span.objects.filter(trace=trace)
        assert not BudgetHold.objects.filter(turn_id=trace.turn_id).exists()
    rows = [row for row in list_usage(tenant_id=desk.tenant_id, limit=100) if row.step == "summarise"]
    assert (trace.conversation_id, trace.contact_id) == (desk.visitor.conversation_id, desk.visitor.contact_id)
    assert span.cost_micros == trace.cost_micros == sum(row.cost_micros for row in rows) > 0
    budget = get_company_budget(tenant_id=desk.tenant_id)
    assert (budget.spent, budget.held) == (span.cost_micros, 0)


def test_a_company_that_has_spent_its_money_gets_none(server: Running, desk: Desk) -> None:
    desk.hand_off()
    set_company_budget(tenant_id=desk.tenant_id, month_micros=1, actor=SYSTEM)
    assert not summarise(desk)
    assert (server.providers.asked, desk.row().handoff_summary) == ([], "")


def test_without_a_language_model_there_is_none(cast: Cast, desk: Desk) -> None:
    desk.hand_off()
    assert not summarise(desk)
    assert desk.row().handoff_summary == ""


def test_one_that_was_given_back_meanwhile_keeps_none(server: Running, desk: Desk) -> None:
    desk.hand_off()
    desk.give_back()
    assert not summarise(desk)
    assert desk.row().handoff_summary == ""


def test_the_next_hand_over_begins_without_one(server: Running, desk: Desk) -> None:
    desk.hand_off()
    summarise(desk)
    desk.give_back()
    desk.hand_off()
    assert desk.row().handoff_summary == ""


def test_what_the_agent_hides_from_models_is_hidden(server: Running, cast: Cast, visitor: Visitor, ask: Ask) -> None:
    configure(cast, guardrails={"mask_personal_data": True})
    ask("Write to ada@example.com, please: how long does delivery take?", scripted_parts())
    desk = Desk(cast, visitor)
    desk.hand_off()
    assert summarise(desk)
    assert "ada@example.com" not in str(server.providers.asked[0].body)
