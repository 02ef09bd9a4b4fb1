"""What is spoken, at the pace of speech: it knows how far the caller heard, and is silent at once.

A line that plays by itself (`has_marks`) is sent a little ahead and tells how far it is; one that does not is sent each
20 ms when they are due.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from agents.channels.phone.audio import mulaw
from agents.channels.phone.audio.transport import Transport

AHEAD_SECONDS = 0.1  # to a line that plays by itself
MARK_FRAMES = 5  # between two marks: 100 ms


@dataclass(frozen=True, slots=True)
class _Piece:
    """`end`: the answer's frames up to its end."""

    text: str
    start: int
    end: int


class Playback:
    """`on_first`: told when the first frame of an answer goes out."""

    def __init__(self, transport: Transport, on_first: Callable[[], None] = lambda: None) -> None:
        self._transport, self._on_first = transport, on_first
        self._sound = bytearray()
        self._pieces: list[_Piece] = []
        self._sent = self._reached = self._answer = 0
        self._is_held = False
        self._changed = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()

    @property
    def is_playing(self) -> bool:
        """Something was not heard yet."""
        return self._heard_frames() < self._frames

    def add(self, text: str, sound: bytes) -> None:
        start = self._frames
        self._sound += mulaw.in_frames(sound)
        self._pieces.append(_Piece(text, start, self._frames))
        self._drained.clear()
        self._changed.set()

    async def hold(self) -> None:
        """Silent, from what the caller heard on; `go_on` says it from there."""
        if self._is_held:
            return
        self._is_held = True
        if self.is_playing and self._sent:
            self._sent = self._heard_frames()
            self._begin_marks()
            await self._transport.clear()

    def go_on(self) -> None:
        self._is_held = False
        self._changed.set()

    async def stop(self) -> str:
        """Silent for good: what was heard of it, up to a whole word."""
        await self.hold()
        heard = self.heard
        self.forget()
        return heard

    def forget(self) -> None:
        """Another answer begins."""
        self._sound.clear()
        self._pieces.clear()
        self._sent = 0
        self._begin_marks()
        self._drained.set()

    @property
    def heard(self) -> str:
        """By the share of a piece's time: pieces are short, and a word counts when it is over."""
        frames, told = self._heard_frames(), ""
        for piece in self._pieces:
            if frames >= piece.end:
                told += piece.text
                continue
            share = max(0, frames - piece.start) / max(1, piece.end - piece.start)
            told += whole_words(piece.text, int(share * len(piece.text)))
            break
        return told.strip()

    @property
    def heard_ms(self) -> int:
        return round(self._heard_frames() * mulaw.FRAME_SECONDS * 1000)

    def reached(self, mark: str) -> None:
        """Marks of before the last clearing come back, too: they say nothing."""
        answer, _, frames = mark.partition("-")
        if answer == str(self._answer) and frames.isdigit():
            self._reached = max(self._reached, int(frames))
            self._note_drained()

    async def wait_drained(self) -> None:
        await self._drained.wait()

    async def run(self) -> None:
        """For the whole call."""
        due = time.monotonic()
        ahead = AHEAD_SECONDS if self._transport.has_marks else 0.0
        while True:
            if self._is_held or self._sent >= self._frames:
                if self._transport.is_continuous:
                    await self._transport.send(mulaw.SILENCE)
                else:
                    self._changed.clear()
                    await self._changed.wait()
                    due = max(due, time.monotonic())
                    continue
            else:
                await self._send_next()
            due += mulaw.FRAME_SECONDS
            await asyncio.sleep(max(0.0, due - ahead - time.monotonic()))

    async def _send_next(self) -> None:
        at = self._sent * mulaw.FRAME_BYTES
        frame = bytes(self._sound[at : at + mulaw.FRAME_BYTES])
        self._sent += 1
        sent, answer = self._sent, self._answer
        if sent == 1:
            self._on_first()
        await self._transport.send(frame)
        if self._transport.has_marks and answer == self._answer and (sent % MARK_FRAMES == 0 or sent == self._frames):
            await self._transport.mark(f"{answer}-{sent}")
        self._note_drained()

    def _note_drained(self) -> None:
        if not self.is_playing:
            self._drained.set()

    def _begin_marks(self) -> None:
        self._answer += 1
        self._reached = self._sent

    def _heard_frames(self) -> int:
        return self._reached if self._transport.has_marks else self._sent

    @property
    def _frames(self) -> int:
        return len(self._sound) // mulaw.FRAME_BYTES


def whole_words(text: str, characters: int) -> str:
    """Of its beginning of so many characters, what ends with a word."""
    if characters >= len(text) or text[characters : characters + 1].isspace():
        return text[:characters]
    return text[: max(0, text.rfind(" ", 0, characters + 1))]
