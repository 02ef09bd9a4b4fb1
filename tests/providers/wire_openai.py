"""OpenAI's chat completions. https://platform.openai.com/docs/api-reference/chat"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.providers.answer import Answer, Counted, as_json, cut_up

NAME = "openai"
_FINISH = {"stop": "stop", "length": "length", "filter": "content_filter", "tools": "tool_calls"}


def told(body: Mapping[str, Any]) -> list[str]:
    return [str(each["content"]) for each in body["messages"] if each["role"] == "tool"]


def complaint(body: Mapping[str, Any]) -> str:
    """What the real server would refuse, or ""."""
    return "" if body.get("messages") else "messages: at least one is needed"


def refusal(status: int, text: str) -> bytes:
    code = "context_length_exceeded" if "context" in text else None
    return as_json({"error": {"message": text, "type": "server_error", "code": code}}).encode()


def beginning(model: str, answer: Answer, body: Mapping[str, Any]) -> Iterator[bytes]:
    yield _chunk(model, {"role": "assistant", "content": ""})


def tokens(model: str, answer: Answer) -> Iterator[bytes]:
    for piece in answer.pieces:
        yield _chunk(model, {"content": piece})
    for index, (name, arguments) in enumerate(answer.tools):
        for number, piece in enumerate(cut_up(arguments)):
            function: dict[str, Any] = {"arguments": piece}
            call: dict[str, Any] = {"index": index, "function": function}
            if number == 0:
                call |= {"id": f"call_{index + 1}", "type": "function"}
                function["name"] = name
            yield _chunk(model, {"tool_calls": [call]})


def ending(model: str, answer: Answer, body: Mapping[str, Any]) -> Iterator[bytes]:
    yield _chunk(model, {}, _FINISH[answer.finish])
    if (body.get("stream_options") or {}).get("include_usage"):
        yield _event({"id": "chatcmpl-1", "model": model, "choices": [], "usage": _usage(answer.counted)})
    yield b"data: [DONE]\n\n"


def trouble() -> bytes:
    return _event({"error": {"message": "The server is overloaded.", "type": "server_error"}})


def whole(model: str, answer: Answer) -> bytes:
    calls = [
        {"id": f"call_{index}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for index, (name, arguments) in enumerate(answer.tools, 1)
    ]
    message: dict[str, Any] = {"role": "assistant", "content": "".join(answer.pieces) or None}
    choice = {"index": 0, "message": message | ({"tool_calls": calls} if calls else {})}
    choice["finish_reason"] = _FINISH[answer.finish]
    head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": model}
    return as_json({**head, "choices": [choice], "usage": _usage(answer.counted)}).encode()


def _chunk(model: str, delta: Mapping[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": model}
    return _event({**head, "choices": [choice]})


def _event(value: object) -> bytes:
    return f"data: {as_json(value)}\n\n".encode()


def _usage(counted: Counted) -> dict[str, Any]:
    """Its input counts what was read from the cache, and its output the reasoning."""
    written = counted.output + counted.reasoning
    details = {"cached_tokens": counted.cache_read, "cache_write_tokens": counted.cache_write + counted.cache_write_1h}
    return {
        "prompt_tokens": counted.prompt,
        "completion_tokens": written,
        "total_tokens": counted.prompt + written,
        "prompt_tokens_details": details,
        "completion_tokens_details": {"reasoning_tokens": counted.reasoning},
    }
