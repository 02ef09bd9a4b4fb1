"""A recording's two sides as drawings made on the server: a stroke for each half second or more."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.channels.phone.recording.keeping import RecordingView
from frontend.call_timeline import clock

_LOUDEST = 100
_LEAST = 1  # percent: silence is a line


@dataclass(frozen=True, slots=True)
class Waveform:
    """`caller` and `agent`: paths in a box of `width` by 100; `begins`: when in the call; `length`: of it."""

    caller: str
    agent: str
    width: int
    begins: str
    length: str


def waveform_of(recording: RecordingView) -> Waveform:
    most = max([*recording.caller_peaks, *recording.agent_peaks, 1])
    return Waveform(
        _path(recording.caller_peaks, most),
        _path(recording.agent_peaks, most),
        max(len(recording.caller_peaks), 1),
        clock(recording.began_ms),
        clock(round(1000 * recording.seconds)),
    )


def _path(peaks: Sequence[int], most: int) -> str:
    heights = (max(_LEAST, round(_LOUDEST / 2 * peak / most)) for peak in peaks)
    return "".join(f"M{at}.5 {50 - height}V{50 + height}" for at, height in enumerate(heights))
