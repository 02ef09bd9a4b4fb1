"""A masked conversation with a model behind a real provider's protocol: what is on the wire, and what everybody else
sees."""

import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from agents.masking.conversation import mask_of
from agents.models import ToolRun
from agents.runtime.parts import Parts
from agents.selectors import get_agent, get_trace_of_turn, list_turns
from agents.services import AgentChanges, update_agent
from agents.tracing import names
from tenants.actors import user_actor
from tenants.context import tenant_scope
from tests.agents.conftest import Ask
from tests.agents.llm.providers import model_of
from tests.agents.scripted import scripted_parts
from tests.agents.tools.conftest import MakeTool
from tests.agents.tools.shop import Shop
from tests.cast import Cast, Visitor, make_visitor
from tests.providers.running import Running

pytestmark = pytest.mark.django_db

MAIL, PHONE, IBAN, CARD = "jo@mail.example", "+49 30 901820", "DE89 3704 0044 0532 0130 00", "4111 1111 1111 1111"
ADDRESS, CUSTOMER = "192.168.7.20", "KD-123456"
VALUES = (MAIL, PHONE, IBAN, CARD, ADDRESS, CUSTOMER)
QUESTION = f"Where is my order {CUSTOMER}? I am {MAIL}, {PHONE}."
PASSAGE = f"Orders of {MAIL} are paid from {IBAN}. Delivery takes 3 days."


@pytest.fixture
def masked(cast: Cast, make_tool: MakeTool) -> None:
    make_tool("find_order", "GET", "/orders/{order}")
    own = [{"name": "customer", "pattern": "KD-[0-9]{6}"}]
    config: dict[str, Any] = {
        "guardrails": {"mask_personal_data": True, "personal_patterns": own},
        "tools": {"use": [{"tool": "find_order"}]},
    }
    changes, actor = AgentChanges(config=config), user_actor(cast.alice.id)
    update_agent(tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id, changes=changes, actor=actor)


def _placeholder(cast: Cast, visitor: Visitor, value: str) -> str:
    """As this conversation's model sees the value."""
    agent = get_agent(tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id)
    mask = mask_of(conversation_id=visitor.conversation_id, guardrails=agent.config.guardrails)
    assert mask
    return mask.text(value)


def _parts(server: Running, provider: str, *texts: str) -> Parts:
    return replace(scripted_parts(texts=texts), model=model_of(server, provider, f"masked-{provider}"))


@pytest.mark.usefixtures("masked")
@pytest.mark.parametrize("provider", ["openai", "anthropic", "google"])
def test_no_real_value_is_on_the_wire(
    ask: Ask, cast: Cast, visitor: Visitor, server: Running, shop: Shop, provider: str
) -> None:
    shop.note = f"paid with {CARD} from {ADDRESS}"
    customer, mail = (_placeholder(cast, visitor, each) for each in (CUSTOMER, MAIL))
    model = f"masked-{provider}"
    server.providers.steps[model] = [("find_order", json.dumps({"order": customer}))]
    half = len(mail) // 2
    server.providers.texts[model] = ("Orders of ", mail[:half], mail[half:], " take 3 days [1].")
    asked = ask(QUESTION, _parts(server, provider, PASSAGE))
    again = ask(f"And {IBAN}?", _parts(server, provider, PASSAGE))

    assert len(server.providers.asked) >= 3
    wire = json.dumps([each.body for each in server.providers.asked], ensure_ascii=False)
    for value in VALUES:
        assert value not in wire
        assert value.replace(" ", "") not in wire
    assert mail in wire
    assert "[CARD_" in wire, "what the tool gave back is masked, too"
    assert "[IP_" in wire
    assert asked.text == f"Orders of {MAIL} take 3 days [1]."
    assert again.text == asked.text
    assert {each.path for each in shop.asked} == {f"/orders/{CUSTOMER}"}, "the tool gets what was meant"
    _is_answered_and_kept(cast, visitor)


def _is_answered_and_kept(cast: Cast, visitor: Visitor) -> None:
    """Grounded in the real passage, cited where it stands; the journal is the company's, the trace is hidden."""
    tenant_id = cast.acme.tenant_id
    turns = list_turns(tenant_id=tenant_id, conversation_id=visitor.conversation_id)
    assert {each.outcome for each in turns} == {"answered"}
    with tenant_scope(tenant_id):
        assert {each.arguments for each in ToolRun.objects.all()} == {json.dumps({"order": CUSTOMER})}
    for turn in turns:
        trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=turn.id)
        assert trace
        content = json.dumps([asdict(each) for each in trace.spans], default=str, ensure_ascii=False)
        for value in VALUES:
            assert value not in content
        grounding = next(each for each in trace.spans if each.name == names.GROUNDING)
        assert grounding.attributes[names.EVALUATION_LABEL] == "grounded"


def test_without_the_guardrail_nothing_is_changed(ask: Ask, server: Running) -> None:
    server.providers.texts["masked-openai"] = ("Orders of ", MAIL, " take 3 days [1].")
    server.providers.steps.pop("masked-openai", None)
    asked = ask(QUESTION, _parts(server, "openai", PASSAGE))
    wire = json.dumps(server.providers.asked[0].body, ensure_ascii=False)
    assert MAIL in wire
    assert "placeholder" not in wire
    assert asked.text == f"Orders of {MAIL} take 3 days [1]."


@pytest.mark.usefixtures("masked")
def test_a_placeholder_over_two_models_is_put_back(ask: Ask, cast: Cast, visitor: Visitor, server: Running) -> None:
    """The first one breaks off in the middle of it, and the same one goes on."""
    mail = _placeholder(cast, visitor, MAIL)
    server.providers.steps.pop("mock-cut2x1-masked", None)
    server.providers.texts["mock-cut2x1-masked"] = ("Orders of ", mail[:9], mail[9:], " take 3 days [1].")
    parts = replace(scripted_parts(texts=(PASSAGE,)), model=model_of(server, "openai", "mock-cut2x1-masked"))
    asked = ask(QUESTION, parts)
    assert MAIL in asked.text
    assert "[EMAIL" not in asked.text
    assert len(server.providers.asked) == 2


@pytest.mark.usefixtures("masked")
def test_known_answers_still_work(ask: Ask, server: Running, cast: Cast) -> None:
    """A question without personal data is kept and answered again without a model; what was hidden is not in it."""
    config = {"cache": {"mode": "on"}, "tools": {"use": []}}
    changes, actor = AgentChanges(config=config), user_actor(cast.alice.id)
    update_agent(tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id, changes=changes, actor=actor)
    server.providers.steps.pop("masked-openai", None)
    server.providers.texts["masked-openai"] = ("Delivery takes 3 days [1].",)
    first = ask("How long does delivery take?", _parts(server, "openai", PASSAGE), make_visitor(cast.acme))
    second = ask("How long does delivery take?", _parts(server, "openai", PASSAGE), make_visitor(cast.acme))
    assert first.text == second.text == "Delivery takes 3 days [1]."
    assert len(server.providers.asked) == 1
    assert IBAN not in json.dumps(server.providers.asked[0].body)
