"""Deepgram, ElevenLabs and OpenAI's speech on one port, as they document it: a word for 0.2 s of loud sound.

What went wrong is set with `fails` (statuses that the next HTTP requests are answered with) and `breaks_after` (bytes,
after which the WebSocket of the first line is dropped without a word). Everything asked is kept.
"""

import asyncio
import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from email.parser import BytesParser
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import uvicorn

KEY = "speech-key-4711"
WORD_BYTES = 3200
_AS_JSON = {"content-type": "application/json"}


class SpeechProvider:
    """An ASGI application. `asked`: (path, headers, parameters, body) of each HTTP request; `lines`: of each WebSocket
    its parameters, and how much sound came."""

    def __init__(self) -> None:
        self.fails: deque[int] = deque()
        self.breaks_after: int | None = None
        self.answers_finalize = True
        self.flush_seconds = 0.0  # that a `Finalize` takes
        self.guesses_bytes = 1 << 30  # of sound, after which nothing is said of it before it is final
        self.asked: list[tuple[str, dict[str, str], dict[str, str], Any]] = []
        self.lines: list[dict[str, Any]] = []
        self.url = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        params = dict(parse_qsl(scope["query_string"].decode()))
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        if scope["type"] == "websocket":
            await self._listen(headers, params, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope["path"], headers, params, receive, send)

    async def _answer(
        self, path: str, headers: dict[str, str], params: dict[str, str], receive: Any, send: Any
    ) -> None:
        body, more = b"", True
        while more:
            part = await receive()
            body, more = body + part.get("body", b""), part.get("more_body", False)
        read = json.loads(body) if headers.get("content-type") == "application/json" else _form(headers, body)
        self.asked.append((path, headers, params, read))
        status, content = 200, b""
        if self.fails:
            status = self.fails.popleft()
        elif KEY not in str(headers):
            status = 401
        elif path.endswith(("/audio/transcriptions", "/speech-to-text")):
            content = json.dumps({"text": words_in(read["file"][44:])}).encode()
        elif path.endswith("/audio/speech"):
            content = tone(24000, 2 * len(read["input"])).tobytes()
        else:
            content = b"\x10" * 80 * len(read["text"])
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": content})

    async def _listen(self, headers: dict[str, str], params: dict[str, str], receive: Any, send: Any) -> None:
        line: dict[str, Any] = {"params": params, "bytes": 0, "alive": 0, "closed": False}
        self.lines.append(line)
        await receive()
        if headers.get("authorization") != f"Token {KEY}":
            await send({"type": "websocket.close", "code": 4001})
            return
        await send({"type": "websocket.accept"})
        heard, final_to = b"", 0

        async def result(*, is_final: bool, from_finalize: bool = False) -> None:
            start, told = final_to / 16000, words_in(heard[final_to:])
            results = {
                "type": "Results",
                "start": start,
                "duration": (len(heard) - final_to) / 16000,
                "is_final": is_final,
                "from_finalize": from_finalize,
                "channel": {"alternatives": [{"transcript": told}]},
            }
            await send({"type": "websocket.send", "text": json.dumps(results)})

        while (message := await receive())["type"] != "websocket.disconnect":
            if (sound := message.get("bytes")) is not None:
                heard += sound
                line["bytes"] = len(heard)
                if self.breaks_after is not None and len(heard) > self.breaks_after:
                    self.breaks_after = None
                    await send({"type": "websocket.close", "code": 1011})
                    return
                if len(heard) - final_to > 4 * WORD_BYTES:
                    await result(is_final=True)
                    final_to = len(heard)
                elif len(heard) % WORD_BYTES < len(sound) and len(heard) <= self.guesses_bytes:
                    await result(is_final=False)
                continue
            kind = json.loads(message["text"])["type"]
            line["alive"] += kind == "KeepAlive"
            line["closed"] |= kind == "CloseStream"
            if kind == "Finalize" and self.answers_finalize:
                await asyncio.sleep(self.flush_seconds)
                await result(is_final=True, from_finalize=True)
                final_to = len(heard)


def words_in(samples: bytes) -> str:
    """As many as there are fifths of a second of loud sound, each named by how many there were before in it."""
    loud = np.abs(np.frombuffer(samples[: len(samples) // 2 * 2], "<i2").astype(int)) > 1000
    return " ".join(["word"] * round(loud.sum() * 2 / WORD_BYTES))


def tone(rate: int, milliseconds: int) -> "np.ndarray[Any, Any]":
    at = np.arange(rate * milliseconds // 1000) / rate
    return (9000 * np.sin(2 * np.pi * 440 * at)).astype("<i2")


def _form(headers: dict[str, str], body: bytes) -> dict[str, Any]:
    head = f"content-type: {headers['content-type']}\r\n\r\n".encode()
    form: Message = BytesParser().parsebytes(head + body)
    fields: dict[str, Any] = {}
    for part in form.get_payload():
        name, content = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)  # type: ignore[union-attr]
        fields[str(name)] = content if name == "file" else content.decode()  # type: ignore[union-attr]
    return fields


@contextmanager
def running() -> Iterator[SpeechProvider]:
    provider = SpeechProvider()
    config = uvicorn.Config(provider, port=0, lifespan="off", log_level="critical", ws="websockets-sansio")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    while not server.started:
        threading.Event().wait(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    provider.url = f"http://127.0.0.1:{port}/v1"
    yield provider
    server.should_exit = True
    thread.join(10)
