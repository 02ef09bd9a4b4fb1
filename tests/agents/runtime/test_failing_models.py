"""The whole turn while models fail: the visitor sees no break, each attempt has its span, the sums are the bill's."""

from dataclasses import replace
from uuid import UUID

import pytest

from agents.configuration import AgentConfig
from agents.configuration.sections.budget import Budget
from agents.errors import TurnTooDear
from agents.llm.dialects.port import Traits
from agents.llm.errors import ModelInterrupted
from agents.llm.gateway import Choice, Gateway
from agents.runtime.parts import Parts
from agents.runtime.turn import answer_turn
from agents.selectors import get_agent, get_trace_of_turn, get_turn
from agents.services import publish_agent, replace_draft
from agents.tracing import names
from billing.events import TURN_COMPLETED, bill_turn
from billing.models import Meter
from billing.prices import find_price
from billing.selectors import list_usage
from rapport.events.envelope import Event
from rapport.events.models import OutboxEvent
from tenants.actors import SYSTEM
from tests.agents.conftest import Ask, Post
from tests.agents.llm.providers import model_of
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, make_visitor
from tests.providers.bill import total
from tests.providers.running import Running

WORDS = ("Delivery ", "takes ", "3 ", "days ", "[1]", ".")
CLASSES = {
    "input": Meter.INPUT_TOKENS,
    "cache_read": Meter.CACHED_INPUT_TOKENS,
    "cache_write": Meter.CACHE_WRITE_TOKENS,
    "output": Meter.OUTPUT_TOKENS,
    "reasoning": Meter.OUTPUT_TOKENS,
}


@pytest.fixture
def server(running: Running) -> Running:
    running.providers.forget()
    return running


def parts(server: Running, *chain: tuple[str, str]) -> Parts:
    """(provider, name) of each model; it answers to a name with a published price."""
    choices = [
        Choice(model_of(server, provider, name, traits=Traits()), priced, provider)
        for (provider, name), priced in zip(chain, ("claude-haiku-4-5", "gpt-5-mini", "gemini-2.5-flash"), strict=False)
    ]
    for (_, name), choice in zip(chain, choices, strict=True):
        server.providers.aliases[choice.name] = name
        server.providers.texts[choice.name] = WORDS
    gateway = Gateway(sleep=lambda _: None)
    return replace(scripted_parts(), gateway=gateway, choose=lambda **_: choices)


CHAIN = (("anthropic", "mock-cut3-usage-5-128955-1253"), ("openai", "mock-500"), ("google", "mock-think7"))


def test_the_visitor_sees_no_break(server: Running, ask: Ask, cast: Cast) -> None:
    asked = ask("How long does delivery take?", parts(server, *CHAIN))
    tokens = "".join(str(frame.data["text"]) for frame in asked.frames if frame.event == "token")
    assert tokens == asked.text == "Delivery takes 3 days [1]."
    assert "restart" not in asked.events
    assert asked.events.count("citation") == 1
    assert get_turn(tenant_id=cast.acme.tenant_id, turn_id=asked.turn_id).outcome == "answered"


def test_every_attempt_has_a_span_and_the_sums_are_the_bill_s(server: Running, ask: Ask, cast: Cast) -> None:
    tenant_id: UUID = cast.acme.tenant_id
    asked = ask("How long does delivery take?", parts(server, *CHAIN))
    trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=asked.turn_id)
    chats = [span for span in trace.spans if span.name == names.CHAT]
    assert [span.attributes.get(names.ERROR_TYPE, "") for span in chats] == [
        "model_interrupted",
        "model_unavailable",
        "",
    ]
    assert chats[0].attributes[names.PROVIDER] == "anthropic"
    assert chats[0].attributes[names.INPUT_TOKENS] == 130_213  # once
    rates = {name: rates_of(name, provider) for name, provider in _models().items()}
    bill = total(server.providers.served, rates)
    bill_what_was_told(asked.turn_id)
    ledger = [row for row in list_usage(tenant_id=tenant_id) if row.turn_id == asked.turn_id and row.step == "chat"]
    assert bill == sum(span.cost_micros for span in chats) == sum(row.cost_micros for row in ledger)
    assert bill > 14_000
    assert {row.price_version for row in ledger if row.cost_micros} == {"genai-prices-0.2.3"}


