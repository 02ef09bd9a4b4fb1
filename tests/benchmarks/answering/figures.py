"""Figures of an answering system: hits, separation of answerable from unanswerable, words quoted, time."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from tests.benchmarks.answering.dataset import Asked


@dataclass(frozen=True, slots=True)
class Answer:
    """What a system said: its best quote, all it showed, how sure it was, and whether it gave the answer at all."""

    best: str
    shown: tuple[str, ...]
    confidence: float
    is_given: bool
    cpu_ms: float = 0.0
    wall_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Case:
    """A question asked twice: with its paragraph there, and with it removed."""

    asked: Asked
    present: Answer
    removed: Answer


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1. `refused_at_10`: share of the removed refused where 10 % of the present are;
    `false_refusals`, `refused`: at the system's own threshold."""

    questions: int
    hit_best: float
    hit_shown: float
    auc: float
    refused_at_10: float
    false_refusals: float
    refused: float
    words_shown: float
    cpu_ms_p50: float
    wall_ms_p50: float
    wall_ms_p95: float

    def as_dict(self) -> dict[str, float]:
        return {name: round(value, 4) for name, value in asdict(self).items()}


def measure(cases: Sequence[Case]) -> Figures:
    present = np.array([case.present.confidence for case in cases])
    removed = np.array([case.removed.confidence for case in cases])
    wall = [case.present.wall_ms for case in cases]
    return Figures(
        questions=len(cases),
        hit_best=_mean([holds(case.present.best, case.asked) for case in cases]),
        hit_shown=_mean([any(holds(quote, case.asked) for quote in case.present.shown) for case in cases]),
        auc=auc(present, removed),
        refused_at_10=float((removed < np.quantile(present, 0.1)).mean()),
        false_refusals=_mean([not case.present.is_given for case in cases]),
        refused=_mean([not case.removed.is_given for case in cases]),
        words_shown=_mean([sum(len(quote.split()) for quote in case.present.shown) for case in cases]),
        cpu_ms_p50=float(np.median([case.present.cpu_ms for case in cases])),
        wall_ms_p50=float(np.median(wall)),
        wall_ms_p95=float(np.quantile(wall, 0.95)),
    )


def holds(quote: str, asked: Asked) -> bool:
    """True when the quote contains the gold answer, whatever its case and spacing."""
    return normalise(asked.answer) in normalise(quote)


def normalise(text: str) -> str:
    return " ".join(text.casefold().split())


def auc(present: np.ndarray, removed: np.ndarray) -> float:
    """Probability that a present question gets a higher confidence than a removed one; ties count half."""
    both = np.concatenate([present, removed])
    _, inverse, counts = np.unique(both, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    n = len(present)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * len(removed)))


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0
