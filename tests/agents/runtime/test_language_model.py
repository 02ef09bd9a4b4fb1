"""The same turn with a language model behind LLM_URL: a real HTTP server that speaks OpenAI's protocol."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from agents.runtime.parts import Parts
from agents.selectors import get_trace_of_turn, get_turn, list_messages
from agents.tracing import names
from tests.agents.conftest import Ask
from tests.agents.llm.providers import openai_model, teach_shop
from tests.agents.scripted import WORDS, scripted_parts
from tests.cast import Cast, Visitor
from tests.providers.running import providers_running


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with providers_running() as running:
        teach_shop(running.providers)
        yield running.openai


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


def parts(server: str, model: str) -> Parts:
    return replace(scripted_parts(), model=openai_model(server, model))


def test_its_answer_is_streamed_cited_traced_and_kept(server: str, ask: Ask, tenant_id: UUID, visitor: Visitor) -> None:
    asked = ask("How long does delivery take?", parts(server, "days-3"))
    assert asked.text == "Delivery takes 3 days [1]."
    _, answer = list_messages(tenant_id=tenant_id, conversation_id=visitor.conversation_id)
    assert [(each.marker, each.quote) for each in answer.citations] == [(1, WORDS)]
    trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=asked.turn_id)
    [chat] = [span for span in trace.spans if span.name == names.CHAT]
    assert (chat.input_tokens, chat.output_tokens) == (100, 9)


def test_a_figure_that_the_passage_does_not_have_is_withheld(server: str, ask: Ask, tenant_id: UUID) -> None:
    asked = ask("How long does delivery take?", parts(server, "days-9"))
    assert "9" not in asked.text
    assert get_turn(tenant_id=tenant_id, turn_id=asked.turn_id).outcome == "unknown"


def test_what_it_does_not_find_it_does_not_know(server: str, ask: Ask, tenant_id: UUID) -> None:
    asked = ask("Who founded the shop?", parts(server, "no-answer"))
    assert asked.text.startswith("I do not know")
    assert get_turn(tenant_id=tenant_id, turn_id=asked.turn_id).outcome == "unknown"