def test_a_turn_that_fails_and_is_tried_again_is_paid_for_once(server: Running, post: Post, cast: Cast) -> None:
    """Every model of the first attempt fails, the second attempt is answered: spans = ledger = bill over both."""
    tenant_id, visitor = cast.acme.tenant_id, make_visitor(cast.acme)
    turn_id = post(visitor, "How long does delivery take?")
    failing = parts(server, ("anthropic", "mock-cut3-usage-5-128955-1253"), ("openai", "mock-cut2"))
    with pytest.raises(ModelInterrupted):
        answer_turn(tenant_id=tenant_id, turn_id=turn_id, parts=failing)
    assert _told(tenant_id, turn_id) == _bill(server) > 14_000
    answer_turn(tenant_id=tenant_id, turn_id=turn_id, parts=parts(server, ("anthropic", "mock-think7")))
    bill_what_was_told(turn_id)
    trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=turn_id)
    spans = sum(span.cost_micros for span in trace.spans if span.name == names.CHAT)
    assert spans == _told(tenant_id, turn_id) == _bill(server)
    assert trace.cost_micros == sum(span.cost_micros for span in trace.spans)


@pytest.mark.parametrize("most", [0, 100])
def test_a_limit_for_one_answer_holds_before_the_call(server: Running, ask: Ask, cast: Cast, most: int) -> None:
    _limit(cast, most)
    with pytest.raises(TurnTooDear):
        ask("How long does delivery take?", parts(server, ("anthropic", "mock-think7")))
    assert not server.providers.asked


def test_a_cheaper_model_answers_where_the_first_is_too_dear(server: Running, ask: Ask, cast: Cast) -> None:
    """claude-haiku-4-5 could cost 5 millionths for each of 1024 tokens, gpt-5-mini 2."""
    _limit(cast, 4_000)
    ask("How long does delivery take?", parts(server, ("anthropic", "mock-think7"), ("openai", "mock-think7")))
    assert [each.model for each in server.providers.asked] == ["gpt-5-mini"]
    assert _bill(server) <= 4_000


def _limit(cast: Cast, most: int) -> None:
    tenant_id, agent_id = cast.acme.tenant_id, cast.acme.agent_id
    config = replace_budget(get_agent(tenant_id=tenant_id, agent_id=agent_id).config, most)
    replace_draft(tenant_id=tenant_id, agent_id=agent_id, config=config, actor=SYSTEM)
    publish_agent(tenant_id=tenant_id, agent_id=agent_id, actor=SYSTEM)


def replace_budget(config: AgentConfig, most: int) -> AgentConfig:
    return config.model_copy(update={"budget": Budget(turn_micros=most)})


def _told(tenant_id: UUID, turn_id: UUID) -> int:
    rows = list_usage(tenant_id=tenant_id)
    return sum(row.cost_micros for row in rows if row.turn_id == turn_id and row.step == "chat")


def _bill(server: Running) -> int:
    return total(server.providers.served, {name: rates_of(name, provider) for name, provider in _models().items()})


def bill_what_was_told(turn_id: UUID) -> None:
    """As the consumer does, twice: the second time adds nothing."""
    [row] = OutboxEvent.objects.filter(payload__type=TURN_COMPLETED, payload__data__turn_id=str(turn_id))
    for _ in range(2):
        bill_turn(Event.from_json(row.payload))


def _models() -> dict[str, str]:
    return {"claude-haiku-4-5": "anthropic", "gpt-5-mini": "openai", "gemini-2.5-flash": "google"}


def rates_of(name: str, provider: str) -> dict[str, int]:
    price = find_price(name, provider=provider)
    assert price is not None
    return {
        each: price.per_million.get(meter, price.per_million[Meter.INPUT_TOKENS]) for each, meter in CLASSES.items()
    }
