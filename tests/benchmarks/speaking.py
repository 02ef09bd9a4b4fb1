"""What callers of the benchmarks say."""

import numpy as np

from agents.channels.phone.audio import mulaw
from agents.channels.phone.audio.flite import Flite
from agents.channels.phone.audio.sounds import LOUD


async def spoken(text: str) -> bytes:
    """Up to its last sound, so that the wait is counted from there."""
    sound = await Flite("kal16").speak(text)
    samples = np.abs(np.frombuffer(mulaw.decode(sound), "<i2").astype(np.int32))
    return sound[: int(np.flatnonzero(samples > LOUD)[-1]) + 1]
