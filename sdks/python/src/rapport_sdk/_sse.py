"""Server-sent events out of bytes (https://html.spec.whatwg.org/multipage/server-sent-events.html, 9.2.6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    id: str
    event: str
    data: str


@dataclass(slots=True)
class EventParser:
    """Takes the bytes as they come, in pieces of any length; an event that breaks off is never given."""

    _rest: bytes = b""
    _event: str = ""
    _id: str = ""
    _data: list[str] = field(default_factory=list)

    def feed(self, chunk: bytes) -> Iterator[ServerSentEvent]:
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            if event := self._read(line.removesuffix(b"\r").decode()):
                yield event

    def _read(self, line: str) -> ServerSentEvent | None:
        if not line:
            return self._finish()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id":
            self._id = value
        return None

    def _finish(self) -> ServerSentEvent | None:
        event = ServerSentEvent(self._id, self._event or "message", "\n".join(self._data)) if self._data else None
        self._event, self._data = "", []
        return event
