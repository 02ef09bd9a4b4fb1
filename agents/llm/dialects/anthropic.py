"""Anthropic's messages. https://docs.anthropic.com/en/api/messages-streaming

The last message is never the assistant's: current models refuse a prefilled answer.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from agents.llm.dialects.port import Call, Ending, Said, ToolPiece, Traits
from agents.llm.port import ChatRequest, Json, Usage
from agents.llm.prompt import Prompt, prompt_of

VERSION = "2023-06-01"
_COMPACTION_BETA = "compact-2026-01-12"
_COMPACTION = {"edits": [{"type": "compact_20260112"}]}
_ENDINGS: dict[str, Ending] = {"max_tokens": "length", "refusal": "refused"}


class AnthropicDialect:
    """See Dialect."""

    provider = "anthropic"

    def call(self, request: ChatRequest, *, model: str, api_key: str, traits: Traits) -> Call:
        prompt = prompt_of(request)
        body: dict[str, Any] = {
            "model": model,
            "max_tokens": request.max_output_tokens,
            "messages": _merged(prompt.messages),
            "stream": True,
            **_system(prompt, caches=request.caches_prompt and traits.has_prompt_caching),
            **_tools(request),
        }
        headers = {"x-api-key": api_key, "anthropic-version": VERSION}
        if traits.takes_temperature:
            body["temperature"] = 0
        if request.effort and traits.has_effort:
            body["output_config"] = {"effort": request.effort}
        if request.compacts and traits.has_compaction:
            body["context_management"] = _COMPACTION
            headers["anthropic-beta"] = _COMPACTION_BETA
        return Call("v1/messages", headers, body)

    def reader(self) -> "AnthropicReader":
        return AnthropicReader()

    def trouble(self, event: Json) -> str | None:
        if event.get("type") != "error":
            return None
        return "overloaded" if (event.get("error") or {}).get("type") == "overloaded_error" else "failed"


def _system(prompt: Prompt, *, caches: bool) -> dict[str, Any]:
    """The stable part ends where the provider may keep it: what comes before (tools, too) is kept with it."""
    blocks: list[dict[str, Any]] = [{"type": "text", "text": text} for text in (prompt.stable, prompt.passages) if text]
    if blocks and prompt.stable and caches:
        blocks[0]["cache_control"] = {"type": "ephemeral"}
    return {"system": blocks} if blocks else {}


def _tools(request: ChatRequest) -> dict[str, Any]:
    if not request.tools:
        return {}
    functions = [each["function"] for each in request.tools]
    nothing = {"type": "object", "properties": {}}
    tools = [
        {
            "name": each["name"],
            "description": each.get("description") or "",
            "input_schema": each.get("parameters") or nothing,
        }
        for each in functions
    ]
    return {"tools": tools, **_choice(request.tool_choice)}


def _choice(choice: Json | str | None) -> dict[str, Any]:
    if isinstance(choice, str):
        named = {"required": {"type": "any"}, "none": {"type": "none"}}.get(choice, {"type": "auto"})
        return {"tool_choice": named}
    return {} if choice is None else {"tool_choice": {"type": "tool", "name": choice["function"]["name"]}}


def _merged(messages: Sequence[Json]) -> list[dict[str, Any]]:
    """Roles take turns: what stands side by side of one role becomes one message."""
    merged: list[dict[str, Any]] = []
    for each in messages:
        role, blocks = ("user" if each["role"] in {"user", "tool"} else "assistant"), _blocks(each)
        if merged and merged[-1]["role"] == role:
            merged[-1]["content"] += blocks
        elif blocks:
            merged.append({"role": role, "content": blocks})
    return merged


def _blocks(message: Json) -> list[dict[str, Any]]:
    if message["role"] == "tool":
        result = {"type": "tool_result", "tool_use_id": message["tool_call_id"], "content": str(message["content"])}
        return [result]
    blocks: list[dict[str, Any]] = [{"type": "text", "text": message["content"]}] if message.get("content") else []
    for call in message.get("tool_calls") or ():
        function = call["function"]
        given = json.loads(function["arguments"] or "{}")
        blocks.append({"type": "tool_use", "id": call["id"], "name": function["name"], "input": given})
    return blocks


class AnthropicReader:
    """See Reader. Input is told at the beginning, output at the end."""

    def __init__(self) -> None:
        self.usage: Usage | None = None
        self.ending: Ending = ""
        self._tools = 0

    def read(self, event: Json) -> Iterator[Said | ToolPiece]:
        match event.get("type"):
            case "message_start":
                self.usage = replace(anthropic_usage(event["message"].get("usage") or {}), output=0)
            case "content_block_start" if (block := event["content_block"]).get("type") == "tool_use":
                self._tools += 1
                yield ToolPiece(self._tools - 1, block.get("id") or "", block.get("name") or "", "")
            case "content_block_delta":
                yield from self._delta(event["delta"])
            case "message_delta":
                self._end(event)

    def _delta(self, delta: Json) -> Iterator[Said | ToolPiece]:
        if delta.get("type") == "text_delta" and delta.get("text"):
            yield Said(delta["text"])
        elif delta.get("type") == "input_json_delta":
            yield ToolPiece(self._tools - 1, "", "", delta.get("partial_json") or "")

    def _end(self, event: Json) -> None:
        if reason := event["delta"].get("stop_reason"):
            self.ending = _ENDINGS.get(reason, "stop")
        written = (event.get("usage") or {}).get("output_tokens")
        if written is not None:
            self.usage = replace(self.usage or Usage(), output=int(written))


def anthropic_usage(counts: Json) -> Usage:
    """Its classes are apart already; what is written to the cache is told by how long it is kept."""
    kept = counts.get("cache_creation") or {}
    hour = int(kept.get("ephemeral_1h_input_tokens") or 0)
    return Usage(
        input=int(counts.get("input_tokens") or 0),
        cached_read=int(counts.get("cache_read_input_tokens") or 0),
        cache_write=max(0, int(counts.get("cache_creation_input_tokens") or 0) - hour),
        cache_write_1h=hour,
        output=int(counts.get("output_tokens") or 0),
    )
