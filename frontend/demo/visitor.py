"""A visitor without a browser: talks to the widget's API over HTTP exactly as the widget does."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

import httpx


@dataclass(frozen=True, slots=True)
class Citation:
    marker: int
    title: str
    url: str
    quote: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the text, its citations, and the code of an error if there was one."""

    text: str
    citations: tuple[Citation, ...] = ()
    error_code: str = ""
    frames: tuple[str, ...] = field(default=(), repr=False)


class Visitor:
    """One visitor's session. Raises httpx.HTTPStatusError when the API refuses a call."""

    def __init__(self, base_url: str, *, key: str, origin: str) -> None:
        self.http = httpx.Client(base_url=base_url, timeout=30, headers={"Origin": origin})
        session = self._post("/v1/widget/sessions", {"key": key})
        self.http.headers["Authorization"] = f"Bearer {session['token']}"
        self.conversation_id = self._post("/v1/conversations", {})["id"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def ask(self, text: str, *, timeout_seconds: float = 60) -> Answer:
        """Send one message and follow its stream to the end."""
        path = f"/v1/conversations/{self.conversation_id}/messages"
        posted = self._post(path, {"text": text}, headers={"Idempotency-Key": str(uuid4())})
        seen: list[str] = []
        with self.http.stream("GET", posted["stream_url"], timeout=timeout_seconds) as response:
            response.raise_for_status()
            for event, data in _frames(response.iter_lines()):
                seen.append(event)
                if event == "done":
                    return _answer(data["message"], tuple(seen))
                if event == "error":
                    return Answer(data["message"], error_code=data["code"], frames=tuple(seen))
        return Answer("The stream ended without a last word.", error_code="stream_cut", frames=tuple(seen))

    def _post(self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> dict[str, Any]:
        response = self.http.post(path, json=body, headers=headers)
        response.raise_for_status()
        answer: dict[str, Any] = response.json()
        return answer


def _frames(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Server-sent events: (event, data) a frame; comments and ids are skipped."""
    event = ""
    for line in lines:
        name, _, value = line.partition(": ")
        if name == "event":
            event = value
        elif name == "data":
            yield event, json.loads(value)


def _answer(message: dict[str, Any], frames: tuple[str, ...]) -> Answer:
    citations = tuple(
        Citation(each["marker"], each["title"], each["url"], each["quote"]) for each in message["citations"]
    )
    return Answer(message["text"], citations, frames=frames)
