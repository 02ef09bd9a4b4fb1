"""Speaking without an account: flite, a program of Debian's of the same name. English."""

import asyncio
import shutil
import struct
import subprocess

import numpy as np
from numpy.typing import NDArray

from agents.channels.phone.audio import mulaw
from agents.channels.phone.audio.sounds import at_8_khz, trimmed
from agents.channels.phone.audio.speech import SpeechUnavailable

MISSING = "flite is not installed, so nothing can be spoken here: apt-get install flite (or bash infra/speech.sh)."
VOICES = ("slt", "kal", "kal16", "awb", "rms")
SECONDS = 15.0


def locate_flite() -> str:
    """Raises SpeechUnavailable."""
    found = shutil.which("flite")
    if found is None:
        raise SpeechUnavailable(MISSING)
    return found


class Flite:
    """`voice`: one of VOICES, the first where it is none of them. `speed`: 1 is normal."""

    def __init__(self, voice: str = "", speed: float = 1.0) -> None:
        self._program = locate_flite()
        self._voice = voice if voice in VOICES else VOICES[0]
        self._stretch = f"duration_stretch={1 / speed:.2f}"

    async def speak(self, text: str) -> bytes:
        rate, samples = await self.samples(text)
        return mulaw.encode(trimmed(at_8_khz(samples, rate)).astype("<i2").tobytes())

    async def close(self) -> None: ...

    async def samples(self, text: str) -> tuple[int, NDArray[np.int16]]:
        """As flite made them, with their rate. Raises SpeechUnavailable."""
        command = [self._program, "-voice", self._voice, "--setf", self._stretch, "-t", text, "-o", "/dev/stdout"]
        try:  # in a thread: some event loops give a child a socket in place of a pipe, which cannot be opened by a name
            spoken = await asyncio.to_thread(subprocess.run, command, capture_output=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise SpeechUnavailable("flite did not finish.") from None
        return read_wave(spoken.stdout)


def read_wave(content: bytes) -> tuple[int, NDArray[np.int16]]:
    """Of 16 bits and one channel: rate and samples. Raises SpeechUnavailable."""
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise SpeechUnavailable("flite spoke nothing.")
    rate, at = 0, 12
    while at + 8 <= len(content):
        name, size = struct.unpack("<4sI", content[at : at + 8])
        body = content[at + 8 : at + 8 + size]
        if name == b"fmt ":
            rate = struct.unpack("<I", body[4:8])[0]
        elif name == b"data":
            return rate, np.frombuffer(body[: len(body) // 2 * 2], "<i2")
        at += 8 + size + size % 2
    raise SpeechUnavailable("flite spoke nothing.")
