"""The WebSocket by which a browser brings a call's sound: `/phone/{company}/try`.

Its first frame is `{"start": {"call", "token", "language"}}`. Then µ-law both ways, as bytes, and beside it what a
telephone line says: from the browser `{"played": mark}` and `{"key": digit}`; to it `{"mark"}`, `{"clear": true}`, and
for whoever reads along `{"caller": words}`, `{"agent": piece, "last"}` and `{"cut": heard}`. Who has no word of a call
that rings learns nothing: the socket is closed.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from agents.channels.phone.audio import mulaw
from agents.channels.phone.audio.answering import answer_audio
from agents.channels.phone.audio.line import AudioLine
from agents.channels.phone.audio.speech import SpeechUnavailable
from agents.channels.phone.audio.transport import Arrived, Key, Reached, Sound
from agents.channels.phone.browser.calls import find_browser_line
from agents.channels.phone.calls import Line
from agents.channels.phone.frames import Frame, Heard, Interrupt, Prompt, Setup, read_object
from agents.channels.phone.session import SETUP_SECONDS
from agents.channels.phone.sockets import in_thread
from agents.channels.phone.watching import count_by_clock
from agents.errors import CallRefused
from rapport import logs
from rapport.errors import RapportError
from rapport.ids import Prefix, decode
from rapport.sockets import REFUSED, Message, Receive, Send
from rapport.streams.registry import get_stream_store

log = logs.get_logger(__name__)

SILENT_SECONDS = 30.0  # a browser sends sound all the time
LARGEST_SOUND = 100 * mulaw.FRAME_BYTES  # 2 s: what waited on a slow line
LONGEST_TEXT = 500
DIGITS = "0123456789*#"


async def answer_browser(scope: Message, receive: Receive, send: Send, *, company: str) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    browser = BrowserLine(receive, send)
    try:
        line, setup = await asyncio.wait_for(_start(browser, company), SETUP_SECONDS)
        call_id = await answer_audio(
            line, setup, browser, get_stream_store(), in_thread, caption=lambda wire: Captions(wire, browser)
        )
        await in_thread(count_by_clock, tenant_id=line.tenant_id, call_id=call_id)
    except (CallRefused, SpeechUnavailable, TimeoutError) as error:
        log.info("browser_call_refused", reason=getattr(error, "code", "setup_timeout"))
        await browser.close(REFUSED)
    finally:
        await browser.close()


async def _start(browser: "BrowserLine", company: str) -> tuple[Line, Setup]:
    """Raises CallRefused."""
    told = await browser.read()
    start = told.get("start") if isinstance(told, dict) else None
    names = ("call", "token", "language")
    if not isinstance(start, dict) or not all(isinstance(start.get(name), str) for name in names):
        raise CallRefused("The first frame is the start.")
    try:
        tenant_id = decode(Prefix.TENANT, company)
    except RapportError:
        raise CallRefused("There is no such call.") from None
    carrier_id, word, language = (start[name] for name in names)
    line: Line = await in_thread(find_browser_line, tenant_id, carrier_id, word, language)
    return line, Setup(carrier_id, carrier_id, line.account_id, {"token": word})


class BrowserLine:
    """A transport. The browser plays what it is sent by itself, and says at each mark how far it is."""

    has_marks = True
    is_continuous = False

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send, self._is_open = receive, send, True

    async def receive(self) -> Arrived | None:
        while True:
            try:
                told = await asyncio.wait_for(self.read(), SILENT_SECONDS)
            except TimeoutError:
                return None
            match told:
                case None:
                    return None
                case bytes():
                    return Sound(told)
                case {"played": str(mark)}:
                    return Reached(mark)
                case {"key": str(digit)} if len(digit) == 1 and digit in DIGITS:
                    return Key(digit)

    async def read(self) -> bytes | dict[str, Any] | None:
        """None when it is closed. What is neither sound nor an object, or too long, is passed over."""
        while self._is_open:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                self._is_open = False
                break
            sound, text = message.get("bytes"), message.get("text")
            if sound and len(sound) <= LARGEST_SOUND:
                return bytes(sound)
            if text and len(text) <= LONGEST_TEXT and (told := read_object(text)) is not None:
                return told
        return None

    async def send(self, frame: bytes) -> None:
        await self._put({"bytes": frame})

    async def mark(self, name: str) -> None:
        await self.tell({"mark": name})

    async def clear(self) -> None:
        await self.tell({"clear": True})

    async def tell(self, what: Mapping[str, Any]) -> None:
        await self._put({"text": json.dumps(what, ensure_ascii=False)})

    async def close(self, code: int = 1000) -> None:
        if self._is_open:
            self._is_open = False
            await self._send({"type": "websocket.close", "code": code})

    async def _put(self, content: Message) -> None:
        if not self._is_open:
            return
        try:
            await self._send({"type": "websocket.send", **content})
        except (RuntimeError, OSError):  # it was closed meanwhile
            self._is_open = False


class Captions:
    """The wire of a call, for somebody who reads along."""

    def __init__(self, wire: AudioLine, browser: BrowserLine) -> None:
        self._wire, self._browser = wire, browser

    @property
    def is_busy(self) -> bool:
        return self._wire.is_busy

    async def receive(self) -> Heard | None:
        heard = await self._wire.receive()
        match heard:
            case Prompt(said, True):
                await self._browser.tell({"caller": said})
            case Interrupt(kept):
                await self._browser.tell({"cut": kept})
        return heard

    async def send(self, frame: Frame) -> None:
        if frame["type"] == "text":
            await self._browser.tell({"agent": frame["token"], "last": frame["last"]})
        await self._wire.send(frame)
