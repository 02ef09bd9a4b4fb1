"""Every provider behind the one port, over real HTTP: text, citations, tokens, tools, and every way to fail."""

import time
from dataclasses import replace
from typing import Any

import pytest

from agents.llm.dialects.port import Traits
from agents.llm.errors import (
    ModelInterrupted,
    ModelMisconfigured,
    ModelRateLimited,
    ModelRefusedRequest,
    ModelTimedOut,
    ModelUnavailable,
)
from agents.llm.port import ChatMessage, ChatRequest, Citation, Finished, TextDelta, ToolCall, Usage, UsageMeter
from agents.llm.reach import platform_reaches
from rapport.config import get_config
from tests.agents.llm.providers import ALL, DIALECTS, PASSAGE, ask, model_of, openai_model, text_of
from tests.providers.app import Asked
from tests.providers.running import Running

TOOL = {"type": "function", "function": {"name": "get_order", "parameters": {"type": "object"}}}
every_provider = pytest.mark.parametrize("provider", list(DIALECTS))


def sent(server: Running) -> Asked:
    return server.providers.asked[-1]


@every_provider
def test_an_answer_streams_with_its_citation_tokens_and_end(server: Running, provider: str) -> None:
    server.providers.texts["mock-usage-40-60-0-think5"] = ("fifty ", "mega", "bytes ", "[", "1", "]. And [9] more [1].")
    events = ask(server, provider, "mock-usage-40-60-0-think5")
    assert text_of(events) == "fifty megabytes [1]. And  more [1]."
    [citation] = [event for event in events if isinstance(event, Citation)]
    assert (citation.marker, citation.passage_id) == (1, PASSAGE.id)
    assert PASSAGE.text[citation.start : citation.end] == "A file may have fifty megabytes."
    assert "[" not in text_of(events[: events.index(citation)])
    reasoning = {"anthropic": Usage(input=40, cached_read=60, output=11)}
    assert events[-2:] == [
        reasoning.get(provider, Usage(input=40, cached_read=60, output=6, reasoning=5)),
        Finished("answered"),
    ]


@every_provider
def test_no_answer_becomes_a_helpful_sentence(server: Running, provider: str) -> None:
    events = ask(server, provider, "mock-noanswer")
    assert text_of(events).startswith("I do not know")
    assert events[-1] == Finished("unknown")


def test_small_talk_and_claims_without_a_source_are_told_apart(server: Running) -> None:
    server.providers.texts |= {"greet": ["No worries, hello!"], "claim": ["It costs 12 dollars."]}
    greeting, claim = ask(server, "compatible", "greet"), ask(server, "compatible", "claim")
    assert (text_of(greeting), greeting[-1]) == ("No worries, hello!", Finished("small_talk"))
    assert claim[-1] == Finished("answered")


@every_provider
def test_a_limit_and_a_refusal_say_so(server: Running, provider: str) -> None:
    assert ask(server, provider, "mock-short")[-1] == Finished("length")
    assert ask(server, provider, "mock-filter")[-1] == Finished("refused")


