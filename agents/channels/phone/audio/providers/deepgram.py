"""Understanding by Deepgram while the caller speaks: one WebSocket a call, its sound in and words out.

https://developers.deepgram.com/docs/live-streaming-audio: results come as pieces that change until they are final;
`Finalize` makes what is heard final at once; without sound or `KeepAlive` for ten seconds it hangs up. A line that
breaks is opened again, and told of the whole utterance once more.
"""

import asyncio
import contextlib
import json
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from agents.channels.phone.audio import mulaw
from agents.channels.phone.audio.providers.asking import headers_for
from agents.channels.phone.audio.reach import SpeechReach
from agents.channels.phone.audio.speech import SpeechSpent, SpeechUnavailable
from rapport import logs

log = logs.get_logger(__name__)

OPEN_SECONDS = 5.0
ALIVE_SECONDS = 4.0
SEND_SECONDS = 2.0  # a line that takes nothing for so long is broken
FLUSH_SECONDS = 0.8  # for the last words; it may have nothing to say
MOST_BYTES = mulaw.RATE * 2 * 120  # of an utterance that is told once more
_BYTES_A_SECOND = mulaw.RATE * 2
_SLACK_SECONDS = 0.05
_LINES = 3  # that are tried for an utterance


class DeepgramRecogniser:
    """`language`: BCP 47."""

    def __init__(self, reach: SpeechReach, *, language: str, spent: SpeechSpent | None = None) -> None:
        self._spent = spent or SpeechSpent()
        self._spent.recogniser, self._spent.is_own_recogniser = reach.provider, bool(reach.owner)
        form = {"encoding": "linear16", "sample_rate": str(mulaw.RATE), "channels": "1", "endpointing": "false"}
        wanted = {
            "model": reach.model or "nova-3",
            "language": language,
            "interim_results": "true",
            "smart_format": "true",
        }
        self._address = f"ws{reach.base_url.removeprefix('http')}/listen?{urlencode(wanted | form)}"
        self._headers = headers_for(reach)
        self._socket: ClientConnection | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._told_bytes = 0  # on this line
        self._begins_at = 0.0  # the utterance, in seconds of this line's sound
        self._heard = bytearray()
        self._finals: list[str] = []
        self._interim = ""
        self._flushed = asyncio.Event()
        self._flush_at = 0.0  # up to where the latest `Finalize` reaches: an earlier one's answer is not its own
        self._is_settled = False

    @property
    def partial(self) -> str:
        return " ".join(filter(None, [*self._finals, self._interim]))

    async def start(self) -> None:
        """Raises SpeechUnavailable."""
        if self._socket is not None:
            return
        try:
            self._socket = await connect(
                self._address, additional_headers=self._headers, open_timeout=OPEN_SECONDS, max_size=1 << 20
            )
        except InvalidStatus as error:
            raise SpeechUnavailable(_refused(error.response.status_code)) from None
        except (OSError, WebSocketException, TimeoutError) as error:
            raise SpeechUnavailable(f"deepgram cannot be reached: {type(error).__name__}.") from None
        self._told_bytes = 0
        work = (self._read(self._socket), self._keep_alive(self._socket))
        self._tasks = [asyncio.create_task(each, name="deepgram") for each in work]

    async def begin(self) -> None:
        self._heard.clear()
        with contextlib.suppress(SpeechUnavailable):  # there is time until the end of it
            await self.start()
        self._forget()

    async def hear(self, samples: bytes) -> None:
        if len(self._heard) < MOST_BYTES:
            self._heard += samples
        self._is_settled = False
        await self._tell(samples)

    async def settle(self) -> None:
        self._flushed.clear()
        self._flush_at, self._is_settled = self._told_seconds, True
        await self._tell(json.dumps({"type": "Finalize"}))

    async def finish(self) -> str:
        for _ in range(_LINES):
            if self._socket is None:
                await self._tell_again()
            elif not self._is_settled:
                await self.settle()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._flushed.wait(), FLUSH_SECONDS)
            if self._socket is not None:
                break
        return self.partial

    async def close(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                await asyncio.wait_for(socket.send(json.dumps({"type": "CloseStream"})), SEND_SECONDS)
            await socket.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _forget(self) -> None:
        self._finals.clear()
        self._interim, self._is_settled = "", False
        self._flushed.clear()
        self._begins_at = self._told_seconds

    @property
    def _told_seconds(self) -> float:
        return self._told_bytes / _BYTES_A_SECOND

    async def _tell_again(self) -> None:
        log.info("recogniser_told_again", seconds=round(len(self._heard) / _BYTES_A_SECOND, 1))
        await self.start()
        self._forget()
        await self._tell(bytes(self._heard))
        await self.settle()

    async def _tell(self, content: bytes | str) -> None:
        """Where the line is broken nothing: it is told again at the end."""
        if (socket := self._socket) is None:
            return
        try:
            await asyncio.wait_for(socket.send(content), SEND_SECONDS)
        except (OSError, WebSocketException, TimeoutError):
            await self._lose(socket)
            return
        if isinstance(content, bytes):
            self._told_bytes += len(content)
            self._spent.heard_bytes += len(content)

    async def _lose(self, socket: ClientConnection) -> None:
        if self._socket is socket:
            self._socket = None
            log.warning("recogniser_lost")
        with contextlib.suppress(OSError, WebSocketException, TimeoutError):
            await asyncio.wait_for(socket.close(), SEND_SECONDS)
        self._flushed.set()  # nobody waits for it

    async def _keep_alive(self, socket: ClientConnection) -> None:
        while self._socket is socket:
            await asyncio.sleep(ALIVE_SECONDS)
            await self._tell(json.dumps({"type": "KeepAlive"}))

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for message in socket:
                with contextlib.suppress(ValueError, TypeError, KeyError, IndexError, AttributeError):
                    self._take(json.loads(message))
        except WebSocketException:
            pass
        await self._lose(socket)

    def _take(self, told: Any) -> None:
        """What is about sound before this utterance is late, and nobody's."""
        if told["type"] != "Results":
            return
        ends_at = told["start"] + told["duration"]
        if ends_at >= self._begins_at + _SLACK_SECONDS:
            text = str(told["channel"]["alternatives"][0]["transcript"]).strip()
            self._interim = "" if told["is_final"] else text
            if told["is_final"] and text:
                self._finals.append(text)
        if told.get("from_finalize") and ends_at >= self._flush_at - _SLACK_SECONDS:
            self._flushed.set()


def _refused(status: int) -> str:
    remedy = {401: ": is its key right", 403: ": may its key be used for this"}.get(status, "")
    return f"deepgram refused with {status}{remedy or ': does it have this model and language'}."
