"""Any server that speaks OpenAI's chat completions with streaming: vLLM, Ollama, llama.cpp, hosted services.

A thin client of its own: on the live path a vendor's SDK costs about twice the time per token. It never logs prompts or
answers, and never sends a tenant's id.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import httpx

from agents.llm.citing import CitingText
from agents.llm.errors import (
    ModelInterrupted,
    ModelRateLimited,
    ModelRefusedRequest,
    ModelTimedOut,
    ModelUnavailable,
)
from agents.llm.port import ChatEvent, ChatRequest, Finished, FinishReason, Usage
from agents.llm.prompt import NO_ANSWER, prompt_messages, unknown_text
from agents.llm.tool_calls import ToolCallPieces

CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 20.0  # before the first piece, and between two
MOST_IDLE_SECONDS = 4.0  # servers close idle connections after about five


class OpenAICompatibleModel:
    """See `ChatModel`. `base_url` ends before `/chat/completions`; `api_key` may be empty."""

    def __init__(
        self, base_url: str, *, model: str, api_key: str = "", silence_seconds: float = SILENCE_SECONDS
    ) -> None:
        self._model = model
        self._silence_seconds = silence_seconds
        self._http = httpx.Client(
            base_url=base_url.rstrip("/") + "/",
            headers={"Authorization": f"Bearer {api_key}"} if api_key else {},
            timeout=httpx.Timeout(silence_seconds, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=64, keepalive_expiry=MOST_IDLE_SECONDS),
            transport=httpx.HTTPTransport(retries=1),  # connecting only: nothing has been sent yet
        )

    @property
    def name(self) -> str:
        return self._model

    def stream(self, request: ChatRequest) -> Iterator[ChatEvent]:
        deadline = monotonic() + request.timeout_seconds
        answer = CitingText(request.passages)
        opening = _Opening()
        usage, finish, called = Usage(), "", ToolCallPieces()
        with self._pieces(request) as pieces:
            for piece in pieces:
                if monotonic() > deadline:
                    raise ModelTimedOut(f"The model did not finish within {request.timeout_seconds:.0f} seconds.")
                usage = _usage(piece) or usage
                delta, reason = _choice(piece)
                finish = reason or finish
                called.add(piece)
                yield from answer.add(opening.pass_on(delta))
        if not finish:
            raise ModelInterrupted("The model's answer broke off before its end.")
        if opening.is_no_answer and not called:
            yield from CitingText(()).add(unknown_text(request))
        else:
            yield from answer.add(opening.rest())
            yield from answer.end()
        yield from called.whole()
        yield usage
        yield Finished("tool_calls" if called else _reason(finish, opening, answer, has_tools=bool(request.exchange)))

    @contextmanager
    def _pieces(self, request: ChatRequest) -> Iterator[Iterator[dict[str, Any]]]:
        try:
            with self._http.stream("POST", "chat/completions", json=self._body(request)) as response:
                if response.status_code != httpx.codes.OK:
                    response.read()
                    raise _refusal(response)
                yield _events(response)
        except httpx.TimeoutException as error:
            raise ModelTimedOut(f"The model said nothing for {self._silence_seconds:.0f} seconds.") from error
        except httpx.RemoteProtocolError as error:
            raise ModelInterrupted("The model's answer broke off before its end.") from error
        except httpx.TransportError as error:
            raise ModelUnavailable("The model's server cannot be reached. Check LLM_URL.") from error

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        tools: dict[str, Any] = {"tools": list(request.tools)} if request.tools else {}
        if request.tools and request.tool_choice is not None:
            tools["tool_choice"] = request.tool_choice
        return {
            "model": request.model or self._model,
            "messages": prompt_messages(request),
            "max_tokens": request.max_output_tokens,
            "temperature": 0,
            "stream": True,
            "stream_options": {"include_usage": True},
            **tools,
        }


class _Opening:
    """Holds the first characters back until it is sure that they are not the agreed word for "they do not say"."""

    def __init__(self) -> None:
        self._held = ""
        self._is_open = True

    @property
    def is_no_answer(self) -> bool:
        return self._is_open and self._held.strip().rstrip(".") == NO_ANSWER

    def pass_on(self, text: str) -> str:
        if not self._is_open:
            return text
        self._held += text
        start = self._held.lstrip()
        if NO_ANSWER.startswith(start[: len(NO_ANSWER)]) and len(start) <= len(NO_ANSWER) + 2:
            return ""
        return self.rest()

    def rest(self) -> str:
        self._is_open = False
        held, self._held = self._held, ""
        return held


def _events(response: httpx.Response) -> Iterator[dict[str, Any]]:
    """The JSON of each `data:` line up to `[DONE]`. Raises ModelInterrupted for a line that is no JSON."""
    for line in response.iter_lines():
        name, _, value = line.partition(":")
        if name != "data" or not value.strip():
            continue
        if value.strip() == "[DONE]":
            return
        try:
            piece: dict[str, Any] = json.loads(value)
        except ValueError:
            raise ModelInterrupted("The model's server sent something that is not its protocol.") from None
        if "error" in piece:
            raise ModelInterrupted("The model's server reported an error in the middle of the answer.")
        yield piece


def _choice(piece: dict[str, Any]) -> tuple[str, str]:
    """(text, finish reason); both "" where the piece has none."""
    choices = piece.get("choices") or [{}]
    delta = choices[0].get("delta") or {}
    return delta.get("content") or "", choices[0].get("finish_reason") or ""


def _usage(piece: dict[str, Any]) -> Usage | None:
    """OpenAI counts cached tokens inside the prompt's and reasoning inside the completion's: here they are apart."""
    counts = piece.get("usage")
    if not counts:
        return None
    cached = int((counts.get("prompt_tokens_details") or {}).get("cached_tokens") or 0)
    reasoning = int((counts.get("completion_tokens_details") or {}).get("reasoning_tokens") or 0)
    return Usage(
        input=max(0, int(counts.get("prompt_tokens") or 0) - cached),
        cached_read=cached,
        output=max(0, int(counts.get("completion_tokens") or 0) - reasoning),
        reasoning=reasoning,
    )


def _reason(finish: str, opening: _Opening, answer: CitingText, *, has_tools: bool) -> FinishReason:
    """Without citations it is small talk only while it is short and claims no figure; else grounding judges it. What
    rests on a tool's answer is no small talk."""
    if opening.is_no_answer:
        return "unknown"
    if finish == "length":
        return "length"
    if finish == "content_filter":
        return "refused"
    return "answered" if answer.has_citations or answer.makes_claims or has_tools else "small_talk"


def _refusal(response: httpx.Response) -> Exception:
    status = response.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS:
        wait = response.headers.get("Retry-After", "")
        return ModelRateLimited(
            "The model's server wants fewer calls.", retry_after_seconds=int(wait) if wait.isdigit() else None
        )
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return ModelUnavailable(f"The model's server answered with status {status}.")
    return ModelRefusedRequest(
        f"The model's server refused the call with status {status}. Check LLM_URL, LLM_MODEL and LLM_API_KEY."
    )
