"""OpenAI's chat completions, which vLLM, Ollama, llama.cpp and most hosted services speak too.

https://platform.openai.com/docs/api-reference/chat
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from agents.llm.dialects.port import Call, Ending, Said, ToolPiece, Traits
from agents.llm.port import ChatRequest, Json, Usage
from agents.llm.prompt import Prompt, prompt_of

_ENDINGS: dict[str, Ending] = {"length": "length", "content_filter": "refused"}


class OpenAIDialect:
    """See Dialect. `is_strict`: OpenAI's own service, which has names for more than compatible servers know."""

    def __init__(self, *, is_strict: bool = False) -> None:
        self.provider = "openai" if is_strict else "openai_compatible"
        self._is_strict = is_strict

    def call(self, request: ChatRequest, *, model: str, api_key: str, traits: Traits) -> Call:
        prompt = prompt_of(request)
        system = [{"role": "system", "content": prompt.system}] if prompt.system else []
        limit = "max_completion_tokens" if traits.counts_reasoning else "max_tokens"
        body: dict[str, Any] = {
            "model": model,
            "messages": [*system, *(_message(each) for each in prompt.messages)],
            limit: request.max_output_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
            **_tools(request),
        }
        if traits.takes_temperature:
            body["temperature"] = 0
        if request.effort and traits.has_effort:
            body["reasoning_effort"] = request.effort
        if request.caches_prompt and traits.has_prompt_caching and self._is_strict:
            body["prompt_cache_key"] = _cache_key(prompt)
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        return Call("chat/completions", headers, body)

    def reader(self) -> "OpenAIReader":
        return OpenAIReader()

    def trouble(self, event: Json) -> str | None:
        return "failed" if "error" in event else None


def _message(message: Json) -> Json:
    """Without what another provider wants back with its calls."""
    calls = message.get("tool_calls")
    if not calls:
        return message
    return {**message, "tool_calls": [{name: call[name] for name in call if name != "extra_content"} for call in calls]}


def _tools(request: ChatRequest) -> dict[str, Any]:
    if not request.tools:
        return {}
    chosen = {} if request.tool_choice is None else {"tool_choice": request.tool_choice}
    return {"tools": list(request.tools), **chosen}


def _cache_key(prompt: Prompt) -> str:
    """Requests with the same beginning go to the same machine. Says nothing of whose it is."""
    return hashlib.sha256(prompt.stable.encode()).hexdigest()[:32]


class OpenAIReader:
    """See Reader."""

    def __init__(self) -> None:
        self.usage: Usage | None = None
        self.ending: Ending = ""

    def read(self, event: Json) -> Iterator[Said | ToolPiece]:
        if event.get("usage"):
            self.usage = openai_usage(event["usage"])
        for choice in (event.get("choices") or ())[:1]:
            delta = choice.get("delta") or {}
            if delta.get("content"):
                yield Said(delta["content"])
            for each in delta.get("tool_calls") or ():
                function = each.get("function") or {}
                arguments = function.get("arguments") or ""
                yield ToolPiece(
                    int(each.get("index") or 0), each.get("id") or "", function.get("name") or "", arguments
                )
            if choice.get("finish_reason"):
                self.ending = _ENDINGS.get(choice["finish_reason"], "stop")


def openai_usage(counts: Json) -> Usage:
    """It counts tokens of the cache and of sound inside the prompt's, and reasoning inside the completion's: here they
    are apart."""
    read = counts.get("prompt_tokens_details") or {}
    written = counts.get("completion_tokens_details") or {}
    cached, kept = int(read.get("cached_tokens") or 0), int(read.get("cache_write_tokens") or 0)
    heard, spoken = int(read.get("audio_tokens") or 0), int(written.get("audio_tokens") or 0)
    reasoning = int(written.get("reasoning_tokens") or 0)
    return Usage(
        input=max(0, int(counts.get("prompt_tokens") or 0) - cached - kept - heard),
        cached_read=cached,
        cache_write=kept,
        output=max(0, int(counts.get("completion_tokens") or 0) - reasoning - spoken),
        reasoning=reasoning,
        audio_input=heard,
        audio_output=spoken,
    )
