"""A chat completion request as the turn understands it: a question, what came before it, and what the caller offers.

Parameters that only colour the sampling (temperature, seed, …) are taken and not used. What would change what is asked
for and cannot be had is refused by its name.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.llm.port import ChatMessage, ToolCall, signature_in
from agents.runtime.asked import Asked
from rapport.errors import InvalidRequest

MOST_HISTORY = 40  # messages; older ones are left out
HISTORY_CHARACTERS = 16_000
LONGEST_INSTRUCTIONS = 8_000
MOST_TOOLS = 64
LONGEST_JSON = 64_000  # tools, and what they gave back

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """`agent`: its id or its name. `asked.history` is what the messages hold before the question."""

    agent: str
    question: str
    asked: Asked
    is_streamed: bool
    wants_usage: bool
    contact: str
    conversation: str


def read_completion(body: object, *, contact: str = "", conversation: str = "") -> CompletionRequest:
    """`contact` and `conversation` are those of headers, which go before the body's. Raises InvalidRequest."""
    if not isinstance(body, Mapping):
        raise InvalidRequest("The body is a JSON object.")
    _refuse_impossible(body)
    messages = _messages(body.get("messages"))
    last = _last_question(messages)
    metadata = _object(body, "metadata")
    options = _object(body, "stream_options")
    return CompletionRequest(
        agent=_text(body.get("model"), "model"),
        question=_content(messages[last], f"messages.{last}.content"),
        asked=_asked(body, messages, last),
        is_streamed=body.get("stream") is True,
        wants_usage=options.get("include_usage") is True,
        contact=contact or _optional(body, "user") or _optional(metadata, "contact"),
        conversation=conversation or _optional(metadata, "conversation"),
    )


def _asked(body: Body, messages: Sequence[Body], last: int) -> Asked:
    instructions = "\n".join(
        _content(each, "messages") for each in messages if each.get("role") in ("system", "developer")
    )
    if len(instructions) > LONGEST_INSTRUCTIONS:
        raise InvalidRequest(
            f"System messages have at most {LONGEST_INSTRUCTIONS} characters together.", param="messages"
        )
    return Asked(
        history=_history(messages[:last]),
        instructions=instructions,
        tools=_tools(body),
        tool_choice=_tool_choice(body),
        exchange=_exchange(messages[last + 1 :]),
        max_output_tokens=_most_tokens(body),
    )


def _refuse_impossible(body: Body) -> None:
    if body.get("n") not in (None, 1):
        raise InvalidRequest("One answer is given: n is 1.", param="n")
    if body.get("logprobs"):
        raise InvalidRequest("Log probabilities are not given.", param="logprobs")
    if _object(body, "response_format").get("type", "text") != "text":
        raise InvalidRequest("Answers are text with citations: response_format is text.", param="response_format")
    if body.get("functions") or body.get("function_call"):
        raise InvalidRequest("functions were replaced by tools: offer them there.", param="functions")


def _messages(value: object) -> list[Body]:
    if not isinstance(value, list) or not value or not all(isinstance(each, Mapping) for each in value):
        raise InvalidRequest('messages is a list: [{"role": "user", "content": "…"}].', param="messages")
    roles = {"system", "developer", "user", "assistant", "tool"}
    for number, each in enumerate(value):
        if each.get("role") not in roles:
            raise InvalidRequest(f"role is one of {', '.join(sorted(roles))}.", param=f"messages.{number}.role")
    return value


def _last_question(messages: Sequence[Body]) -> int:
    asked = [number for number, each in enumerate(messages) if each["role"] == "user"]
    if not asked:
        raise InvalidRequest("Among the messages is no question: the last one is the user's.", param="messages")
    if messages[-1]["role"] == "assistant":
        raise InvalidRequest("The last message is the user's, or what a tool gave back.", param="messages")
    return asked[-1]


