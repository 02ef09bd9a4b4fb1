"""A call as two lanes over time: who spoke when, where the caller cut in, and a ruler of minutes and seconds."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from agents.channels.phone.story import CallStory, Stretch

_NARROWEST = 0.5  # percent: a word is seen, too
_STEPS_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600)
_MOST_TICKS = 7


@dataclass(frozen=True, slots=True)
class SpokenBar:
    """`left` and `width` in percent."""

    stretch: Stretch
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Tick:
    left: float
    label: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """`says`: the same in words, for those who do not see it."""

    caller: Sequence[SpokenBar]
    agent: Sequence[SpokenBar]
    cuts: Sequence[float]
    ticks: Sequence[Tick]
    is_reckoned: bool
    says: str


def timeline_of(story: CallStory) -> Timeline | None:
    """None where nobody said anything."""
    if not story.stretches:
        return None
    bars = [_bar(each, story.length_ms) for each in story.stretches]
    caller = [each for each in bars if each.stretch.is_caller]
    agent = [each for each in bars if not each.stretch.is_caller]
    cuts = [min(100.0, 100 * cut / story.length_ms) for cut in story.cuts]
    return Timeline(
        caller,
        agent,
        cuts,
        _ticks(story.length_ms),
        any(each.is_reckoned for each in story.stretches),
        gettext("The caller speaks %(caller)s, the agent %(agent)s; the caller cuts in %(cuts)s.")
        % {"caller": _times(len(caller)), "agent": _times(len(agent)), "cuts": _times(len(cuts))},
    )


def clock(ms: int) -> str:
    """Since the call was taken up: 75 300 → `1:15`."""
    return f"{ms // 60_000}:{ms // 1000 % 60:02}"


def _bar(stretch: Stretch, whole: int) -> SpokenBar:
    left = min(100 * stretch.begin_ms / whole, 100 - _NARROWEST)
    width = max(_NARROWEST, 100 * (stretch.end_ms - stretch.begin_ms) / whole)
    return SpokenBar(stretch, left, min(width, 100 - left))


def _ticks(whole: int) -> list[Tick]:
    step = 1000 * next((each for each in _STEPS_SECONDS if whole / 1000 / each <= _MOST_TICKS), _STEPS_SECONDS[-1])
    return [Tick(100 * at / whole, clock(at)) for at in range(0, whole, step) if 100 * at / whole <= 94]


def _times(count: int) -> str:
    words = {0: gettext("never"), 1: gettext("once"), 2: gettext("twice")}
    return words.get(count) or gettext("%(times)s times") % {"times": count}
