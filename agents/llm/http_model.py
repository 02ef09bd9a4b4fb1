"""A chat model behind HTTP: one thin client for every provider's dialect.

A client of its own: on the live path a vendor's SDK costs more time per token (docs/decisions/0021). It never logs
prompts or answers, and never sends a tenant's id.
"""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpx

from agents.llm.citing import CitingText
from agents.llm.dialects.port import Dialect, Ending, Reader, Said, ToolPiece, Traits
from agents.llm.errors import (
    ModelInputTooLong,
    ModelInterrupted,
    ModelRateLimited,
    ModelRefusedRequest,
    ModelTimedOut,
    ModelUnavailable,
)
from agents.llm.opening import Opening
from agents.llm.port import ChatEvent, ChatRequest, Finished, FinishReason, Usage
from agents.llm.prompt import prompt_of, unknown_text
from agents.llm.seam import Seam
from agents.llm.sizes import estimate_tokens
from agents.llm.tool_calls import ToolCallPieces
from rapport.outbound.addresses import AllowList
from rapport.outbound.deadline import exchange_before
from rapport.outbound.errors import AddressRefused, HostUnreachable
from rapport.outbound.transport import safe_transport

ANYWHERE = AllowList.parse(("0.0.0.0/0", "::/0"))  # for addresses that the operator has set
MOST_CONNECTIONS = 256


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: to connect, until the first piece of the answer, and between two pieces."""

    connect: float = 5.0
    first: float = 30.0
    silence: float = 20.0


class HttpModel:
    """See `ChatModel`. `allowed`: private places that may be called; None is what the operator's setting names."""

    def __init__(
        self,
        dialect: Dialect,
        base_url: str,
        *,
        model: str,
        api_key: str = "",
        traits: Traits | None = None,
        patience: Patience | None = None,
        allowed: AllowList | None = None,
    ) -> None:
        self._dialect, self._model, self._key = dialect, model, api_key
        self._traits, self._patience = traits or Traits(), patience or Patience()
        self._http = httpx.Client(
            base_url=base_url.rstrip("/") + "/",
            timeout=httpx.Timeout(None, connect=self._patience.connect),  # reads have a deadline, see `_next`
            transport=safe_transport(allowed=allowed, max_connections=MOST_CONNECTIONS),
            headers={"accept-encoding": "identity", "user-agent": "Rapport"},
            trust_env=False,
        )

    @property
    def name(self) -> str:
        return self._model

    @property
    def provider(self) -> str:
        return self._dialect.provider

    def close(self) -> None:
        self._http.close()

    def stream(self, request: ChatRequest) -> Iterator[ChatEvent]:
        return _Answering(self._dialect.reader(), request).events(self._events(request))

    def _events(self, request: ChatRequest) -> Iterator[dict[str, Any]]:
        """The JSON of each `data:` line, closed with the generator."""
        begun = monotonic()
        deadline = begun + request.timeout_seconds
        first = min(deadline, begun + self._patience.first)
        with self._response(request, first) as response:
            chunks, rest, until = response.iter_raw(), b"", first
            while (chunk := _next(chunks, until)) is not None:
                lines = (rest + chunk).split(b"\n")
                rest = lines.pop()
                for line in lines:
                    if line.startswith(b"data:"):
                        value = line[5:].strip()
                        if value == b"[DONE]":
                            return
                        if value:
                            yield self._parsed(value)
                if request.meter.pieces:
                    until = min(deadline, monotonic() + self._patience.silence)

    @contextmanager
    def _response(self, request: ChatRequest, until: float) -> Iterator[httpx.Response]:
        call = self._dialect.call(request, model=request.model or self._model, api_key=self._key, traits=self._traits)
        with _translated():
            sent = self._http.build_request("POST", call.path, json=call.body, headers=dict(call.headers))
            with exchange_before(until):
                response = self._send(sent)
            try:
                if response.status_code != httpx.codes.OK:
                    raise _refusal(response)
                yield response
            finally:
                response.close()

    def _send(self, request: httpx.Request) -> httpx.Response:
        """Once more when a kept connection turns out to be closed: nothing of an answer has come."""
        try:
            return self._http.send(request, stream=True)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            return self._http.send(request, stream=True)

    def _parsed(self, value: bytes) -> dict[str, Any]:
        try:
            event = json.loads(value)
        except ValueError:
            raise ModelInterrupted("The model's server sent something that is not its protocol.") from None
        if not isinstance(event, dict):
            raise ModelInterrupted("The model's server sent something that is not its protocol.")
        trouble = self._dialect.trouble(event)
        if trouble == "overloaded":
            raise ModelUnavailable("The model's server is overloaded.")
        if trouble:
            raise ModelInterrupted("The model's server reported an error in the middle of the answer.")
        return event


