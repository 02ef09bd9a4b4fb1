"""Gemini wants the signature of its thoughts back with each call: over rounds, a person's word, and other companies'
clients. The scripted server refuses a call without it, as Google does."""

from dataclasses import replace
from typing import Any

import pytest

from agents.channels.openai.reading import _called
from agents.llm.dialects.google import UNSIGNED
from agents.llm.dialects.port import Traits
from agents.llm.gateway import Choice, Gateway
from agents.models import ToolRun
from agents.runtime.parts import Parts
from agents.selectors import get_turn
from tenants.context import tenant_scope
from tests.agents.conftest import Ask
from tests.agents.llm.providers import ask as ask_model
from tests.agents.llm.providers import model_of
from tests.agents.scripted import scripted_parts
from tests.agents.tools.calling import allow_tools
from tests.cast import Cast
from tests.providers.running import Running
from tests.providers.wire_google import signature_of

pytestmark = pytest.mark.django_db
SEARCHES = (("search", '{"question": "delivery"}'), ("search", '{"question": "delivery time"}'))


@pytest.fixture
def server(running: Running) -> Running:
    running.providers.forget()
    for name in ("gemini", "other"):
        running.providers.steps[name] = SEARCHES
        running.providers.texts[name] = ("Delivery ", "takes ", "3 ", "days ", "[1]", ".")
    return running


def parts(*choices: Choice) -> Parts:
    return replace(scripted_parts(), gateway=Gateway(sleep=lambda _: None), choose=lambda **_: list(choices))


def calls_in(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for each in body["contents"] for part in each["parts"] if "functionCall" in part]


def test_each_call_goes_back_with_the_signature_it_came_with(server: Running, cast: Cast, ask: Ask) -> None:
    allow_tools(cast, "search")
    asked = ask("How long?", parts(Choice(model_of(server, "google", "gemini"), "gemini", "google")))
    assert get_turn(tenant_id=cast.acme.tenant_id, turn_id=asked.turn_id).outcome == "answered"
    last = calls_in(server.providers.asked[-1].body)
    signatures = [signature_of(part["functionCall"]["name"], part["functionCall"]["args"]) for part in last]
    assert [part["thoughtSignature"] for part in last] == signatures
    assert len(set(signatures)) == 2
    with tenant_scope(cast.acme.tenant_id):  # for a worker that goes on where this one died
        assert list(ToolRun.objects.order_by("step").values_list("signature", flat=True)) == signatures


def test_a_call_of_another_model_is_said_to_be_unsigned(server: Running) -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "search", "arguments": "{}"}}
    exchange = (
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "3 days"},
    )
    server.providers.steps.pop("gemini")
    ask_model(server, "google", "gemini", exchange=exchange, traits=Traits(has_effort=True))
    [part] = calls_in(server.providers.asked[-1].body)
    assert part["thoughtSignature"] == UNSIGNED


def test_no_other_provider_is_shown_it(server: Running) -> None:
    signed = {
        "id": "c1",
        "type": "function",
        "function": {"name": "search", "arguments": "{}"},
        "extra_content": {"google": {"thought_signature": "s"}},
    }
    exchange = (
        {"role": "assistant", "content": None, "tool_calls": [signed]},
        {"role": "tool", "tool_call_id": "c1", "content": "3 days"},
    )
    for provider in ("openai", "anthropic"):
        ask_model(server, provider, "mock", exchange=exchange)
        assert "extra_content" not in str(server.providers.asked[-1].body)
    assert signed["extra_content"], "the caller's own message stays as it is"


def test_a_client_that_calls_its_own_tools_gives_it_back() -> None:
    signed = {
        "id": "c1",
        "function": {"name": "a", "arguments": "{}"},
        "extra_content": {"google": {"thought_signature": "s"}},
    }
    kept = _called({"role": "assistant", "tool_calls": [signed]})["tool_calls"][0]
    assert kept["extra_content"] == signed["extra_content"]
    others: list[Any] = [{"google": 1}, {"google": {"thought_signature": 7}}, "s", {"other": {}}]
    for strange in others:
        assert "extra_content" not in _called({"tool_calls": [{**signed, "extra_content": strange}]})["tool_calls"][0]
