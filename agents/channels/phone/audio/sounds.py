"""What voices made, as a telephone has it. Pure."""

import numpy as np
from numpy.typing import NDArray

LOUD = 200  # of 32,767; before and after it is the silence that voices begin and end with
MARGIN = 160  # samples of it that stay
_TAPS = 41


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
