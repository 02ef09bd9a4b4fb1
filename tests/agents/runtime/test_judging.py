"""What becomes of an answer that does not keep to what it cites, as the agent's guardrails say."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from agents.configuration import merge_document, read_document
from agents.llm.extractive.model import ExtractiveModel
from agents.llm.port import ChatEvent, ChatRequest, Citation, Finished, TextDelta, Usage
from agents.models import AgentVersion
from agents.runtime.phrases import say
from agents.selectors import get_trace_of_turn, list_turns
from agents.services import publish_agent, replace_draft
from agents.topics import TURN_COMPLETED
from agents.tracing import names
from rapport.events.models import OutboxEvent
from tenants.actors import user_actor
from tenants.context import tenant_scope
from tests.agents.conftest import Ask
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, Visitor

pytestmark = pytest.mark.django_db


def invent(request: ChatRequest) -> Iterator[ChatEvent]:
    yield TextDelta("Delivery takes 99 days [1].")
    yield Citation(1, request.passages[0].id, 0, 10)
    yield Usage(input=20, output=5)
    yield Finished("answered", 0.9)


def configure(cast: Cast, **guardrails: object) -> None:
    """Acme's agent with these guardrails, published."""
    with tenant_scope(cast.acme.tenant_id):
        document = AgentVersion.objects.latest("number").config
    changed = read_document(merge_document(document, {"guardrails": guardrails}))
    actor, acme = user_actor(cast.alice.id), cast.acme
    replace_draft(tenant_id=acme.tenant_id, agent_id=acme.agent_id, config=changed, actor=actor)
    publish_agent(tenant_id=acme.tenant_id, agent_id=acme.agent_id, note="", actor=actor)


def outcome(cast: Cast, visitor: Visitor) -> str:
    return list_turns(tenant_id=cast.acme.tenant_id, conversation_id=visitor.conversation_id)[-1].outcome


def test_what_is_made_up_is_taken_back(ask: Ask, cast: Cast, visitor: Visitor) -> None:
    asked = ask("How long?", scripted_parts(invent))
    assert (asked.text, outcome(cast, visitor)) == (say("ungrounded"), "unknown")
    trace = get_trace_of_turn(tenant_id=cast.acme.tenant_id, turn_id=asked.turn_id)
    [grounding] = [span for span in trace.spans if span.name == names.GROUNDING]
    assert (grounding.attributes[names.CONTAINMENT], grounding.attributes[names.COVERAGE]) == (0.0, 1.0)
    assert grounding.attributes[names.UNSUPPORTED] == ["99"]


def test_a_person_takes_over_where_the_agent_says_so(ask: Ask, cast: Cast, visitor: Visitor) -> None:
    configure(cast, below="hand_off")
    asked = ask("How long?", scripted_parts(invent))
    assert (asked.text, outcome(cast, visitor)) == (say("handed_off"), "handed_off")
    told = [row.payload for row in OutboxEvent.objects.order_by("id") if row.payload["type"] == TURN_COMPLETED]
    decision = {"reason": "low_grounding", "facts": {"score": 0.0, "unsupported": 1}}
    assert told[-1]["data"]["hand_off"] == decision


def test_an_emptied_index_is_no_answer(ask: Ask, cast: Cast, visitor: Visitor) -> None:
    ask("How long does delivery take?", replace(scripted_parts(texts=()), model=ExtractiveModel()))
    assert outcome(cast, visitor) == "unknown"
