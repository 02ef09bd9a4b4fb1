"""The scripted providers do what names say: read by plain HTTP, as no client of ours would."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.providers.behaviour import behaviour_of
from tests.providers.bill import total
from tests.providers.running import Running, providers_running


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with providers_running() as running:
        yield running


@pytest.fixture(autouse=True)
def _anew(server: Running) -> None:
    server.providers.forget()


def openai(server: Running, model: str, **more: Any) -> httpx.Response:
    body = {"model": model, "messages": [{"role": "user", "content": "Hello, how are you?"}], **more}
    return httpx.post(f"{server.openai}/chat/completions", json=body, headers={"authorization": "Bearer sk-1"})


def anthropic(server: Running, model: str, **more: Any) -> httpx.Response:
    body = {"model": model, "max_tokens": 9, "messages": [{"role": "user", "content": "Hello"}], **more}
    return httpx.post(f"{server.anthropic}/v1/messages", json=body, headers={"x-api-key": "sk-2"})


def google(server: Running, model: str, verb: str) -> httpx.Response:
    body = {"contents": [{"role": "user", "parts": [{"text": "Hello"}]}]}
    return httpx.post(f"{server.google}/v1beta/models/{model}:{verb}", json=body, headers={"x-goog-api-key": "k"})


def events(response: httpx.Response) -> list[Any]:
    lines = (line.removeprefix("data: ") for line in response.text.splitlines() if line.startswith("data: "))
    return [json.loads(line) for line in lines if line != "[DONE]"]


def test_a_name_says_everything() -> None:
    found = behaviour_of("mock-ttft500-itl20-len400-429x2-retry3")
    assert (found.first_ms, found.between_ms, found.length, found.retry_after) == (500, 20, 400, 3)
    [fault] = found.faults
    assert (fault.status, fault.times) == (429, 2)
    assert behaviour_of("mock-stall-after40").faults[0].after == 40
    assert behaviour_of("mock-stallx1").faults[0].times == 1
    assert behaviour_of("mock-ctx2000").context == 2000
    assert behaviour_of("mock-tool-lookup_order-tool-search").tools == ["lookup_order", "search"]


def test_the_same_answer_in_three_dialects_streamed_and_whole(server: Running) -> None:
    said = "word0 word1 word2 "
    streamed = events(openai(server, "mock-len3", stream=True))
    assert "".join(each["choices"][0]["delta"].get("content", "") for each in streamed if each["choices"]) == said
    assert openai(server, "mock-len3").json()["choices"][0]["message"]["content"] == said
    streamed = events(anthropic(server, "mock-len3", stream=True))
    assert "".join(each["delta"].get("text", "") for each in streamed if each["type"] == "content_block_delta") == said
    assert anthropic(server, "mock-len3").json()["content"][0]["text"] == said
    streamed = events(google(server, "mock-len3", "streamGenerateContent"))
    assert "".join(each["candidates"][0]["content"]["parts"][0]["text"] for each in streamed) == said
    assert google(server, "mock-len3", "generateContent").json()["candidates"][0]["content"]["parts"][0]["text"] == said


def test_a_fault_happens_as_often_as_it_says(server: Running) -> None:
    statuses = [openai(server, "mock-429x2-retry7").status_code for _ in range(3)]
    assert statuses == [429, 429, 200]
    assert openai(server, "mock-401").status_code == 401
    assert [each.ended for each in server.providers.served] == ["refused", "refused", "whole", "refused"]


def test_a_cut_answer_is_charged_as_far_as_it_came(server: Running) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        openai(server, "mock-cut4-len9", stream=True)
    [served] = server.providers.served
    assert (served.ended, served.charged.output, served.key) == ("cut", 4, "sk-1")
    assert served.charged.input > 0


def test_usage_is_counted_as_each_provider_counts(server: Running) -> None:
    model = "mock-usage-5-128955-1253-len1"
    usage = openai(server, model).json()["usage"]
    assert (usage["prompt_tokens"], usage["prompt_tokens_details"]["cached_tokens"]) == (130_213, 128_955)
    usage = anthropic(server, model).json()["usage"]
    assert (usage["input_tokens"], usage["cache_read_input_tokens"], usage["cache_creation_input_tokens"]) == (
        5,
        128_955,
        1_253,
    )
    prices = {model: {"input": 3_000_000, "cache_read": 300_000, "cache_write": 3_750_000, "output": 15_000_000}}
    assert total(server.providers.served, prices) == 2 * (15 + 38_687 + 4_699 + 15)


def test_what_a_provider_refuses_it_refuses(server: Running) -> None:
    prefilled = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}]
    assert anthropic(server, "mock", messages=prefilled).status_code == 400
    assert openai(server, "mock-ctx2").status_code == 400


def test_every_request_is_kept(server: Running) -> None:
    openai(server, "mock-len1", temperature=0)
    google(server, "mock-len1", "generateContent")
    assert [(each.provider, each.key) for each in server.providers.asked] == [("openai", "sk-1"), ("google", "k")]
    assert server.providers.asked[0].body["temperature"] == 0
