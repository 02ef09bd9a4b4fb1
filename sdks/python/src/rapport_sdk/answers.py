"""An answer while it is written: its events, and how a broken connection is taken up again."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import httpx

from rapport_sdk._calls import Call
from rapport_sdk._decoding import decode
from rapport_sdk._retries import backoff
from rapport_sdk._sse import EventParser, ServerSentEvent
from rapport_sdk.errors import AnswerFailedError, APIConnectionError, UnexpectedAnswerError
from rapport_sdk.models import Citation, Message

if TYPE_CHECKING:
    from rapport_sdk._transport import AsyncTransport, Transport


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, and the conversation to go on with."""

    conversation_id: str
    turn_id: str
    message: Message

    @property
    def text(self) -> str:
        return self.message.text

    @property
    def citations(self) -> list[Citation]:
        return self.message.citations


@dataclass(frozen=True, slots=True)
class StartedEvent:
    """The question is kept; the answer will come, even when nobody listens."""

    conversation_id: str
    turn_id: str
    type: Literal["started"] = "started"


@dataclass(frozen=True, slots=True)
class StatusEvent:
    stage: str
    type: Literal["status"] = "status"


@dataclass(frozen=True, slots=True)
class TokenEvent:
    """The next piece of the text."""

    text: str
    type: Literal["token"] = "token"


@dataclass(frozen=True, slots=True)
class CitationEvent:
    citation: Citation
    type: Literal["citation"] = "citation"


@dataclass(frozen=True, slots=True)
class RestartEvent:
    """Forget the text so far: it comes anew."""

    type: Literal["restart"] = "restart"


@dataclass(frozen=True, slots=True)
class DoneEvent:
    """The last one: the whole answer."""

    message: Message
    type: Literal["done"] = "done"


AnswerEvent: TypeAlias = StartedEvent | StatusEvent | TokenEvent | CitationEvent | RestartEvent | DoneEvent


class _Following:
    """What has been seen of a turn's stream, over all its connections."""

    def __init__(self, turn_id: str, after: str, most_failures: int) -> None:
        self._turn_id, self._after, self._most_failures = turn_id, after, most_failures
        self._failures = 0

    def call(self) -> Call:
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": self._after} if self._after else {})
        return Call("GET", "/v1/turns/{turn_id}/stream", ids={"turn_id": self._turn_id}, headers=headers)

    def check(self, response: httpx.Response) -> None:
        """Raises UnexpectedAnswerError when all has been seen, and no ending was among it."""
        if response.status_code == 204:
            raise UnexpectedAnswerError(
                f"The stream of {self._turn_id} is over. The answer is among the conversation's messages."
            )

    def read(self, sent: ServerSentEvent) -> AnswerEvent | None:
        """None for an event that this version does not know. Raises AnswerFailedError."""
        self._after, self._failures = sent.id or self._after, 0
        data = self._parse(sent.data)
        if sent.event == "error":
            raise AnswerFailedError(str(data.get("code", "")), str(data.get("message", "")), self._turn_id)
        return _event(sent.event, data)

    def _parse(self, text: str) -> dict[str, Any]:
        try:
            data = json.loads(text)
        except ValueError:
            data = None
        if not isinstance(data, dict):
            raise UnexpectedAnswerError(f"The stream of {self._turn_id} brought something else than JSON.")
        return data

    def pause(self, cause: httpx.TransportError | None) -> float:
        """Seconds until the next connection. Raises APIConnectionError after too many that brought nothing."""
        self._failures += 1
        if self._failures > self._most_failures:
            raise APIConnectionError(f"The stream of {self._turn_id} broke off {self._failures} times.") from cause
        return backoff(self._failures)


def _event(name: str, data: dict[str, Any]) -> AnswerEvent | None:
    if name == "status":
        return StatusEvent(str(data.get("stage", "")))
    if name == "token":
        return TokenEvent(data["text"])
    if name == "citation":
        return CitationEvent(decode(Citation, data))
    if name == "restart":
        return RestartEvent()
    return DoneEvent(decode(Message, data["message"])) if name == "done" else None


def follow(transport: Transport, turn_id: str, *, after: str = "") -> Iterator[AnswerEvent]:
    """A turn's events to its end, over as many connections as it takes."""
    following = _Following(turn_id, after, transport.connection.retries.most)
    while True:
        cause = None
        try:
            with transport.open_stream(following.call()) as response:
                following.check(response)
                parser = EventParser()
                for chunk in response.iter_bytes():
                    for sent in parser.feed(chunk):
                        if event := following.read(sent):
                            yield event
                        if isinstance(event, DoneEvent):
                            return
        except httpx.TransportError as error:
            cause = error
        transport.pause(following.pause(cause))


async def follow_async(transport: AsyncTransport, turn_id: str, *, after: str = "") -> AsyncIterator[AnswerEvent]:
    """The same, awaited."""
    following = _Following(turn_id, after, transport.connection.retries.most)
    while True:
        cause = None
        try:
            async with transport.open_stream(following.call()) as response:
                following.check(response)
                parser = EventParser()
                async for chunk in response.aiter_bytes():
                    for sent in parser.feed(chunk):
                        if event := following.read(sent):
                            yield event
                        if isinstance(event, DoneEvent):
                            return
        except httpx.TransportError as error:
            cause = error
        await transport.pause(following.pause(cause))
