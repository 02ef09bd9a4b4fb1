"""A load generator's HTTP/1.1: kept connections, server-sent events as they come, and nothing that costs time.

It speaks only to servers of the benchmark: their answers are chunked or have a length.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit


class Reply(NamedTuple):
    """`body` is whole, unless the answer streams."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Line:
    """One connection, made when it is needed and again when the server has closed it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, value: object, headers: Mapping[str, str] | None = None) -> Reply:
        reply = await self._ask("POST", path, json.dumps(value).encode(), headers or {})
        return reply._replace(body=b"".join([piece async for piece in self._pieces(reply)]))

    async def events(
        self, path: str, headers: Mapping[str, str] | None = None, *, post: object = None
    ) -> AsyncIterator[tuple[str, bytes]]:
        """(event's name, data) of each; a comment is ("", b""). Raises ConnectionError for another status than 200."""
        body = b"" if post is None else json.dumps(post).encode()
        reply = await self._ask("GET" if post is None else "POST", path, body, headers or {})
        if reply.status != 200:
            refused = b"".join([piece async for piece in self._pieces(reply)])
            raise ConnectionError(f"status {reply.status}: {refused[:200].decode(errors='replace')}")
        rest = b""
        async for piece in self._pieces(reply):
            *whole, rest = (rest + piece).split(b"\n\n")
            for each in whole:
                yield _event(each)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    async def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{more}"
        sent = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        try:
            return await self._exchange(sent)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.close()  # a kept connection that the server closed meanwhile
            return await self._exchange(sent)

    async def _exchange(self, sent: bytes) -> Reply:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        assert self._reader
        self._writer.write(sent)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in head[1:] if line)
        return Reply(int(head[0].split()[1]), {name.lower(): value.strip() for name, _, value in pairs}, b"")

    async def _pieces(self, reply: Reply) -> AsyncIterator[bytes]:
        assert self._reader
        if "content-length" in reply.headers:
            yield await self._reader.readexactly(int(reply.headers["content-length"]))
            return
        while size := int(await self._reader.readuntil(b"\r\n"), 16):
            yield await self._reader.readexactly(size)
            await self._reader.readexactly(2)
        await self._reader.readexactly(2)


def _event(text: bytes) -> tuple[str, bytes]:
    fields: dict[bytes, bytes] = {}
    for line in text.split(b"\n"):
        name, _, value = line.partition(b":")
        fields[name] = value.strip()
    return fields.get(b"event", b"").decode(), fields.get(b"data", b"")


def parsed(body: bytes) -> Any:
    return json.loads(body)
