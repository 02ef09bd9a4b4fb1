"""The WebSocket by which a carrier brings a call's sound: `/phone/{company}/{phone}/media`. Its first
frame has the account, the call and the word that bind it to one that came by the webhook.
"""

import asyncio

from agents.channels.phone.audio.answering import answer_audio
from agents.channels.phone.audio.reordering import Reordering
from agents.channels.phone.audio.speech import SpeechUnavailable
from agents.channels.phone.audio.transport import Arrived, Key, Reached, Sound
from agents.channels.phone.frames import Setup
from agents.channels.phone.media_frames import (
    Chunk,
    Stopped,
    Told,
    clear_frame,
    mark_frame,
    read_media_frame,
    sound_frame,
)
from agents.channels.phone.session import SETUP_SECONDS
from agents.channels.phone.sockets import TextSocket, in_thread, open_socket
from agents.channels.phone.switchboard import Switchboard
from agents.errors import CallRefused
from rapport import logs
from rapport.sockets import REFUSED, Message, Receive, Send
from rapport.streams.registry import get_stream_store

log = logs.get_logger(__name__)

SILENT_SECONDS = 30.0  # a carrier sends sound all the time


async def answer_media(scope: Message, receive: Receive, send: Send, *, company: str, phone: str) -> None:
    line = await open_socket(scope, receive, send, company=company, phone=phone, what="media")
    if line is None:
        return
    media = MediaLine(TextSocket(receive, send))
    try:
        setup = await asyncio.wait_for(media.start(), SETUP_SECONDS)
        await answer_audio(line, setup, media, get_stream_store(), in_thread, carrier=Switchboard())
    except (CallRefused, SpeechUnavailable, TimeoutError) as error:
        log.info("media_refused", reason=getattr(error, "code", "setup_timeout"))
    finally:
        await media.close()


class MediaLine:
    """A transport. The carrier plays what it is sent by itself, and says at each mark how far it is."""

    has_marks = True
    is_continuous = False

    def __init__(self, socket: TextSocket) -> None:
        self._socket = socket
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
        await self._socket.send(sound_frame(self._stream, frame))

    async def mark(self, name: str) -> None:
        await self._socket.send(mark_frame(self._stream, name))

    async def clear(self) -> None:
        await self._socket.send(clear_frame(self._stream))

    async def close(self) -> None:
        await self._socket.close(1000 if self._stream else REFUSED)

    async def _told(self) -> Told | None:
        """None when it is closed. What is no frame, and what does not matter, is passed over."""
        while (text := await self._socket.receive()) is not None:
            if (told := read_media_frame(text)) is not None:
                return told
        return None
