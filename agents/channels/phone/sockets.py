"""What the WebSockets of carriers share: refused before it is opened unless the carrier signed its address, and text
frames both ways.

The address names whose it is, and the signature shows that the carrier's account sent it. Telnyx signs none: there the
address has the word of the call that rings, which only the answer to its signed webhook told.
"""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from agents.channels.phone.addresses import line_url
from agents.channels.phone.calls import Line, find_line_at, is_expected
from agents.channels.phone.signature import HEADER, SETTINGS_HEADER, is_signed
from agents.models import PhoneCarrier
from rapport.sockets import LARGEST_FRAME, Message, Receive, Send, refuse

THREADS = 16  # a call asks the database now and then; the next in line waits

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="call")


async def open_socket(
    scope: Message, receive: Receive, send: Send, *, company: str, phone: str, what: str, word: str = ""
) -> Line | None:
    """Whose number it is; None when it was refused. `what`: see `line_url`; `word`: that its address has."""
    line: Line | None = await in_thread(_line_of, company, phone, what, word, _headers_of(scope))
    if line is None:
        await refuse(receive, send)
        return None
    await receive()
    await send({"type": "websocket.accept"})
    return line


def _line_of(company: str, phone: str, what: str, word: str, headers: Mapping[str, str]) -> Line | None:
    """None for a number that is not there and for one whose carrier did not sign: nobody is told which."""
    line = find_line_at(company, phone)
    if line is None:
        return None
    if line.carrier == PhoneCarrier.TELNYX:
        is_theirs = what == "line" and bool(word) and is_expected(line, word)
    else:
        is_theirs = not word and is_signed(line_url(company, phone, what), (), headers, line.secret)
    return line if is_theirs else None


def _headers_of(scope: Message) -> dict[str, str]:
    names = {name.lower().encode(): name for name in (HEADER, SETTINGS_HEADER)}
    return {names[key]: value.decode("latin-1") for key, value in scope["headers"] if key in names}


async def in_thread(function: Any, *args: Any, **named: Any) -> Any:
    return await sync_to_async(_in_thread, thread_sensitive=False, executor=_threads)(function, *args, **named)


def _in_thread(function: Any, *args: Any, **named: Any) -> Any:
    close_old_connections()
    try:
        return function(*args, **named)
    finally:
        close_old_connections()


class TextSocket:
    """One that is open. Bytes are no frames, nor is what is longer than LARGEST_FRAME: both are passed over."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send, self._is_open = receive, send, True

    async def receive(self) -> str | None:
        """None when it is closed."""
        while self._is_open:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                self._is_open = False
                break
            text: str | None = message.get("text")
            if text is not None and len(text) <= LARGEST_FRAME:
                return text
        return None

    async def send(self, frame: Mapping[str, Any]) -> None:
        """As JSON; nothing when it is closed."""
        if not self._is_open:
            return
        try:
            await self._send({"type": "websocket.send", "text": json.dumps(frame, ensure_ascii=False)})
        except (RuntimeError, OSError):  # it was closed meanwhile
            self._is_open = False

    async def close(self, code: int) -> None:
        if self._is_open:
            self._is_open = False
            await self._send({"type": "websocket.close", "code": code})
