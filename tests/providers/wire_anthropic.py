"""Anthropic's messages. https://docs.anthropic.com/en/api/messages-streaming"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.providers.answer import Answer, Counted, as_json, cut_up

NAME = "anthropic"
_FINISH = {"stop": "end_turn", "length": "max_tokens", "filter": "refusal", "tools": "tool_use"}


def told(body: Mapping[str, Any]) -> list[str]:
    blocks = [each for message in body["messages"] for each in message["content"] if isinstance(each, dict)]
    return [str(each["content"]) for each in blocks if each.get("type") == "tool_result"]


def complaint(body: Mapping[str, Any]) -> str:
    """What the real server would refuse, or ""."""
    messages = body.get("messages") or []
    if not body.get("max_tokens"):
        return "max_tokens: field required"
    if not messages or messages[0]["role"] != "user":
        return "messages: the first is the user's"
    if messages[-1]["role"] == "assistant":
        return "This model does not support assistant message prefill."
    return ""


def refusal(status: int, text: str) -> bytes:
    kinds = {
        429: "rate_limit_error",
        529: "overloaded_error",
        401: "authentication_error",
        400: "invalid_request_error",
    }
    return as_json({"type": "error", "error": {"type": kinds.get(status, "api_error"), "message": text}}).encode()


def beginning(model: str, answer: Answer, body: Mapping[str, Any]) -> Iterator[bytes]:
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": []}
    usage = _usage(answer.counted, output=1)
    yield _event("message_start", {"message": {**message, "stop_reason": None, "stop_sequence": None, "usage": usage}})


def tokens(model: str, answer: Answer) -> Iterator[bytes]:
    index = 0
    if answer.pieces:
        start = _event("content_block_start", {"index": index, "content_block": {"type": "text", "text": ""}})
        for piece in answer.pieces:
            yield start + _delta(index, {"type": "text_delta", "text": piece})
            start = b""
        index += 1
    for number, (name, arguments) in enumerate(answer.tools, 1):
        block = {"type": "tool_use", "id": f"toolu_{number}", "name": name, "input": {}}
        start = _event("content_block_start", {"index": index, "content_block": block})
        for piece in cut_up(arguments):
            yield start + _delta(index, {"type": "input_json_delta", "partial_json": piece})
            start = b""
        index += 1


def ending(model: str, answer: Answer, body: Mapping[str, Any]) -> Iterator[bytes]:
    if answer.pieces:
        yield _event("content_block_stop", {"index": 0})
    usage = {"output_tokens": answer.counted.output + answer.counted.reasoning}
    delta = {"stop_reason": _FINISH[answer.finish], "stop_sequence": None}
    yield _event("message_delta", {"delta": delta, "usage": usage})
    yield _event("message_stop", {})


def trouble() -> bytes:
    return _event("error", {"error": {"type": "overloaded_error", "message": "Overloaded"}})


def whole(model: str, answer: Answer) -> bytes:
    import json

    text = [{"type": "text", "text": "".join(answer.pieces)}] if answer.pieces else []
    tools = [
        {"type": "tool_use", "id": f"toolu_{number}", "name": name, "input": json.loads(arguments)}
        for number, (name, arguments) in enumerate(answer.tools, 1)
    ]
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": [*text, *tools]}
    end = {"stop_reason": _FINISH[answer.finish], "stop_sequence": None}
    written = answer.counted.output + answer.counted.reasoning
    return as_json({**message, **end, "usage": _usage(answer.counted, output=written)}).encode()


def _delta(index: int, delta: Mapping[str, Any]) -> bytes:
    return _event("content_block_delta", {"index": index, "delta": delta})


def _event(name: str, value: Mapping[str, Any]) -> bytes:
    return f"event: {name}\ndata: {as_json({'type': name, **value})}\n\n".encode()


def _usage(counted: Counted, *, output: int) -> dict[str, Any]:
    """Its input counts neither what was read from the cache nor what was written to it."""
    return {
        "input_tokens": counted.input,
        "cache_read_input_tokens": counted.cache_read,
        "cache_creation_input_tokens": counted.cache_write + counted.cache_write_1h,
        "cache_creation": {
            "ephemeral_5m_input_tokens": counted.cache_write,
            "ephemeral_1h_input_tokens": counted.cache_write_1h,
        },
        "output_tokens": output,
    }
