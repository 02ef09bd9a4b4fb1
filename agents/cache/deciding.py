"""Whether what the vote says is sure enough to be an answer: a logistic rule over its evidence, read from `rule.json`.

Made by `make fit-cache`; the file says from how many questions. Then the gate: numbers, dates, names and negation.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from agents.cache.slots import are_compatible
from agents.cache.voting import FEATURES, Floats, Vote

PATH = Path(__file__).with_name("rule.json")


@dataclass(frozen=True, slots=True)
class Rule:
    """`weights` in the order of FEATURES, then the intercept; an answer needs a confidence of `least`."""

    name: str
    weights: Floats
    least: float

    def confidence(self, evidence: Floats) -> float:
        """Probability that the vote's answer is the right one, by the questions that the rule was made from."""
        logit = float(evidence @ self.weights[:-1] + self.weights[-1])
        return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))


@cache
def load_rule() -> Rule:
    """Raises ValueError when the file was made for other evidence."""
    made = json.loads(PATH.read_text(encoding="utf-8"))
    if tuple(made["weights"]) != (*FEATURES, "intercept"):
        raise ValueError(f"{PATH.name} was made for other evidence: run make fit-cache.")
    return Rule(made["name"], np.array(list(made["weights"].values()), np.float32), float(made["least"]))


def choose_phrasing(question: str, found: Vote, asked_as: Mapping[int, str]) -> int | None:
    """Of the ways of asking for the winning answer (by their places; some may be gone) the one that is most alike and
    agrees in numbers, dates, names and negation. None: no answer."""
    agreeing = (place for place in found.supporters if place in asked_as and are_compatible(question, asked_as[place]))
    return next(agreeing, None)
