"""What voices made, as a telephone has it. Pure."""

import numpy as np
from numpy.typing import NDArray

LOUD = 200  # of 32,767; before and after it is the silence that voices begin and end with
MARGIN = 160  # samples of it that stay
_TAPS = 41
FAINT = 0.02  # of the loudest of late: 34 dB below it
_FADING = 0.995  # a frame: the loudest counts for half after 2.8 s


def at_8_khz(samples: NDArray[np.int16], rate: int) -> NDArray[np.int16]:
    """Of 8, 16 or 24 kHz: every so manieth sample, after what is above 3.6 kHz was taken out (a windowed sinc)."""
    step = rate // 8000
    if step <= 1 or not len(samples):
        return samples
    at = np.arange(_TAPS) - _TAPS // 2
    taps = np.sinc(at * 0.9 / step) * np.hamming(_TAPS)
    heard = np.convolve(samples, taps / taps.sum(), "same")[::step]
    return np.clip(heard, -32768, 32767).astype("<i2")


def trimmed(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """Without the silence around it: the first of it is what a caller would wait for."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > LOUD)
    if not len(loud):
        return samples[:0]
    return samples[max(0, loud[0] - MARGIN) : loud[-1] + 4 * MARGIN]


class Loudness:
    """Of a line, 20 ms at a time. A detector says speech for 100 ms after the last of it; who waits for the end knows
    it sooner by the sound being gone."""

    def __init__(self) -> None:
        self._loudest = 0.0

    def is_faint(self, samples: bytes) -> bool:
        """Against the loudest of late."""
        heard = np.frombuffer(samples, "<i2").astype(np.float32)
        level = float(np.sqrt(np.mean(heard * heard))) if len(heard) else 0.0
        self._loudest = max(level, self._loudest * _FADING)
        return level < FAINT * self._loudest
