"""Tool calls that come in pieces are put together, within bounds; the built-in model has no tools."""

from agents.llm.dialects.port import ToolPiece
from agents.llm.extractive.model import ExtractiveModel
from agents.llm.port import ChatRequest, Finished, ToolCall
from agents.llm.tool_calls import LONGEST_ARGUMENTS, ToolCallPieces

TOOL = {"type": "function", "function": {"name": "get_order", "parameters": {"type": "object"}}}


def test_the_built_in_model_takes_tools_and_calls_none() -> None:
    events = list(ExtractiveModel().stream(ChatRequest("Hello", tools=(TOOL,), tool_choice="required")))
    assert not any(isinstance(each, ToolCall) for each in events)
    assert events[-1] == Finished("small_talk")


def test_pieces_are_bounded() -> None:
    pieces = ToolCallPieces()
    for index in range(100):
        pieces.add(ToolPiece(index, f"c{index}", "f", "x" * LONGEST_ARGUMENTS * 2))
    calls = list(pieces.whole())
    assert len(calls) == 32
    assert all(len(each.arguments) == LONGEST_ARGUMENTS for each in calls)
