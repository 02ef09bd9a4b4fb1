"""µ-law (G.711), the telephone's sound: 8,000 samples a second, a byte each. By tables. Pure.

ITU-T G.711, as Sun's g711.c and Python's audioop have it; samples are 16 bits, little endian.
"""

import numpy as np
from numpy.typing import NDArray

RATE = 8000
FRAME_BYTES = 160  # 20 ms
FRAME_SECONDS = 0.02
SILENCE = b"\xff" * FRAME_BYTES
_BIAS, _MOST = 33, 0x1FFF  # of 14 bits
_SEGMENT_ENDS = np.array([0x3F, 0x7F, 0xFF, 0x1FF, 0x3FF, 0x7FF, 0xFFF, 0x1FFF])


def decode(sound: bytes) -> bytes:
    samples: bytes = _SAMPLES[np.frombuffer(sound, np.uint8)].tobytes()
    return samples


def encode(samples: bytes) -> bytes:
    sound: bytes = _CODES[np.frombuffer(samples, "<u2")].tobytes()
    return sound


def _make_samples() -> NDArray[np.int16]:
    code = ~np.arange(256) & 0xFF
    magnitude = ((((code & 0xF) << 3) + (_BIAS << 2)) << ((code >> 4) & 7)) - (_BIAS << 2)
    return np.where(code & 0x80, -magnitude, magnitude).astype("<i2")


def _make_codes() -> NDArray[np.uint8]:
    """Of each 16 bits, read as without a sign."""
    sample = np.arange(65536).astype("<u2").view("<i2").astype(np.int32) >> 2
    magnitude = np.minimum(np.abs(sample) + _BIAS, _MOST)
    segment = np.searchsorted(_SEGMENT_ENDS, magnitude)
    code = (segment << 4) | ((magnitude >> (segment + 1)) & 0xF)
    codes: NDArray[np.uint8] = (code ^ np.where(sample < 0, 0x7F, 0xFF)).astype(np.uint8)
    return codes


_SAMPLES = _make_samples()
_CODES = _make_codes()


def in_frames(sound: bytes) -> bytes:
    """With silence to the end of its last 20 ms."""
    return sound + b"\xff" * (-len(sound) % FRAME_BYTES)
