"""The server itself, as an ASGI application: three dialects, one behaviour."""

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from types import ModuleType
from typing import Any

from tests.providers import wire_anthropic, wire_google, wire_openai
from tests.providers.answer import Answer, Counted, answer_for, as_json, prompt_tokens
from tests.providers.behaviour import Behaviour, Fault, behaviour_of
from tests.providers.bill import Served

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

SILENCE_SECONDS = 30.0
_GOOGLE = re.compile(r"/v1(?:beta)?/models/(?P<model>[^:]+):(?P<verb>generateContent|streamGenerateContent)")
ARGUMENTS = '{"order": "A-7"}'


class Broken(Exception):
    """Ends the connection without an ending."""


@dataclass
class Asked:
    """One request as it came; header names are lower case."""

    provider: str
    model: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def key(self) -> str:
        bearer = self.headers.get("authorization", "").removeprefix("Bearer ")
        return bearer or self.headers.get("x-api-key", "") or self.headers.get("x-goog-api-key", "")


@dataclass
class Providers:
    """What happened, and what a test wants said: `texts` and `arguments` by model.

    `aliases`: models with names of their own, and the name that says what they do. `steps`: what a model calls, one
    (name, arguments) after the other, each when it was told what came of the one before; then it speaks.
    """

    asked: list[Asked] = field(default_factory=list)
    served: list[Served] = field(default_factory=list)
    texts: dict[str, Sequence[str]] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    steps: dict[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    _spent: Counter[tuple[str, int]] = field(default_factory=Counter)
    _calls: Counter[str] = field(default_factory=Counter)

    def forget(self) -> None:
        """What happened, not what is to be said."""
        self.asked.clear()
        self.served.clear()
        self._spent.clear()
        self._calls.clear()

    def fault_of(self, model: str, behaviour: Behaviour) -> Fault | None:
        """The first that has not happened often enough yet."""
        self._calls[model] += 1
        if self._calls[model] % behaviour.every:
            return None
        for index, fault in enumerate(behaviour.faults):
            if self._spent[model, index] < fault.times:
                self._spent[model, index] += 1
                return fault
        return None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = await _body(receive)
        if scope["method"] == "GET" or scope["path"] == "/forget":
            await self._tell(scope["path"], send)
            return
        await self._answer(scope, json.loads(body or b"{}"), receive, send)

    async def _tell(self, path: str, send: Send) -> None:
        """For a caller in another process: /asked, /served, /forget."""
        if path == "/forget":
            self.forget()
        value = {"/asked": [asdict(each) for each in self.asked], "/served": [asdict(each) for each in self.served]}
        models = {"object": "list", "data": [{"id": "mock", "object": "model"}]}
        await _respond(send, 200, as_json(value.get(path, models)).encode())

    async def _answer(self, scope: Scope, body: dict[str, Any], receive: Receive, send: Send) -> None:
        wire, model, streams = _dialect(scope["path"], body)
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        asked = Asked(wire.NAME if wire else "", model, scope["path"], headers, body)
        self.asked.append(asked)
        if wire is None:
            await _respond(send, 404, b'{"error": {"message": "Not found"}}')
            return
        behaviour = behaviour_of(self.aliases.get(model, model))
        fault = self.fault_of(model, behaviour)
        status, text = _refusal(wire, behaviour, fault, body)
        if status:
            self.served.append(Served(wire.NAME, model, asked.key, status, "refused", Counted()))
            extra = [] if behaviour.retry_after is None else [(b"retry-after", str(behaviour.retry_after).encode())]
            await _respond(send, status, wire.refusal(status, text), extra)
            return
        told, said = wire.told(body), self.texts.get(model)
        arguments = self.arguments.get(model, ARGUMENTS)
        steps = self.steps.get(model, ())
        if len(told) < len(steps):
            name, arguments = steps[len(told)]
            behaviour, told = replace(behaviour, tools=[name]), []
        answer = answer_for(behaviour, body, told=told, text=said, arguments=arguments)
        await _Speaking(self, asked, wire, behaviour, fault, answer).run(streams, receive, send)


@dataclass
class _Speaking:
    """One answer under way."""

    providers: Providers
    asked: Asked
    wire: ModuleType
    behaviour: Behaviour
    fault: Fault | None
    answer: Answer
    sent: int = 0
    has_begun: bool = False

    async def run(self, streams: bool, receive: Receive, send: Send) -> None:
        gone = asyncio.create_task(_gone(receive))
        started = time.monotonic()
        ended = "left"
        try:
            ended = await (self._stream(gone, send) if streams else self._whole(gone, send))
        finally:
            gone.cancel()
            self._book(ended, time.monotonic() - started)
        if ended not in {"whole", "left"}:
            raise Broken

    def _book(self, ended: str, seconds: float) -> None:
        counted = self.answer.counted
        if not self.has_begun:
            counted = Counted()
        elif ended != "whole":
            counted = replace(counted, output=self.sent, reasoning=0)
        served = Served(self.wire.NAME, self.asked.model, self.asked.key, 200, ended, counted, round(seconds, 3))
        self.providers.served.append(served)

    async def _whole(self, gone: asyncio.Task[None], send: Send) -> str:
        behaviour = self.behaviour
        if self.fault and self.fault.kind == "stall":
            await _pause(gone, SILENCE_SECONDS)
            return "stalled"
        if self.fault and self.fault.kind == "cut":
            self.has_begun, self.sent = True, min(self.fault.after, len(self.answer.pieces))
            return "cut"
        seconds = (behaviour.first_ms + behaviour.between_ms * max(0, len(self.answer.pieces) - 1)) / 1000
        if await _pause(gone, seconds):
            return "left"
        body = self.wire.whole(self.asked.model, self.answer)
        self.has_begun = True
        await _respond(send, 200, b"{not json" if self.fault and self.fault.kind == "badjson" else body)
        return "whole"

    async def _stream(self, gone: asyncio.Task[None], send: Send) -> str:
        fault, model, body = self.fault, self.asked.model, self.asked.body
        if fault and fault.kind == "stall" and not fault.after:
            return "left" if await _pause(gone, SILENCE_SECONDS) else "stalled"
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        due = time.monotonic() + self.behaviour.first_ms / 1000
        self.has_begun = True
        await _send(send, b"".join(self.wire.beginning(model, self.answer, body)))
        for piece in self.wire.tokens(model, self.answer):
            if await _pause(gone, due - time.monotonic()):
                return "left"
            if fault and fault.kind != "status" and self.sent >= fault.after:
                return await self._fail(fault, gone, send)
            await _send(send, piece)
            self.sent += 1
            due += self.behaviour.between_ms / 1000
        await send({"type": "http.response.body", "body": b"".join(self.wire.ending(model, self.answer, body))})
        return "whole"

    async def _fail(self, fault: Fault, gone: asyncio.Task[None], send: Send) -> str:
        if fault.kind == "stall":
            return "left" if await _pause(gone, SILENCE_SECONDS) else "stalled"
        if fault.kind == "badjson":
            await _send(send, b"data: {not json\n\n")
            return "garbled"
        if fault.kind == "overloaded":
            await _send(send, self.wire.trouble())
            return "overloaded"
        return "cut"


def _dialect(path: str, body: dict[str, Any]) -> tuple[ModuleType | None, str, bool]:
    """(dialect, model, whether it is to stream)."""
    if path.endswith("/chat/completions"):
        return wire_openai, str(body.get("model")), bool(body.get("stream"))
    if path.endswith("/messages"):
        return wire_anthropic, str(body.get("model")), bool(body.get("stream"))
    if match := _GOOGLE.fullmatch(path):
        return wire_google, match["model"], match["verb"] == "streamGenerateContent"
    return None, "", False


def _refusal(wire: ModuleType, behaviour: Behaviour, fault: Fault | None, body: dict[str, Any]) -> tuple[int, str]:
    if fault and fault.kind == "status":
        return fault.status, f"This model answers with {fault.status}."
    if wire.complaint(body):
        return 400, wire.complaint(body)
    if behaviour.context is not None and prompt_tokens(body) > behaviour.context:
        return 400, f"This model's maximum context length is {behaviour.context} tokens."
    return 0, ""


async def _body(receive: Receive) -> bytes:
    read = bytearray()
    while True:
        message = await receive()
        read += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(read)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _pause(gone: asyncio.Task[None], seconds: float) -> bool:
    """True when the caller went away meanwhile."""
    if 0 < seconds < 0.1:
        await asyncio.sleep(seconds)
    elif seconds > 0:
        await asyncio.wait({gone}, timeout=seconds)
    return gone.done()


async def _send(send: Send, body: bytes) -> None:
    if body:
        await send({"type": "http.response.body", "body": body, "more_body": True})


async def _respond(send: Send, status: int, body: bytes, extra: Sequence[tuple[bytes, bytes]] = ()) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
