"""The OpenAI-compatible client against a real scripted server: protocol, citations, tokens, and every way to fail."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from agents.llm.errors import (
    ModelInterrupted,
    ModelMisconfigured,
    ModelRateLimited,
    ModelRefusedRequest,
    ModelTimedOut,
    ModelUnavailable,
)
from agents.llm.openai_compatible import OpenAICompatibleModel
from agents.llm.port import ChatEvent, ChatMessage, ChatRequest, Citation, Finished, Passage, TextDelta, Usage
from agents.llm.registry import openai_model
from tests.agents.llm.scripted_server import scripted_server

Server = tuple[str, list[dict[str, Any]]]
PASSAGE = Passage(uuid4(), "Uploads", ("Limits",), "Files are read. A file may have fifty megabytes. More is refused.")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with scripted_server() as running:
        yield running


def ask(server: Server, model: str, **fields: Any) -> list[ChatEvent]:
    client = OpenAICompatibleModel(server[0], model=model, api_key="sk-test", silence_seconds=0.5)
    return list(client.stream(ChatRequest(question="How large?", passages=(PASSAGE,), **fields)))


def text_of(events: list[ChatEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def test_an_answer_streams_with_its_citation_tokens_and_end(server: Server) -> None:
    events = ask(server, "say-3")
    assert text_of(events) == "word0 word1 word2 fifty megabytes [1]. And  more [1]."
    [citation] = [event for event in events if isinstance(event, Citation)]
    assert (citation.marker, citation.passage_id) == (1, PASSAGE.id)
    assert PASSAGE.text[citation.start : citation.end] == "A file may have fifty megabytes."
    assert events[-2:] == [Usage(input=40, cached_read=60, output=15, reasoning=5), Finished("answered")]


def test_a_marker_never_shows_before_its_citation(server: Server) -> None:
    events = ask(server, "say-1")
    citation = next(number for number, event in enumerate(events) if isinstance(event, Citation))
    assert "[" not in text_of(events[:citation])


def test_what_goes_over_the_wire(server: Server) -> None:
    history = (ChatMessage("user", "Hello"), ChatMessage("assistant", "Hello!"))
    ask(server, "say-1", instructions="You are Ada.", history=history, max_output_tokens=77)
    sent = server[1][-1]
    assert (sent["path"], sent["authorization"]) == ("/v1/chat/completions", "Bearer sk-test")
    assert (sent["stream"], sent["stream_options"], sent["max_tokens"]) == (True, {"include_usage": True}, 77)
    system, *rest = sent["messages"]
    assert system["content"].startswith("You are Ada.")
    assert "[1] Uploads > Limits\nFiles are read." in system["content"]
    assert [each["role"] for each in rest] == ["user", "assistant", "user"]
    assert rest[-1]["content"] == "How large?"


def test_no_answer_becomes_a_helpful_sentence(server: Server) -> None:
    events = ask(server, "no-answer")
    assert "NO_ANSWER" not in text_of(events)
    assert text_of(events).startswith("I do not know")
    assert events[-1] == Finished("unknown")


def test_small_talk_and_claims_without_a_source_are_told_apart(server: Server) -> None:
    greeting, claim = ask(server, "greet"), ask(server, "claim")
    assert (text_of(greeting), greeting[-1]) == ("No worries, hello!", Finished("small_talk"))
    assert claim[-1] == Finished("answered")


def test_a_cut_off_answer_says_so(server: Server) -> None:
    assert ask(server, "length")[-1] == Finished("length")


@pytest.mark.parametrize(
    ("model", "error"),
    [
        ("status-500", ModelUnavailable),
        ("status-401", ModelRefusedRequest),
        ("status-429", ModelRateLimited),
        ("stall-0", ModelTimedOut),
        ("stall-2", ModelTimedOut),
        ("cut-2", ModelInterrupted),
        ("garbage", ModelInterrupted),
    ],
)
def test_failures_are_typed(server: Server, model: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        ask(server, model)


def test_a_rate_limit_says_when_to_come_back(server: Server) -> None:
    with pytest.raises(ModelRateLimited) as caught:
        ask(server, "status-429")
    assert caught.value.retry_after_seconds == 7


def test_what_was_streamed_before_a_failure_stands(server: Server) -> None:
    stream = OpenAICompatibleModel(server[0], model="cut-2", silence_seconds=0.5).stream(ChatRequest(question="?"))
    assert [next(stream), next(stream)] == [TextDelta("word0 "), TextDelta("word1 ")]
    with pytest.raises(ModelInterrupted):
        next(stream)


def test_the_whole_answer_has_a_deadline(server: Server) -> None:
    with pytest.raises(ModelTimedOut):
        ask(server, "say-3", timeout_seconds=0.0)


def test_an_unreachable_server_names_the_setting() -> None:
    client = OpenAICompatibleModel("http://127.0.0.1:9", model="any")
    with pytest.raises(ModelUnavailable, match="LLM_URL"):
        list(client.stream(ChatRequest(question="?")))


def test_errors_carry_no_words_of_the_prompt(server: Server) -> None:
    with pytest.raises(ModelRefusedRequest) as caught:
        ask(server, "status-401")
    assert "large" not in caught.value.message
    assert "sk-test" not in caught.value.message


def test_the_address_is_cleaned_and_a_model_is_needed(server: Server) -> None:
    model = openai_model(f"{server[0]}?model=say-1", model="say-1", api_key="")
    assert list(model.stream(ChatRequest(question="?")))[-1] == Finished("answered")
    with pytest.raises(ModelMisconfigured, match="LLM_MODEL"):
        openai_model(server[0], model="", api_key="")
