"""A telephone that calls: SIP and RTP on the loopback interface, with the times of what it sent and heard."""

import asyncio
import secrets
import time
from collections import deque
from types import TracebackType
from typing import Any, Self

from agents.channels.phone.audio import mulaw
from agents.channels.phone.sip.messages import Message, Offer, read_message, read_sdp, write_request, write_sdp
from agents.channels.phone.sip.rtp import packet, unpack

SECONDS = 20.0


class _Packets(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.arrived: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        self.socket: Any = None

    def connection_made(self, transport: Any) -> None:
        self.socket = transport

    def datagram_received(self, data: bytes, address: Any) -> None:
        self.arrived.put_nowait((time.monotonic(), data))

    @property
    def port(self) -> int:
        port: int = self.socket.get_extra_info("sockname")[1]
        return port


async def listen() -> _Packets:
    loop = asyncio.get_running_loop()
    _, packets = await loop.create_datagram_endpoint(_Packets, local_addr=("127.0.0.1", 0))
    return packets


class SipCaller:
    """`async with SipCaller(port, "+4930123") as caller`: answered, and heard. `status` is what the call was answered;
    only with 200 there is sound."""

    def __init__(self, port: int, number: str, caller: str = "+4915112345678", *, sdp: str = "") -> None:
        self._server, self._number, self._caller, self._sdp = ("127.0.0.1", port), number, caller, sdp
        self._call_id, self._tag = secrets.token_hex(12), secrets.token_hex(6)
        self._to = ""
        self._sequence = 1
        self._speaking: deque[tuple[bytes, asyncio.Future[float] | None]] = deque()
        self._tasks: list[asyncio.Task[None]] = []
        self.heard: list[tuple[float, bytes]] = []
        self.status = 0
        self.is_hung_up = asyncio.Event()

    async def __aenter__(self) -> Self:
        self.sip, self._rtp = await listen(), await listen()
        self.send("INVITE", body=self._sdp or write_sdp("127.0.0.1", self._rtp.port, 101))
        answer = await self.answer()
        self.status, self._to = answer.status, answer.get("to")
        if self.status == 200:
            self.send("ACK")
            self._offer = read_sdp(answer.body)
            self._tasks = [asyncio.create_task(each) for each in (self._pump(self._offer), self._hear(), self._watch())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.status == 200 and not self.is_hung_up.is_set():
            self._sequence += 1
            self.send("BYE")
            await asyncio.sleep(0.05)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for each in (self.sip, self._rtp):
            each.socket.close()

    def send(self, method: str, body: str = "") -> None:
        uri = f"sip:{self._number}@127.0.0.1"
        headers = {
            "Via": f"SIP/2.0/UDP 127.0.0.1:{self.sip.port};branch=z9hG4bK{self._tag}{self._sequence}",
            "Max-Forwards": "70",
            "From": f"<sip:{self._caller}@127.0.0.1>;tag={self._tag}",
            "To": self._to or f"<{uri}>",
            "Call-ID": self._call_id,
            "CSeq": f"{self._sequence} {method}",
            "Contact": f"<sip:caller@127.0.0.1:{self.sip.port}>",
        }
        self.sip.socket.sendto(write_request(method, uri, headers, body), self._server)

    async def answer(self) -> Message:
        """The next final one."""
        while True:
            _, data = await asyncio.wait_for(self.sip.arrived.get(), SECONDS)
            message = read_message(data)
            if message.status >= 200:
                return message

    async def speak(self, sound: bytes) -> float:
        """At its pace; when its last frame went out."""
        done: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        frames = mulaw.in_frames(sound)
        cut = [frames[at : at + mulaw.FRAME_BYTES] for at in range(0, len(frames), mulaw.FRAME_BYTES)]
        self._speaking += [(each, None) for each in cut[:-1]]
        self._speaking.append((cut[-1], done))
        return await done

    async def hears(self, since: float, *, seconds: float = SECONDS) -> float:
        """When the first sound after this moment came. Raises TimeoutError."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for at, frame in reversed(self.heard):
                if at <= since:
                    break
                if is_sound(frame):
                    return min(when for when, each in self.heard if when > since and is_sound(each))
            await asyncio.sleep(0.01)
        raise TimeoutError("nothing was heard")

    async def hears_silence(self, frames: int = 40, *, seconds: float = 60.0) -> None:
        """That nothing was said for so many frames."""
        until = time.monotonic() + seconds
        while len(self.heard) < frames or any(is_sound(each) for _, each in self.heard[-frames:]):
            if time.monotonic() > until:
                raise TimeoutError("it does not stop")
            await asyncio.sleep(0.02)

    def press(self, digit: int) -> None:
        """RFC 4733: told of in several packets, its end three times."""
        for content in (bytes([digit, 10, 0, 160]), *(3 * [bytes([digit, 0x8A, 1, 64])])):
            self._send_sound(content, kind=101)

    async def _pump(self, offer: Offer) -> None:
        self._number_sent, self._moment, self._to_rtp = 65530, 0, (offer.host, offer.port)
        due = time.monotonic()
        while True:
            frame, done = self._speaking.popleft() if self._speaking else (mulaw.SILENCE, None)
            self._send_sound(frame)
            self._moment += mulaw.FRAME_BYTES
            if done is not None:
                done.set_result(time.monotonic())
            due += mulaw.FRAME_SECONDS
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    def _send_sound(self, content: bytes, kind: int = 0) -> None:
        self._rtp.socket.sendto(packet(self._number_sent, self._moment, 7, content, kind=kind), self._to_rtp)
        self._number_sent += 1

    async def _hear(self) -> None:
        while True:
            at, data = await self._rtp.arrived.get()
            found = unpack(data)
            if found and found[0] == 0:
                self.heard.append((at, found[3]))

    async def _watch(self) -> None:
        while True:
            _, data = await self.sip.arrived.get()
            message = read_message(data)
            if message.method == "BYE":
                self.is_hung_up.set()


def is_sound(frame: bytes) -> bool:
    """Louder than the line's silence."""
    return any(each & 0x7F < 0x60 for each in frame)
