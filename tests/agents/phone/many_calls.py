"""The same carrier for many calls at a time, in one event loop. Times are seconds since 1970."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from secrets import randbelow
from typing import Any, Self
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from agents.channels.phone.signature import HEADER, sign
from tests.agents.phone.carrier import Called, Carrier, prompt, read_called

WAIT_SECONDS = 180.0
BROKEN = (OSError, TimeoutError, httpx.HTTPError, WebSocketException)  # what a request or a line may end with


def new_call() -> str:
    return f"CA{uuid4().hex}"


def new_number() -> str:
    return f"+4915{randbelow(10**9):09}"


@dataclass
class Heard:
    """What came for one thing that was said. `end`: the reason with which the line was ended by the other side."""

    asked: float
    first: float = 0.0
    last: float = 0.0
    text: str = ""
    end: str = ""

    @property
    def first_ms(self) -> float:
        return (self.first - self.asked) * 1000


@dataclass
class Line:
    socket: ClientConnection
    _frames: "asyncio.Queue[tuple[float, dict[str, Any]] | None]" = field(default_factory=asyncio.Queue)

    async def hear(self) -> None:
        """Until the line is closed; frames wait with the moment at which they came."""
        with suppress(ConnectionClosed):
            async for text in self.socket:
                self._frames.put_nowait((time.time(), json.loads(text)))
        self._frames.put_nowait(None)

    async def send(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def ask(self, text: str) -> Heard:
        """Says it and hears the answer out. Raises TimeoutError, ConnectionError when the line broke."""
        while not self._frames.empty():  # "Are you still there?"
            if self._frames.get_nowait() is None:
                raise ConnectionError("The line is closed.")
        heard = Heard(time.time())
        await self.send(**prompt(text))
        async with asyncio.timeout(WAIT_SECONDS):
            while not (heard.last or heard.end):
                self._note(heard, await self._frames.get())
        return heard

    async def next_end(self, seconds: float) -> str:
        """The reason with which the other side ends the line; "" when it does not in this time, or it broke."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while (came := await self._frames.get()) is not None:
                    if came[1]["type"] == "end":
                        return str(json.loads(came[1]["handoffData"])["reason"])
        return ""

    def _note(self, heard: Heard, came: tuple[float, dict[str, Any]] | None) -> None:
        if came is None:
            raise ConnectionError("The line broke.")
        at, frame = came
        if frame["type"] == "end":
            heard.end = str(json.loads(frame["handoffData"])["reason"])
            return
        if frame["token"]:
            heard.first = heard.first or at
        heard.text += frame["token"]
        heard.last = at if frame["last"] else 0.0


@dataclass
class ManyCalls:
    carrier: Carrier
    client: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=WAIT_SECONDS))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    async def post(self, what: str, **fields: str) -> httpx.Response:
        url, form, headers = self.carrier.signed(what, **fields)
        return await self.client.post(url, data=form, headers=headers)

    async def call(self, call_id: str, *, caller: str) -> Called:
        return read_called(await self.post("voice", CallSid=call_id, From=caller, CallStatus="ringing"))

    @asynccontextmanager
    async def line(self, call_id: str, called: Called, **changed: Any) -> AsyncIterator[Line]:
        """Opened, with its first frame sent. `changed`: other values in it."""
        signed = {HEADER: sign(called.socket, self.carrier.secret)}
        async with connect(called.socket, additional_headers=signed, open_timeout=WAIT_SECONDS) as socket:
            line = Line(socket)
            hearing = asyncio.create_task(line.hear())
            try:
                await line.send(**self.carrier.setup(call_id, called, **changed))
                yield line
            finally:
                hearing.cancel()

    async def tell(self, call_id: str, status: str, seconds: int) -> httpx.Response:
        return await self.post("status", CallSid=call_id, CallStatus=status, CallDuration=str(seconds))