class _Answering:
    """One answer: the provider's events become ours, and the request's meter is kept."""

    def __init__(self, reader: Reader, request: ChatRequest) -> None:
        self._reader, self._request = reader, request
        self._answer = CitingText(request.passages, said=request.said)
        self._opening, self._seam, self._called = Opening(), Seam(request.said), ToolCallPieces()

    def events(self, events: Iterator[dict[str, Any]]) -> Iterator[ChatEvent]:
        meter, reader = self._request.meter, self._reader
        with closing(events):  # type: ignore[type-var]  # it is a generator
            for event in events:
                for piece in reader.read(event):
                    if isinstance(piece, ToolPiece):
                        meter.pieces += bool(piece.arguments)  # a call's name is no token of its own
                        self._called.add(piece)
                        continue
                    meter.pieces += 1
                    if text := self._told(piece):
                        yield from self._answer.add(text)
                meter.told = reader.usage or meter.told or self._estimate()
        if not reader.ending:
            raise ModelInterrupted("The model's answer broke off before its end.")
        meter.is_final = reader.usage is not None
        yield from self._ending(reader.ending)

    def _told(self, piece: Said) -> str:
        """Without the agreed word, which only an answer that begins can be, and without what was said before."""
        return self._seam.pass_on(piece.text) if self._request.said else self._opening.pass_on(piece.text)

    def _estimate(self) -> Usage:
        """For a provider that says at the end what it counted, if it comes to that."""
        prompt = prompt_of(self._request)
        tools = json.dumps(self._request.tools) if self._request.tools else ""
        count = estimate_tokens(prompt.system, tools, *(str(each.get("content") or "") for each in prompt.messages))
        return Usage(input=count, is_estimated=True)

    def _ending(self, ending: Ending) -> Iterator[ChatEvent]:
        is_unknown = self._opening.is_no_answer and not self._called
        if is_unknown:
            yield from CitingText(()).add(unknown_text(self._request))
        else:
            yield from self._answer.add(self._opening.rest() or self._seam.rest())
            yield from self._answer.end()
        yield from self._called.whole()
        yield self._request.meter.usage or Usage()
        yield Finished("tool_calls" if self._called else self._reason(ending, is_unknown))

    def _reason(self, ending: Ending, is_unknown: bool) -> FinishReason:
        """Without citations it is small talk only while it is short and claims no figure; else grounding judges it.
        What rests on a tool's answer is no small talk."""
        if is_unknown:
            return "unknown"
        if ending in {"length", "refused"}:
            return "length" if ending == "length" else "refused"
        is_claim = self._answer.has_citations or self._answer.makes_claims or bool(self._request.exchange)
        return "answered" if is_claim else "small_talk"


def _next(chunks: Iterator[bytes], until: float) -> bytes | None:
    """The next piece before that moment; None at the end. The deadline is set only while this waits: a generator shares
    its caller's context."""
    with _translated(), exchange_before(until):
        return next(chunks, None)


@contextmanager
def _translated() -> Iterator[None]:
    """Errors of the network in our words."""
    try:
        yield
    except httpx.ConnectTimeout as error:
        raise ModelTimedOut("The model's server did not take the connection in time.") from error
    except httpx.TimeoutException as error:
        raise ModelTimedOut("The model took too long to say something.") from error
    except (httpx.RemoteProtocolError, httpx.ReadError) as error:
        raise ModelInterrupted("The model's answer broke off before its end.") from error
    except (httpx.TransportError, HostUnreachable) as error:
        raise ModelUnavailable("The model's server cannot be reached. Check its address.") from error
    except AddressRefused as error:
        raise ModelRefusedRequest(error.message) from error


def _refusal(response: httpx.Response) -> Exception:
    status = response.status_code
    wait = response.headers.get("Retry-After", "")
    seconds = int(wait) if wait.isdigit() else None
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return ModelRateLimited("The model's server wants fewer calls.", retry_after_seconds=seconds)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or status == httpx.codes.REQUEST_TIMEOUT:
        return ModelUnavailable(f"The model's server answered with status {status}.", retry_after_seconds=seconds)
    if status in {400, 413} and any(words in _reason_given(response) for words in _TOO_LONG):
        return ModelInputTooLong("The input is longer than the model's window.")
    return ModelRefusedRequest(
        f"The model's server refused the call with status {status}. Check the key, the model's name and the address."
    )


_TOO_LONG = ("context_length", "context length", "context window", "prompt is too long", "maximum number of tokens")


def _reason_given(response: httpx.Response) -> str:
    """For recognising only: it may quote the prompt."""
    with _translated():
        return response.read()[:4000].decode(errors="replace").lower()
