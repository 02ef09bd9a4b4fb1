"""What is remembered of a contact as lanes over time: a lane for each kind, a bar for each stretch in which it held."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.selectors import FactView
from frontend.memory_words import fact_label

MOST_LANES = 12
_NARROWEST = 1.2  # percent: what held for a moment is seen, too
_MARGIN = 0.03  # of the whole span, before the first


@dataclass(frozen=True, slots=True)
class LaneBar:
    """`left` and `width` in percent; `tone` chooses the colour."""

    fact: FactView
    left: float
    width: float
    tone: str


@dataclass(frozen=True, slots=True)
class Lane:
    label: str
    bars: Sequence[LaneBar]


@dataclass(frozen=True, slots=True)
class Lanes:
    """From `begins` to `ends`, which is now, or later where something begins later."""

    begins: datetime
    ends: datetime
    lanes: Sequence[Lane]
    now: float


def lanes_of(facts: Iterable[FactView], now: datetime) -> Lanes | None:
    """None where there is nothing that a picture would show: fewer than two stretches."""
    shown = [each for each in facts if not each.is_proposed]
    if len(shown) < 2:
        return None
    first = min(_since(each) for each in shown)
    ends = max([now, *(each.valid_to for each in shown if each.valid_to), *(_since(each) for each in shown)])
    span = max(ends - first, timedelta(hours=1))
    begins = first - span * _MARGIN
    by_label: dict[str, list[FactView]] = {}
    for each in shown:
        by_label.setdefault(fact_label(each.predicate), []).append(each)
    lanes = [Lane(label, [_bar(each, begins, ends) for each in rows]) for label, rows in by_label.items()]
    return Lanes(begins, ends, lanes[:MOST_LANES], _percent(now, begins, ends))


def _bar(fact: FactView, begins: datetime, ends: datetime) -> LaneBar:
    left = _percent(_since(fact), begins, ends)
    right = _percent(fact.valid_to or ends, begins, ends)
    tone = "current" if fact.is_current else fact.status if fact.status == "retracted" else "former"
    return LaneBar(fact, min(left, 100 - _NARROWEST), max(_NARROWEST, right - left), tone)


def _percent(moment: datetime, begins: datetime, ends: datetime) -> float:
    return max(0.0, min(100.0, 100 * ((moment - begins) / (ends - begins))))


def _since(fact: FactView) -> datetime:
    return fact.valid_from or fact.valid_to or fact.recorded_at
