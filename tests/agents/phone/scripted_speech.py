"""Speech whose words are given: loud sound is speech, each utterance has the next words, a character is 20 ms of sound.

The real ones are in `test_real_speech.py`; here only what is done with them is looked at.
"""

import asyncio
import time
from collections.abc import Sequence

import numpy as np

from agents.channels.phone.audio import mulaw
from agents.channels.phone.audio.speech import Speech
from agents.channels.phone.audio.transport import Arrived, Sound

LOUD = mulaw.encode(np.tile(np.array([8000, -8000], "<i2"), 80).tobytes())
SPOKEN = b"\x10" * mulaw.FRAME_BYTES


class ScriptedRecogniser:
    """The words of an utterance are understood when it has `after` frames, or at its end. When it goes on after that,
    the next words are added to them."""

    def __init__(self, words: Sequence[str], after: int = 20) -> None:
        self._words, self._after, self.number = list(words), after, -1
        self.heard = self.settled = self._first = 0
        self._is_finished = False
        self.closed = False

    @property
    def partial(self) -> str:
        is_known = 0 <= self.number < len(self._words)
        return self._all() if is_known and self.heard >= self._after else self._all(self.number)

    def _all(self, end: int | None = None) -> str:
        return " ".join(filter(None, self._words[self._first : self.number + 1 if end is None else end]))

    async def begin(self) -> None:
        self.number, self.heard, self._is_finished = self.number + 1, 0, False
        self._first = self.number

    async def hear(self, samples: bytes) -> None:
        if self._is_finished:
            self.number, self.heard, self._is_finished = self.number + 1, 0, False
        self.heard += 1

    async def settle(self) -> None:
        self.settled += 1

    async def finish(self) -> str:
        self._is_finished = True
        return self._all()

    async def close(self) -> None:
        self.closed = True


class ScriptedVoice:
    def __init__(self) -> None:
        self.spoken: list[str] = []

    async def speak(self, text: str) -> bytes:
        self.spoken.append(text)
        return SPOKEN * len(text)

    async def close(self) -> None: ...


def is_loud(samples: bytes) -> bool:
    return bool(np.abs(np.frombuffer(samples, "<i2").astype(int)).max() > 1000)


def scripted_speech(*words: str, after: int = 20) -> tuple[Speech, ScriptedVoice]:
    voice = ScriptedVoice()
    return Speech(ScriptedRecogniser(words, after), voice, is_loud), voice


class ScriptedTransport:
    """A line without marks: what is sent is what is heard. `caller_says` is sound at its own pace."""

    has_marks = False
    is_continuous = False

    def __init__(self) -> None:
        self._arriving: asyncio.Queue[Arrived | None] = asyncio.Queue()
        self.sent: list[float] = []
        self.cleared: list[float] = []
        self.is_open = True

    async def receive(self) -> Arrived | None:
        return await self._arriving.get()

    async def send(self, frame: bytes) -> None:
        self.sent.append(time.monotonic())

    async def mark(self, name: str) -> None: ...

    async def clear(self) -> None:
        self.cleared.append(time.monotonic())

    async def close(self) -> None:
        self.is_open = False

    @property
    def is_empty(self) -> bool:
        return self._arriving.empty()

    def put(self, arrived: Arrived | None) -> None:
        self._arriving.put_nowait(arrived)

    async def caller_says(self, frames: int = 30, *, silence: int = 50) -> float:
        """At the pace of speech; returns when it began. The silence after it comes at once."""
        began = time.monotonic()
        for _ in range(frames):
            self.put(Sound(LOUD))
            await asyncio.sleep(mulaw.FRAME_SECONDS)
        for _ in range(silence):
            self.put(Sound(mulaw.SILENCE))
        return began