@every_provider
@pytest.mark.parametrize(
    ("model", "error"),
    [
        ("mock-500", ModelUnavailable),
        ("mock-529", ModelUnavailable),
        ("mock-401", ModelRefusedRequest),
        ("mock-429", ModelRateLimited),
        ("mock-stall", ModelTimedOut),
        ("mock-stall-after2", ModelTimedOut),
        ("mock-cut2", ModelInterrupted),
        ("mock-badjson2", ModelInterrupted),
        ("mock-overloaded2", (ModelUnavailable, ModelInterrupted)),
    ],
)
def test_failures_are_typed(server: Running, provider: str, model: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        ask(server, provider, model)


def test_a_rate_limit_says_when_to_come_back(server: Running) -> None:
    with pytest.raises(ModelRateLimited) as caught:
        ask(server, "openai", "mock-429-retry7")
    assert caught.value.retry_after_seconds == 7


def test_a_slow_first_token_is_waited_for_longer_than_a_silence(server: Running) -> None:
    assert ask(server, "openai", "mock-ttft450-len3")[-1] == Finished("answered")


@every_provider
def test_what_was_streamed_before_a_failure_stands_and_is_counted(server: Running, provider: str) -> None:
    meter = UsageMeter()
    stream = model_of(server, provider, "mock-cut2").stream(ChatRequest(question="?", meter=meter))
    assert [next(stream), next(stream)] == [TextDelta("word0 "), TextDelta("word1 ")]
    with pytest.raises(ModelInterrupted):
        next(stream)
    [served] = server.providers.served
    assert meter.usage is not None
    assert (meter.usage.output, meter.usage.input > 0) == (served.charged.output, True)
    if provider in {"anthropic", "google"}:  # they say at once what they read
        assert meter.usage.input == served.charged.input


@every_provider
def test_leaving_closes_the_provider_s_stream(server: Running, provider: str) -> None:
    stream = model_of(server, provider, "mock-itl50-len400").stream(ChatRequest(question="?"))
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    until = time.monotonic() + 20
    while not server.providers.served and time.monotonic() < until:
        time.sleep(0.01)
    [served] = server.providers.served
    assert served.ended == "left"
    assert served.charged.output < 40


@every_provider
def test_a_tool_is_called_and_what_came_of_it_is_told(server: Running, provider: str) -> None:
    events = ask(server, provider, "mock-tool-get_order", tools=(TOOL,), tool_choice="required")
    [call] = [each for each in events if isinstance(each, ToolCall)]
    assert (call.name, events[-1]) == ("get_order", Finished("tool_calls"))
    assert call.arguments == '{"order": "A-7"}'
    exchange: tuple[dict[str, Any], ...] = (
        {"role": "assistant", "content": None, "tool_calls": [call.to_json()]},
        {"role": "tool", "tool_call_id": call.id, "content": "it leaves today"},
    )
    events = ask(server, provider, "mock-tool-get_order", tools=(TOOL,), exchange=exchange)
    assert (text_of(events), events[-1]) == ("The tool says: it leaves today.", Finished("answered"))


def test_what_goes_to_openai(server: Running) -> None:
    history = (ChatMessage("user", "Hello"), ChatMessage("assistant", "Hello!"))
    fields: dict[str, Any] = {"instructions": "You are Ada.", "history": history, "max_output_tokens": 77}
    ask(server, "compatible", "mock-len1", **fields, effort="low", traits=ALL)
    asked = sent(server)
    assert (asked.path, asked.key) == ("/v1/chat/completions", "sk-test")
    assert (asked.body["stream_options"], asked.body["max_tokens"]) == ({"include_usage": True}, 77)
    assert (asked.body["temperature"], asked.body["reasoning_effort"]) == (0, "low")
    system, *rest = asked.body["messages"]
    assert system["content"].startswith("You are Ada.")
    assert " [1] Uploads > Limits>>\nFiles are read." in system["content"]
    assert [each["role"] for each in rest] == ["user", "assistant", "user"]
    assert "prompt_cache_key" not in asked.body  # a compatible server may not know it
    ask(server, "openai", "mock-len1", **fields, traits=Traits(True, True, counts_reasoning=True))
    first = sent(server).body
    ask(
        server, "openai", "mock-len1", **fields, question="Another?", traits=Traits(True, True, takes_temperature=False)
    )
    second = sent(server).body
    assert first["prompt_cache_key"] == second["prompt_cache_key"]
    assert (first["max_completion_tokens"], "reasoning_effort" in first, "temperature" in second) == (77, False, False)


def test_what_goes_to_anthropic(server: Running) -> None:
    ask(server, "anthropic", "mock-len1", effort="high", compacts=True, tools=(TOOL,), traits=ALL)
    asked = sent(server)
    assert (asked.path, asked.key, asked.headers["anthropic-version"]) == ("/v1/messages", "sk-test", "2023-06-01")
    assert asked.body["output_config"] == {"effort": "high"}
    assert asked.body["context_management"] == {"edits": [{"type": "compact_20260112"}]}
    assert asked.headers["anthropic-beta"] == "compact-2026-01-12"
    rules, passages = asked.body["system"]
    assert rules["cache_control"] == {"type": "ephemeral"}
    assert "fifty megabytes" in passages["text"]
    assert "cache_control" not in passages
    ask(server, "anthropic", "mock-len1", effort="high", compacts=True)  # of a model that has none of it
    plain = sent(server)
    assert not {"output_config", "context_management"} & set(plain.body)
    assert "cache_control" not in plain.body["system"][0]
    assert "anthropic-beta" not in plain.headers


def test_what_goes_to_google(server: Running) -> None:
    ask(server, "google", "mock-len1", effort="low", traits=ALL, max_output_tokens=77)
    asked = sent(server)
    assert (asked.path, asked.key) == ("/v1beta/models/mock-len1:streamGenerateContent", "sk-test")
    assert asked.body["generationConfig"] == {
        "maxOutputTokens": 77,
        "temperature": 0,
        "thinkingConfig": {"thinkingLevel": "LOW"},
    }
    assert "fifty megabytes" in asked.body["systemInstruction"]["parts"][0]["text"]


@every_provider
def test_what_broke_off_goes_on_and_is_never_prefilled(server: Running, provider: str) -> None:
    server.providers.texts["mock"] = ["fifty ", "megabytes ", "[1]. And ", "not more [1]."]
    events = ask(server, provider, "mock", said="A file may have fifty megabytes [1].")
    assert text_of(events) == " And not more [1]."  # the overlap is said once
    assert not [each for each in events if isinstance(each, Citation)]  # its marker was told before
    body = sent(server).body
    last = (body.get("messages") or body["contents"])[-1]
    assert last["role"] == "user"


def test_the_whole_answer_has_a_deadline(server: Running) -> None:
    with pytest.raises(ModelTimedOut):
        ask(server, "openai", "mock-itl100-len50", timeout_seconds=0.35)


def test_an_unreachable_server_is_unavailable() -> None:
    with pytest.raises(ModelUnavailable, match="address"):
        list(openai_model("http://127.0.0.1:9", "any").stream(ChatRequest(question="?")))


def test_a_private_address_is_refused_where_it_is_not_allowed(server: Running) -> None:
    model = model_of(server, "openai", "mock", allowed=None)
    with pytest.raises(ModelRefusedRequest, match="private"):
        list(model.stream(ChatRequest(question="?")))
    assert not server.providers.asked


@every_provider
def test_errors_carry_no_words_of_the_prompt(server: Running, provider: str) -> None:
    with pytest.raises(ModelRefusedRequest) as caught:
        ask(server, provider, "mock-401")
    assert "large" not in caught.value.message
    assert "sk-test" not in caught.value.message


def test_the_address_is_cleaned_and_a_model_is_needed() -> None:
    config = replace(get_config(), llm_url="http://127.0.0.1:9/v1?model=mock")
    [reach] = platform_reaches(config)
    assert (reach.base_url, reach.model) == ("http://127.0.0.1:9/v1", "mock")
    with pytest.raises(ModelMisconfigured, match="LLM_MODEL"):
        platform_reaches(replace(config, llm_url="http://127.0.0.1:9/v1"))


def test_tokens_read_from_the_cache_count_once(server: Running) -> None:
    for provider in DIALECTS:
        [usage] = [each for each in ask(server, provider, "mock-usage-5-128955-1253-len1") if isinstance(each, Usage)]
        assert usage.input + usage.cached_read + usage.cache_write + usage.cache_write_1h == 130_213
    [usage] = [each for each in ask(server, "anthropic", "mock-usage-5-9-7-hour") if isinstance(each, Usage)]
    assert (usage.cache_write, usage.cache_write_1h) == (0, 7)
