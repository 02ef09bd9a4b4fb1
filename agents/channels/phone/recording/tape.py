"""A call's transport that keeps what goes through it, once it was started: the caller left, the agent right.

Frames of µ-law, interleaved byte by byte, appended to a file while the call goes on, so that no call is held in memory
and one whose process was killed is there up to that moment. What was sent ahead and cleared was not heard, and is left
out. The last seconds wait, because sound may still be cleared.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from agents.channels.phone.audio import mulaw
from agents.channels.phone.audio.transport import Arrived, Sound, Transport

SLACK_FRAMES = 10  # 200 ms: a side that is later than this was silent meanwhile
HELD_FRAMES = 100  # 2 s that may still change
FLUSH_FRAMES = 250
PEAK_FRAMES = 25  # a peak each half second
PEAK_SAMPLES = PEAK_FRAMES * mulaw.FRAME_BYTES
MOST_PEAKS = 600  # of each side, in the end


class _Side:
    """The frames of one side that are not written yet; `start`: the number of the first."""

    def __init__(self) -> None:
        self.start = 0
        self.sound = bytearray()

    @property
    def end(self) -> int:
        return self.start + len(self.sound) // mulaw.FRAME_BYTES

    def put(self, frame: bytes, now: int) -> None:
        if self.end < now - SLACK_FRAMES:
            self.sound += mulaw.SILENCE * (now - self.end)
        self.sound += frame

    def cut(self, now: int) -> None:
        del self.sound[max(0, now - self.start) * mulaw.FRAME_BYTES :]

    def take(self, until: int) -> bytes:
        """With silence, where there is less."""
        count = (until - self.start) * mulaw.FRAME_BYTES
        taken = bytes(self.sound[:count])
        del self.sound[:count]
        self.start = until
        return taken + b"\xff" * (count - len(taken))


class Tape:
    """A transport around another one. `seconds` and `peaks`: of what was kept by now."""

    def __init__(self, transport: Transport, clock: Callable[[], float] = time.monotonic) -> None:
        self._transport, self._clock = transport, clock
        self.has_marks, self.is_continuous = transport.has_marks, transport.is_continuous
        self._file: BinaryIO | None = None
        self._began = 0.0
        self._rest = b""
        self._caller, self._agent = _Side(), _Side()
        self._peaks: list[tuple[int, int]] = []

    def start(self, path: Path) -> None:
        if self._file is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file, self._began = path.open("wb"), self._clock()

    async def end(self) -> None:
        """It ends with the line, which whoever goes on is not on."""

    def stop(self) -> bool:
        """All that was kept is written. False where it was not started."""
        if self._file is None:
            return False
        self._write(max(self._caller.end, min(self._agent.end, self._now)))
        self._file.close()
        self._file = None
        return True

    @property
    def seconds(self) -> float:
        return self._caller.start * mulaw.FRAME_SECONDS

    @property
    def peaks(self) -> tuple[list[int], list[int]]:
        """Of the caller and of the agent, from 0 to 100."""
        return fewer_peaks(self._peaks)

    async def receive(self) -> Arrived | None:
        arrived = await self._transport.receive()
        if self._file is not None and isinstance(arrived, Sound):
            sound = self._rest + arrived.mulaw
            whole = len(sound) // mulaw.FRAME_BYTES * mulaw.FRAME_BYTES
            self._rest = sound[whole:]
            if whole:
                self._caller.put(sound[:whole], self._now)
            if (ready := min(self._now, self._caller.end) - HELD_FRAMES - self._caller.start) >= FLUSH_FRAMES:
                self._write(self._caller.start + ready)
        return arrived

    async def send(self, frame: bytes) -> None:
        if self._file is not None:
            self._agent.put(frame, self._now)
        await self._transport.send(frame)

    async def mark(self, name: str) -> None:
        await self._transport.mark(name)

    async def clear(self) -> None:
        if self._file is not None:
            self._agent.cut(self._now)
        await self._transport.clear()

    async def close(self) -> None:
        await self._transport.close()

    @property
    def _now(self) -> int:
        return int((self._clock() - self._began) / mulaw.FRAME_SECONDS)

    def _write(self, until: int) -> None:
        if self._file is None or until <= self._caller.start:
            return
        sides = [np.frombuffer(side.take(until), np.uint8) for side in (self._caller, self._agent)]
        self._file.write(np.stack(sides, axis=1).tobytes())
        self._peaks += zip(*(_peaks_of(each) for each in sides), strict=True)


def fewer_peaks(peaks: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Of each side apart, no more than are drawn."""
    group = -(-len(peaks) // MOST_PEAKS) or 1
    groups = [peaks[at : at + group] for at in range(0, len(peaks), group)]
    return [max(each[0] for each in some) for some in groups], [max(each[1] for each in some) for some in groups]


def _peaks_of(sound: NDArray[np.uint8]) -> list[int]:
    samples = np.abs(np.frombuffer(mulaw.decode(sound.tobytes()), "<i2").astype(np.int32))
    starts = range(0, len(samples), PEAK_SAMPLES)
    return [round(100 * int(samples[at : at + PEAK_SAMPLES].max()) / 32768) for at in starts]
