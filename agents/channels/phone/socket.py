"""The WebSocket by which a carrier brings a call: refused before it is opened unless the carrier signed its address.

`/phone/{company}/{phone}/line`. The address names whose it is, the signature shows that the carrier's account sent it,
and the word in the first frame binds it to one call that came by the webhook.
"""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from agents.channels.phone.addresses import line_url
from agents.channels.phone.calls import Line, find_line_at
from agents.channels.phone.frames import Frame, Heard, read_frame
from agents.channels.phone.session import talk
from agents.channels.phone.signature import HEADER, SETTINGS_HEADER, is_signed
from agents.errors import CallRefused
from rapport import logs
from rapport.sockets import LARGEST_FRAME, REFUSED, Message, Receive, Send, refuse
from rapport.streams.registry import get_stream_store

log = logs.get_logger(__name__)

THREADS = 16  # a call asks the database now and then; the next in line waits

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="call")


async def answer_line(scope: Message, receive: Receive, send: Send, *, company: str, phone: str) -> None:
    line = await in_thread(_line_of, company, phone, headers_of(scope))
    if line is None:
        await refuse(receive, send)
        return
    await receive()
    await send({"type": "websocket.accept"})
    wire = _Wire(receive, send)
    try:
        await talk(line, wire, get_stream_store(), in_thread)
    except (CallRefused, TimeoutError) as error:
        log.info("line_refused", reason=getattr(error, "code", "setup_timeout"))
    finally:
        await wire.close()


def _line_of(company: str, phone: str, headers: Mapping[str, str]) -> Line | None:
    """None for a number that is not there and for one whose carrier did not sign: nobody is told which."""
    line = find_line_at(company, phone)
    return line if line and is_signed(line_url(company, phone), (), headers, line.secret) else None


def headers_of(scope: Message) -> dict[str, str]:
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


class _Wire:
    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send, self._is_open = receive, send, True

    async def receive(self) -> Heard | None:
        """Bytes are no frames of this protocol; one that is too long ends the line."""
        while (text := await self._receive_text()) is not None:
            if (told := read_frame(text)) is not None:
                return told
        return None

    async def _receive_text(self) -> str | None:
        while self._is_open:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                self._is_open = False
                break
            text: str | None = message.get("text")
            if text is not None and len(text) <= LARGEST_FRAME:
                return text
        return None

    async def send(self, frame: Frame) -> None:
        if not self._is_open:
            return
        try:
            await self._send({"type": "websocket.send", "text": json.dumps(frame, ensure_ascii=False)})
        except (RuntimeError, OSError):  # it was closed meanwhile
            self._is_open = False

    async def close(self) -> None:
        if self._is_open:
            self._is_open = False
            await self._send({"type": "websocket.close", "code": REFUSED})
