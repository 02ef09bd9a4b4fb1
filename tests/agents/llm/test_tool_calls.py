"""Tools of the caller: told to the model, called in pieces, and what came back is told as well."""

from collections.abc import Iterator
from typing import Any

import pytest

from agents.llm.extractive.model import ExtractiveModel
from agents.llm.openai_compatible import OpenAICompatibleModel
from agents.llm.port import ChatRequest, Finished, ToolCall, Usage
from agents.llm.tool_calls import LONGEST_ARGUMENTS, ToolCallPieces
from tests.agents.llm.scripted_server import scripted_server

Server = tuple[str, list[dict[str, Any]]]
TOOL = {"type": "function", "function": {"name": "get_order", "parameters": {"type": "object"}}}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with scripted_server() as running:
        yield running


def test_a_call_is_put_together_and_ends_the_answer(server: Server) -> None:
    model = OpenAICompatibleModel(server[0], model="tool-get_order")
    events = list(model.stream(ChatRequest("Where is A-7?", tools=(TOOL,), tool_choice="required")))
    assert events[-3:] == [
        ToolCall("call_1", "get_order", '{"order": "A-7"}'),
        Usage(input=40, cached_read=60, output=15, reasoning=5),
        Finished("tool_calls"),
    ]
    sent = server[1][-1]
    assert (sent["tools"], sent["tool_choice"]) == ([TOOL], "required")


def test_what_came_back_is_told_and_answered(server: Server) -> None:
    exchange = (
        {"role": "assistant", "content": None, "tool_calls": [ToolCall("call_1", "get_order", "{}").to_json()]},
        {"role": "tool", "tool_call_id": "call_1", "content": "it leaves today"},
    )
    model = OpenAICompatibleModel(server[0], model="tool-get_order")
    events = list(model.stream(ChatRequest("Where is A-7?", tools=(TOOL,), exchange=exchange)))
    assert events[-1] == Finished("answered")
    assert [each["role"] for each in server[1][-1]["messages"]] == ["system", "user", "assistant", "tool"]


def test_without_tools_nothing_is_said_of_them(server: Server) -> None:
    list(OpenAICompatibleModel(server[0], model="greet").stream(ChatRequest("Hello", tool_choice="auto")))
    assert not {"tools", "tool_choice"} & set(server[1][-1])


def test_the_built_in_model_takes_tools_and_calls_none() -> None:
    events = list(ExtractiveModel().stream(ChatRequest("Hello", tools=(TOOL,), tool_choice="required")))
    assert not any(isinstance(each, ToolCall) for each in events)
    assert events[-1] == Finished("small_talk")


def test_pieces_are_bounded() -> None:
    pieces = ToolCallPieces()
    for index in range(100):
        call = {"index": index, "id": f"c{index}", "function": {"name": "f", "arguments": "x" * LONGEST_ARGUMENTS * 2}}
        pieces.add({"choices": [{"delta": {"tool_calls": [call]}}]})
    calls = list(pieces.whole())
    assert len(calls) == 32
    assert all(len(each.arguments) == LONGEST_ARGUMENTS for each in calls)
