"""One call's sound over UDP (RFC 3550, 3551; pressed keys RFC 4733), as the audio engine's transport."""

import asyncio
import secrets
import struct
from collections.abc import Callable
from typing import Any

from agents.channels.phone.audio.reordering import Reordering, Unwrapped
from agents.channels.phone.audio.transport import Arrived, Key, Sound
from agents.channels.phone.sip.messages import Offer

KEYS = "0123456789*#ABCD"
MOST_WAITING = 500  # packets: ten seconds; then the oldest are lost
SILENT_SECONDS = 30.0  # without a packet the caller is gone
SAMPLES = 160


def packet(number: int, moment: int, source: int, content: bytes, *, kind: int = 0, is_first: bool = False) -> bytes:
    head = struct.pack(">BBHII", 0x80, kind | (0x80 if is_first else 0), number & 0xFFFF, moment & 0xFFFFFFFF, source)
    return head + content


def unpack(data: bytes) -> tuple[int, int, int, bytes] | None:
    """Payload type, number, timestamp, content; None for what is no RTP."""
    if len(data) < 12 or data[0] >> 6 != 2:
        return None
    kind, number, moment = struct.unpack(">BHI", data[1:8])
    at = 12 + 4 * (data[0] & 0xF)
    if data[0] & 0x10 and len(data) >= at + 4:
        at += 4 + 4 * struct.unpack(">H", data[at + 2 : at + 4])[0]
    end = len(data) - data[-1] if data[0] & 0x20 else len(data)
    return kind & 0x7F, number, moment, data[at:end]


class RtpLine(asyncio.DatagramProtocol):
    """A transport. `on_close`: when our side hangs up."""

    has_marks = False
    is_continuous = True

    def __init__(self, offer: Offer, on_close: Callable[[], None]) -> None:
        self._offer, self._on_close = offer, on_close
        self._arrived: asyncio.Queue[Arrived | None] = asyncio.Queue(MOST_WAITING)
        self._order, self._numbers = Reordering(), Unwrapped()
        self._number, self._moment, self._source = secrets.randbits(16), secrets.randbits(32), secrets.randbits(32)
        self._pressed: int | None = None
        self._socket: asyncio.DatagramTransport | None = None
        self.is_open = True
        self.received = self.sent = 0  # packets

    def connection_made(self, transport: Any) -> None:
        self._socket = transport

    def datagram_received(self, data: bytes, address: Any) -> None:
        found = unpack(data)
        if found is None or address[0] != self._offer.host or not self.is_open:
            return
        kind, number, moment, content = found
        self.received += 1
        if kind == 0:
            for sound in self._order.put(self._numbers.of(number), content):
                self._put(Sound(sound))
        elif kind == self._offer.events and len(content) >= 4:
            self._order.put(self._numbers.of(number), b"")
            self._press(content, moment)

    def _press(self, content: bytes, moment: int) -> None:
        """A key is told of in many packets with one timestamp; its end counts, once."""
        if content[1] & 0x80 and moment != self._pressed and content[0] < len(KEYS):
            self._pressed = moment
            self._put(Key(KEYS[content[0]]))

    def _put(self, arrived: Arrived | None) -> None:
        if self._arrived.full():
            self._arrived.get_nowait()
        self._arrived.put_nowait(arrived)

    async def receive(self) -> Arrived | None:
        if not self.is_open and self._arrived.empty():
            return None
        try:
            return await asyncio.wait_for(self._arrived.get(), SILENT_SECONDS)
        except TimeoutError:
            return None

    async def send(self, frame: bytes) -> None:
        if self._socket is None or not self.is_open:
            return
        self._socket.sendto(
            packet(self._number, self._moment, self._source, frame, is_first=self.sent == 0),
            (self._offer.host, self._offer.port),
        )
        self._number, self._moment, self.sent = self._number + 1, self._moment + SAMPLES, self.sent + 1

    async def mark(self, name: str) -> None:
        """The caller's telephone tells of none."""

    async def clear(self) -> None:
        """Nothing is sent before it is due."""

    async def close(self) -> None:
        if self.is_open:
            self.end()
            self._on_close()

    def end(self) -> None:
        """The caller hung up."""
        if not self.is_open:
            return
        self.is_open = False
        self._put(None)
        if self._socket is not None:
            self._socket.close()
