"""Speaking without an account: flite, a program of Debian's of the same name. English."""

import asyncio
import shutil
import struct
import subprocess

import numpy as np
from numpy.typing import NDArray

from agents.channels.phone.audio import mulaw
from agents.channels.phone.audio.speech import SpeechUnavailable

MISSING = "flite is not installed, so nothing can be spoken here: apt-get install flite (or bash infra/speech.sh)."
VOICES = ("slt", "kal", "kal16", "awb", "rms")
SECONDS = 15.0
LOUD = 200  # of 32,767; before and after it is the silence that flite speaks with
MARGIN = 160  # samples of it that stay
_TAPS = 41


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


def at_8_khz(samples: NDArray[np.int16], rate: int) -> NDArray[np.int16]:
    """Of 8 or 16 kHz: every other sample, after what is above 3.6 kHz was taken out (a windowed sinc)."""
    if rate != 16000:
        return samples
    at = np.arange(_TAPS) - _TAPS // 2
    taps = np.sinc(at * 0.45) * np.hamming(_TAPS)
    heard = np.convolve(samples, taps / taps.sum(), "same")[::2]
    return np.clip(heard, -32768, 32767).astype("<i2")


def trimmed(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """Without the silence around it: the first of it is what a caller would wait for."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > LOUD)
    if not len(loud):
        return samples[:0]
    return samples[max(0, loud[0] - MARGIN) : loud[-1] + 4 * MARGIN]
