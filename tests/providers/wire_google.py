"""Google's generateContent and streamGenerateContent. https://ai.google.dev/api/generate-content"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.providers.answer import Answer, as_json

NAME = "google"
_FINISH = {"stop": "STOP", "length": "MAX_TOKENS", "filter": "SAFETY", "tools": "STOP"}


def told(body: Mapping[str, Any]) -> list[str]:
    parts = [part for content in body["contents"] for part in content["parts"] if "functionResponse" in part]
    return [str(part["functionResponse"]["response"].get("result")) for part in parts]


def complaint(body: Mapping[str, Any]) -> str:
    """What the real server would refuse, or "": the first call of a message without the signature that it came with."""
    if not body.get("contents"):
        return "contents is not specified"
    calls = [[part for part in each["parts"] if "functionCall" in part] for each in body["contents"]]
    unsigned = any(each and each[0].get("thoughtSignature") not in _given(each[0]) for each in calls)
    return "Function call is missing a thought_signature" if unsigned else ""


def signature_of(name: str, arguments: Mapping[str, Any]) -> str:
    """Of the thoughts behind a call: nobody else can make it up."""
    return hashlib.sha256(as_json([name, arguments]).encode()).hexdigest()


def _given(part: Mapping[str, Any]) -> set[str]:
    call = part["functionCall"]
    return {signature_of(call["name"], call.get("args") or {}), "context_engineering_is_the_way_to_go"}


def _calls(answer: Answer) -> list[dict[str, Any]]:
    """Of several at once only the first is signed."""
    calls: list[dict[str, Any]] = [
        {"functionCall": {"name": name, "args": json.loads(arguments)}} for name, arguments in answer.tools
    ]
    for each in calls[:1]:
        each["thoughtSignature"] = signature_of(each["functionCall"]["name"], each["functionCall"]["args"])
    return calls


def refusal(status: int, text: str) -> bytes:
    kinds = {429: "RESOURCE_EXHAUSTED", 400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 503: "UNAVAILABLE"}
    return as_json({"error": {"code": status, "message": text, "status": kinds.get(status, "INTERNAL")}}).encode()


def beginning(model: str, answer: Answer, body: Mapping[str, Any]) -> Iterator[bytes]:
    yield from ()


def tokens(model: str, answer: Answer) -> Iterator[bytes]:
    for written, piece in enumerate(answer.pieces, 1):
        yield _event(model, answer, [{"text": piece}], written=written)
    for call in _calls(answer):
        yield _event(model, answer, [call], written=answer.counted.output)


def ending(model: str, answer: Answer, body: Mapping[str, Any]) -> Iterator[bytes]:
    yield _event(model, answer, [{"text": ""}], written=answer.counted.output, finish=_FINISH[answer.finish])


def trouble() -> bytes:
    return (
        f"data: {as_json({'error': {'code': 503, 'message': 'Overloaded', 'status': 'UNAVAILABLE'}})}\r\n\r\n".encode()
    )


def whole(model: str, answer: Answer) -> bytes:
    text = [{"text": "".join(answer.pieces)}] if answer.pieces else []
    value = _value(
        model, answer, [*text, *_calls(answer)], written=answer.counted.output, finish=_FINISH[answer.finish]
    )
    return as_json(value).encode()


def _value(model: str, answer: Answer, parts: list[Any], *, written: int, finish: str = "") -> dict[str, Any]:
    """Its prompt counts what was read from the cache; its thoughts are beside what it wrote."""
    counted = answer.counted
    candidate: dict[str, Any] = {"index": 0, "content": {"role": "model", "parts": parts}}
    usage = {
        "promptTokenCount": counted.prompt,
        "cachedContentTokenCount": counted.cache_read,
        "candidatesTokenCount": written,
        "thoughtsTokenCount": counted.reasoning,
        "totalTokenCount": counted.prompt + written + counted.reasoning,
    }
    ended = {"finishReason": finish} if finish else {}
    return {"candidates": [candidate | ended], "usageMetadata": usage, "modelVersion": model, "responseId": "r1"}


def _event(model: str, answer: Answer, parts: list[Any], *, written: int, finish: str = "") -> bytes:
    return f"data: {as_json(_value(model, answer, parts, written=written, finish=finish))}\r\n\r\n".encode()
