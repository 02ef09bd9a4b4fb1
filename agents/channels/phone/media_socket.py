"""The WebSocket by which a carrier brings a call's sound: `/phone/{company}/{phone}/media`. See `socket`, whose checks
are the same: the signature before it is opened, the account, the call and the word in its first frame.
"""

import asyncio
import json
from collections.abc import Mapping

from agents.channels.phone.addresses import line_url
from agents.channels.phone.audio.answering import answer_audio
from agents.channels.phone.audio.reordering import Reordering
from agents.channels.phone.audio.speech import SpeechUnavailable
from agents.channels.phone.audio.transport import Arrived, Key, Reached, Sound
from agents.channels.phone.calls import Line, find_line_at
from agents.channels.phone.frames import Setup
from agents.channels.phone.media_frames import (
    Chunk,
    Frame,
    Stopped,
    Told,
    clear_frame,
    mark_frame,
    read_media_frame,
    sound_frame,
)
from agents.channels.phone.session import SETUP_SECONDS
from agents.channels.phone.signature import is_signed
from agents.channels.phone.socket import headers_of, in_thread
from agents.errors import CallRefused
from rapport import logs
from rapport.sockets import LARGEST_FRAME, REFUSED, Message, Receive, Send, refuse
from rapport.streams.registry import get_stream_store

log = logs.get_logger(__name__)

SILENT_SECONDS = 30.0  # a carrier sends sound all the time


async def answer_media(scope: Message, receive: Receive, send: Send, *, company: str, phone: str) -> None:
    line = await in_thread(_line_of, company, phone, headers_of(scope))
    if line is None:
        await refuse(receive, send)
        return
    await receive()
    await send({"type": "websocket.accept"})
    media = MediaLine(receive, send)
    try:
        setup = await asyncio.wait_for(media.start(), SETUP_SECONDS)
        await answer_audio(line, setup, media, get_stream_store(), in_thread)
    except (CallRefused, SpeechUnavailable, TimeoutError) as error:
        log.info("media_refused", reason=getattr(error, "code", "setup_timeout"))
    finally:
        await media.close()


def _line_of(company: str, phone: str, headers: Mapping[str, str]) -> Line | None:
    line = find_line_at(company, phone)
    return line if line and is_signed(line_url(company, phone, "media"), (), headers, line.secret) else None


class MediaLine:
    """A transport. The carrier plays what it is sent by itself, and says at each mark how far it is."""

    has_marks = True
    is_continuous = False

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send, self._is_open = receive, send, True
        self._stream = ""
        self._order = Reordering()
        self._waiting: list[bytes] = []

    async def start(self) -> Setup:
        """The first frame that counts. Raises CallRefused."""
        while (told := await self._told()) is not None:
            if isinstance(told, Setup):
                self._stream = told.session_id
                return told
            if not isinstance(told, Reached):
                break
        raise CallRefused("The first frame is the start.")

    async def receive(self) -> Arrived | None:
        while not self._waiting:
            try:
                told = await asyncio.wait_for(self._told(), SILENT_SECONDS)
            except TimeoutError:
                return None
            match told:
                case Chunk(number, sound):
                    self._waiting += self._order.put(number, sound)
                case Key() | Reached():
                    return told
                case None | Stopped():
                    return None
        return Sound(self._waiting.pop(0))

    async def send(self, frame: bytes) -> None:
        await self._tell(sound_frame(self._stream, frame))

    async def mark(self, name: str) -> None:
        await self._tell(mark_frame(self._stream, name))

    async def clear(self) -> None:
        await self._tell(clear_frame(self._stream))

    async def close(self) -> None:
        if self._is_open:
            self._is_open = False
            await self._send({"type": "websocket.close", "code": REFUSED if not self._stream else 1000})

    async def _told(self) -> Told | None:
        """None when it is closed. What is no frame, and what does not matter, is passed over."""
        while self._is_open:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                self._is_open = False
                break
            text: str | None = message.get("text")
            if text is not None and len(text) <= LARGEST_FRAME and (told := read_media_frame(text)) is not None:
                return told
        return None

    async def _tell(self, frame: Frame) -> None:
        if not self._is_open:
            return
        try:
            await self._send({"type": "websocket.send", "text": json.dumps(frame)})
        except (RuntimeError, OSError):  # it was closed meanwhile
            self._is_open = False
