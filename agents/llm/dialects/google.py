"""Google's streamGenerateContent (Gemini). https://ai.google.dev/api/generate-content"""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from agents.llm.dialects.port import Call, Ending, Said, ToolPiece, Traits
from agents.llm.port import ChatRequest, Json, Usage, signature_in
from agents.llm.prompt import prompt_of

# What Google wants in the place of a signature where another model made the call.
# https://ai.google.dev/gemini-api/docs/thought-signatures
UNSIGNED = "context_engineering_is_the_way_to_go"
_REFUSED = {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"}


class GoogleDialect:
    """See Dialect."""

    provider = "gcp.gemini"

    def call(self, request: ChatRequest, *, model: str, api_key: str, traits: Traits) -> Call:
        prompt = prompt_of(request)
        config: dict[str, Any] = {"maxOutputTokens": request.max_output_tokens}
        if traits.takes_temperature:
            config["temperature"] = 0
        if request.effort and traits.has_effort:
            config["thinkingConfig"] = {"thinkingLevel": request.effort.upper()}
        body: dict[str, Any] = {
            "contents": _contents(prompt.messages, signs=traits.has_effort),
            "generationConfig": config,
            **_tools(request),
        }
        if prompt.system:
            body["systemInstruction"] = {"parts": [{"text": prompt.system}]}
        path = f"v1beta/models/{quote(model, safe='')}:streamGenerateContent?alt=sse"
        return Call(path, {"x-goog-api-key": api_key}, body)

    def reader(self) -> "GoogleReader":
        return GoogleReader()

    def trouble(self, event: Json) -> str | None:
        if "error" not in event:
            return None
        return "overloaded" if event["error"].get("code") in {429, 503} else "failed"


def _tools(request: ChatRequest) -> dict[str, Any]:
    if not request.tools:
        return {}
    wanted = ("name", "description", "parameters")
    functions = [
        {name: each["function"][name] for name in wanted if each["function"].get(name)} for each in request.tools
    ]
    return {"tools": [{"functionDeclarations": functions}], **_choice(request.tool_choice)}


def _choice(choice: Json | str | None) -> dict[str, Any]:
    if choice is None:
        return {}
    if isinstance(choice, str):
        config: dict[str, Any] = {"mode": {"required": "ANY", "none": "NONE"}.get(choice, "AUTO")}
    else:
        config = {"mode": "ANY", "allowedFunctionNames": [choice["function"]["name"]]}
    return {"toolConfig": {"functionCallingConfig": config}}


def _contents(messages: Sequence[Json], *, signs: bool) -> list[dict[str, Any]]:
    """A tool's answer is told by the tool's name, which stands in the call that it answers. `signs`: the model refuses
    calls without the signature that it gave the first of them."""
    called: dict[str, str] = {}
    contents: list[dict[str, Any]] = []
    for each in messages:
        for call in each.get("tool_calls") or ():
            called[call["id"]] = call["function"]["name"]
        role, parts = ("model" if each["role"] == "assistant" else "user"), _parts(each, called, signs=signs)
        if contents and contents[-1]["role"] == role:
            contents[-1]["parts"] += parts
        elif parts:
            contents.append({"role": role, "parts": parts})
    return contents


def _parts(message: Json, called: dict[str, str], *, signs: bool) -> list[dict[str, Any]]:
    if message["role"] == "tool":
        name = called.get(message["tool_call_id"], "tool")
        return [{"functionResponse": {"name": name, "response": {"result": str(message["content"])}}}]
    parts: list[dict[str, Any]] = [{"text": message["content"]}] if message.get("content") else []
    for place, call in enumerate(message.get("tool_calls") or ()):
        function = call["function"]
        signature = signature_in(call) or (UNSIGNED if signs and place == 0 else "")
        part = {"functionCall": {"name": function["name"], "args": json.loads(function["arguments"] or "{}")}}
        parts.append(part | {"thoughtSignature": signature} if signature else part)
    return parts


class GoogleReader:
    """See Reader. Each event says what was used until then."""

    def __init__(self) -> None:
        self.usage: Usage | None = None
        self.ending: Ending = ""
        self._tools = 0

    def read(self, event: Json) -> Iterator[Said | ToolPiece]:
        if event.get("usageMetadata"):
            self.usage = google_usage(event["usageMetadata"])
        if (event.get("promptFeedback") or {}).get("blockReason"):
            self.ending = "refused"
        for candidate in (event.get("candidates") or ())[:1]:
            for part in (candidate.get("content") or {}).get("parts") or ():
                yield from self._part(part)
            if reason := candidate.get("finishReason"):
                self.ending = "length" if reason == "MAX_TOKENS" else "refused" if reason in _REFUSED else "stop"

    def _part(self, part: Json) -> Iterator[Said | ToolPiece]:
        if part.get("text") and not part.get("thought"):
            yield Said(part["text"])
        elif call := part.get("functionCall"):
            self._tools += 1
            given = json.dumps(call.get("args") or {})
            yield ToolPiece(
                self._tools - 1,
                call.get("id") or f"call_{self._tools}",
                call["name"],
                given,
                str(part.get("thoughtSignature") or ""),
            )


def google_usage(counts: Json) -> Usage:
    """It counts what was read from the cache inside the prompt's; thoughts are apart from what was written."""
    cached = int(counts.get("cachedContentTokenCount") or 0)
    heard = sum(
        int(each.get("tokenCount") or 0)
        for each in counts.get("promptTokensDetails") or ()
        if each.get("modality") == "AUDIO"
    )
    return Usage(
        input=max(0, int(counts.get("promptTokenCount") or 0) - cached - heard),
        cached_read=cached,
        output=int(counts.get("candidatesTokenCount") or 0),
        reasoning=int(counts.get("thoughtsTokenCount") or 0),
        audio_input=heard,
    )
