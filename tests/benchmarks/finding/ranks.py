"""At which place the right document came, and what that makes of many questions."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

MISSED = 10**6


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1 of questions whose document came first, or among the first five; mean reciprocal rank."""

    hit_1: float
    hit_5: float
    mrr: float

    def as_dict(self) -> dict[str, float]:
        return {name: round(value, 4) for name, value in asdict(self).items()}

    def __str__(self) -> str:
        return f"{self.hit_1:6.1%} {self.hit_5:6.1%} {self.mrr:7.4f}"


def place_of(document: int, found: Iterable[int]) -> int:
    """From 1, passages of one document counted once."""
    for place, each in enumerate(dict.fromkeys(found), start=1):
        if each == document:
            return place
    return MISSED


def measure(places: Sequence[int]) -> Figures:
    ranks = np.array(places, dtype=np.float64)
    reciprocal = np.where(ranks < MISSED, 1 / ranks, 0.0)
    return Figures(float((ranks == 1).mean()), float((ranks <= 5).mean()), float(reciprocal.mean()))
