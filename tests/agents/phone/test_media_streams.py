"""Media Streams as carriers speak it, against the audio engine: frames of 20 ms, order, marks, clear on barge-in."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from agents.channels.phone.audio.line import AudioLine
from agents.channels.phone.audio.transport import Key, Reached
from agents.channels.phone.frames import Digit, Heard, Interrupt, Prompt, Setup, say
from agents.channels.phone.media_frames import Chunk, Stopped, read_media_frame
from agents.channels.phone.media_socket import MediaLine
from agents.channels.phone.sockets import TextSocket
from agents.errors import CallRefused
from tests.agents.phone.scripted_speech import LOUD, scripted_speech

START = {
    "event": "start",
    "sequenceNumber": "1",
    "streamSid": "MZ1",
    "start": {
        "accountSid": "AC1",
        "callSid": "CA1",
        "streamSid": "MZ1",
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {"token": "word"},
    },
}


def media(chunk: int, sound: bytes = LOUD, **changed: Any) -> dict[str, Any]:
    payload = base64.b64encode(sound).decode()
    told = {"track": "inbound", "chunk": str(chunk), "timestamp": str(20 * chunk), "payload": payload}
    return {"event": "media", "sequenceNumber": str(chunk + 1), "streamSid": "MZ1", "media": {**told, **changed}}


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (START, Setup("MZ1", "CA1", "AC1", {"token": "word"})),
        (media(3), Chunk(3, LOUD)),
        (media(3, track="outbound"), None),
        (media(3, payload="no base64!"), None),
        ({"event": "dtmf", "dtmf": {"track": "inbound_track", "digit": "1"}}, Key("1")),
        ({"event": "mark", "mark": {"name": "1-5"}}, Reached("1-5")),
        ({"event": "stop", "stop": {"callSid": "CA1"}}, Stopped()),
        ({"event": "connected", "protocol": "Call", "version": "1.0.0"}, None),
        ({"event": ["media"]}, None),
        ([], None),
    ],
)
def test_frames(frame: object, told: object) -> None:
    assert read_media_frame(json.dumps(frame)) == told


class Peer:
    """A carrier that plays by itself: it says at each mark that it was reached, at once or when it is cleared."""

    def __init__(self) -> None:
        self._incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.got: list[dict[str, Any]] = []
        self.marks: list[str] = []
        self.chunk = 0

    async def receive(self) -> dict[str, Any]:
        return await self._incoming.get()

    async def send(self, message: Any) -> None:
        if message["type"] == "websocket.send":
            self.got.append(json.loads(message["text"]))
            if self.got[-1]["event"] == "mark":
                self.marks.append(self.got[-1]["mark"]["name"])

    def tell(self, frame: dict[str, Any]) -> None:
        self._incoming.put_nowait({"type": "websocket.receive", "text": json.dumps(frame)})

    def reach(self, mark: str) -> None:
        self.tell({"event": "mark", "streamSid": "MZ1", "sequenceNumber": "4", "mark": {"name": mark}})

    def says(self, frames: int, sound: bytes = LOUD) -> None:
        """Neighbours change places, as chunks may."""
        numbers = list(range(self.chunk + 1, self.chunk + 1 + frames))
        numbers[1::2], numbers[0 : len(numbers[1::2]) * 2 : 2] = numbers[0 : len(numbers[1::2]) * 2 : 2], numbers[1::2]
        for number in numbers:
            self.tell(media(number, sound))
        self.chunk += frames

    def sounds(self) -> list[bytes]:
        return [base64.b64decode(each["media"]["payload"]) for each in self.got if each["event"] == "media"]


async def sure(line: AudioLine) -> Heard | None:
    """The next that is no guess."""
    while isinstance(heard := await line.receive(), Prompt) and not heard.is_last:
        pass
    return heard


def on_a_stream(*words: str) -> Callable[[Callable[[AudioLine, Peer], Awaitable[None]]], None]:
    def run(call: Callable[[AudioLine, Peer], Awaitable[None]]) -> None:
        async def whole() -> None:
            peer = Peer()
            peer.tell({"event": "connected", "protocol": "Call", "version": "1.0.0"})
            peer.tell(START)
            media_line = MediaLine(TextSocket(peer.receive, peer.send))
            assert await media_line.start() == Setup("MZ1", "CA1", "AC1", {"token": "word"})
            async with AudioLine(media_line, scripted_speech(*words, after=8)[0]) as line:
                await call(line, peer)

        asyncio.run(asyncio.wait_for(whole(), 20))

    return run


def test_an_answer_is_whole_frames_with_marks_and_is_cleared_when_the_caller_speaks() -> None:
    @on_a_stream("how long", "wait a moment")
    async def _(line: AudioLine, peer: Peer) -> None:
        peer.says(40)
        peer.says(60, b"\xff" * 160)
        assert await sure(line) == Prompt("how long", True)
        await line.send(say("Delivery takes three days within the country.", is_last=True))
        while len(peer.marks) < 7:
            await asyncio.sleep(0.02)
        assert {len(each) for each in peer.sounds()} == {160}
        assert {each["streamSid"] for each in peer.got} == {"MZ1"}
        peer.reach(peer.marks[4])
        peer.says(12)
        while peer.got[-1]["event"] != "clear":
            await asyncio.sleep(0.01)
        for mark in peer.marks[5:]:
            peer.reach(mark)  # of what was cleared; it was not heard
        interrupt = await sure(line)
        assert interrupt == Interrupt("Delivery takes three days", 500), "25 frames of a character each"
        peer.says(60, b"\xff" * 160)
        assert await sure(line) == Prompt("wait a moment", True)
        count = len(peer.sounds())
        await asyncio.sleep(0.1)
        assert len(peer.sounds()) == count


def test_keys_and_the_end() -> None:
    @on_a_stream()
    async def _(line: AudioLine, peer: Peer) -> None:
        peer.tell({"event": "dtmf", "streamSid": "MZ1", "dtmf": {"track": "inbound_track", "digit": "1"}})
        peer.tell({"event": "stop", "streamSid": "MZ1", "stop": {"accountSid": "AC1", "callSid": "CA1"}})
        assert await line.receive() == Digit("1")
        assert await line.receive() is None


@pytest.mark.parametrize("first", [media(1), {"event": "stop"}])
def test_the_start_comes_first(first: dict[str, Any]) -> None:
    async def start() -> None:
        peer = Peer()
        peer.tell(first)
        await MediaLine(TextSocket(peer.receive, peer.send)).start()

    with pytest.raises(CallRefused):
        asyncio.run(start())
