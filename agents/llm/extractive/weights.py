"""The learned numbers of the ranking, read from `weights.json`: plain weights over named evidence, nothing else.

Made by `python -m tests.benchmarks.answers --data PATH --fit`; the file says from how many questions and how.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agents.llm.extractive.meaning import Mode

PATH = Path(__file__).with_name("weights.json")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """`rank` scores a segment's row; `confidence` (last entry: intercept) scores a summary of the whole list.

    An answer whose confidence is below `refuse_below` is not given.
    """

    rank: Floats
    confidence: Floats
    refuse_below: float


@cache
def load_weights(mode: Mode, names: tuple[str, ...], summary_names: tuple[str, ...]) -> Weights:
    """Weights in the order of `names`. Raises ValueError when the file was made for other evidence."""
    entry = json.loads(PATH.read_text(encoding="utf-8"))["modes"][mode]
    return Weights(
        rank=_in_order(entry["rank"], names),
        confidence=_in_order(entry["confidence"], (*summary_names, "intercept")),
        refuse_below=float(entry["refuse_below"]),
    )


def _in_order(numbers: dict[str, float], names: Sequence[str]) -> Floats:
    if set(numbers) != set(names):
        raise ValueError(f"{PATH.name} was made for other evidence: run the answers benchmark with --fit.")
    return np.array([numbers[name] for name in names], dtype=np.float64)