def _history(messages: Sequence[Body]) -> tuple[ChatMessage, ...]:
    """The newest words said before, within bounds; tools called before the question are left out."""
    said: list[ChatMessage] = []
    left = HISTORY_CHARACTERS
    for each in reversed(messages):
        if each["role"] not in ("user", "assistant"):
            continue
        text = _content(each, "messages") if each.get("content") is not None else ""
        left -= len(text)
        if left < 0 or len(said) == MOST_HISTORY:
            break
        if text:
            said.append(ChatMessage("user" if each["role"] == "user" else "assistant", text))
    return tuple(reversed(said))


def _exchange(messages: Sequence[Body]) -> tuple[dict[str, Any], ...]:
    """Tools called since the question and what came of it, without what else a caller wrote there."""
    kept = [_called(each) if each["role"] == "assistant" else _given_back(each) for each in _no_system(messages)]
    if len(json.dumps(kept)) > LONGEST_JSON:
        raise InvalidRequest(f"Tool results have at most {LONGEST_JSON} characters together.", param="messages")
    return tuple(kept)


def _no_system(messages: Sequence[Body]) -> list[Body]:
    return [each for each in messages if each["role"] not in ("system", "developer")]


def _called(message: Body) -> dict[str, Any]:
    calls = message.get("tool_calls")
    if not isinstance(calls, list) or not calls:
        raise InvalidRequest("An assistant's message after the question has tool_calls.", param="messages")
    kept = []
    for each in calls:
        function = each.get("function") if isinstance(each, Mapping) else None
        if not isinstance(function, Mapping):
            raise InvalidRequest("A tool call has id and function.", param="messages")
        named = {name: _text(function.get(name), "messages") for name in ("name", "arguments")}
        call = ToolCall(_text(each.get("id"), "messages"), named["name"], named["arguments"], signature_in(each))
        kept.append(call.to_json())
    return {"role": "assistant", "content": message.get("content") or None, "tool_calls": kept}


def _given_back(message: Body) -> dict[str, Any]:
    text = _content(message, "messages")
    return {"role": "tool", "tool_call_id": _text(message.get("tool_call_id"), "messages"), "content": text}


def _tools(body: Body) -> tuple[dict[str, Any], ...]:
    tools = body.get("tools") or []
    if not isinstance(tools, list) or len(tools) > MOST_TOOLS or len(json.dumps(tools)) > LONGEST_JSON:
        raise InvalidRequest(f"tools is a list of at most {MOST_TOOLS}, {LONGEST_JSON} characters long.", param="tools")
    for number, each in enumerate(tools):
        function = each.get("function") if isinstance(each, Mapping) else None
        if not isinstance(function, Mapping) or each.get("type") != "function":
            raise InvalidRequest('A tool is {"type": "function", "function": {…}}.', param=f"tools.{number}")
        _text(function.get("name"), f"tools.{number}.function.name")
    return tuple(tools)


def _tool_choice(body: Body) -> str | Mapping[str, Any] | None:
    choice = body.get("tool_choice")
    if choice is not None and not isinstance(choice, str | Mapping):
        raise InvalidRequest("tool_choice is a word or names a function.", param="tool_choice")
    return choice


def _most_tokens(body: Body) -> int | None:
    value = body.get("max_completion_tokens") or body.get("max_tokens")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidRequest("max_completion_tokens is a whole number from 1 up.", param="max_completion_tokens")
    return value


def _content(message: Body, param: str) -> str:
    """Text, or parts that are all text."""
    content = message.get("content")
    if isinstance(content, list):
        parts = [
            each.get("text") if isinstance(each, Mapping) and each.get("type") == "text" else None for each in content
        ]
        if not all(isinstance(part, str) for part in parts):
            raise InvalidRequest("Only text can be read: no images, sound or files in messages.", param=param)
        content = "\n".join(str(part) for part in parts)
    return _text(content, param)


def _text(value: object, param: str) -> str:
    if not isinstance(value, str) or any("\ud800" <= each <= "\udfff" for each in value):
        raise InvalidRequest(f"{param.rpartition('.')[2]} is a text.", param=param)
    return value.replace("\x00", "")


def _optional(body: Body, name: str) -> str:
    value = body.get(name)
    return "" if value is None else _text(value, name)


def _object(body: Body, name: str) -> Body:
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidRequest(f"{name} is an object.", param=name)
    return value
