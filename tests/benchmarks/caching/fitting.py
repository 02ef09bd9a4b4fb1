"""Makes `agents/cache/rule.json` from the training file alone: weights by a logistic regression, the threshold by what
held-out questions show.

Two kinds of examples: some phrasings of each answer are kept and the rest of the file asked, with several draws; and
the file as a stream into an empty cache. The least confidence is the lowest at which the upper 95 % bound of false hits
stays under the limit in each of them, each question judged by weights that were made without it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.cache.deciding import PATH, Rule
from agents.cache.voting import FEATURES
from agents.experiments.intervals import wilson
from tests.benchmarks.caching.questions import Questions, choose_phrasings
from tests.benchmarks.caching.runs import Outcomes, ask_curated, ask_stream

PHRASINGS = 50
DRAWS = (101, 102)
STREAM_SEED = 201
FOLDS = 5
PENALTY = 3.0
MOST_FALSE = 0.01
WARM_UP = 100  # the first questions of a stream meet a cache of hardly anything

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Examples:
    """Outcomes of questions at `places` of the training file, and how much each of them counts."""

    outcomes: Outcomes
    places: NDArray[np.intp]
    counts: Doubles

    def take(self, chosen: NDArray[np.bool_]) -> "Examples":
        return Examples(self.outcomes.take(chosen), self.places[chosen], self.counts[chosen])


def fit_rule(training: Questions) -> Rule:
    """Learn, choose, and write the file."""
    curated = [_curated(training, seed) for seed in DRAWS]
    first = _rule(_fit(curated), least=0.98)
    order = np.random.default_rng(STREAM_SEED).permutation(len(training))
    streamed, _ = ask_stream(training.take(order), first)
    late = order[WARM_UP:]
    groups = [*curated, Examples(streamed.take(np.arange(WARM_UP, len(order))), late, np.ones(len(late)))]
    least = max(_least(each.outcomes, logits) for each, logits in zip(groups, _held_out(groups), strict=True))
    weights = _fit(groups)
    _write(weights, least, sum(len(each.places) for each in groups))
    return _rule(weights, least=least)


def _curated(training: Questions, seed: int) -> Examples:
    """Every answer counts the same."""
    kept = choose_phrasings(training.answers, each=PHRASINGS, seed=seed)
    places = np.flatnonzero(~kept)
    asked = training.take(places)
    counts = 1 / np.bincount(asked.answers)[asked.answers]
    return Examples(ask_curated(training.take(np.flatnonzero(kept)), asked), places, counts / counts.mean())


def _held_out(groups: Sequence[Examples]) -> list[Doubles]:
    """Logits of each group's questions by weights that were made without these questions."""
    logits = [np.full(len(each.places), -np.inf) for each in groups]
    for fold in range(FOLDS):
        rule = _rule(_fit([each.take(each.places % FOLDS != fold) for each in groups]), least=1.0)
        for own, each in zip(logits, groups, strict=True):
            chosen = each.places % FOLDS == fold
            own[chosen] = each.outcomes.take(chosen).logits(rule)
    return logits


def _least(outcomes: Outcomes, logits: Doubles) -> float:
    """The lowest confidence at which the upper bound of false hits is under the limit."""
    order = np.argsort(-logits)
    order = order[np.isfinite(logits[order])]
    false = np.cumsum(~outcomes.is_right[order])
    good = [place for place in range(len(order)) if wilson(int(false[place]), place + 1)[1] <= MOST_FALSE]
    return float(1 / (1 + np.exp(-logits[order[good[-1]]])))


def _fit(groups: Sequence[Examples]) -> Doubles:
    """Weights and intercept by Newton's method with an L2 penalty on standardised columns, given for raw ones."""
    rows = np.concatenate([each.outcomes.evidence for each in groups]).astype(np.float64)
    wanted = np.concatenate([each.outcomes.is_right for each in groups]).astype(np.float64)
    counts = np.concatenate([each.counts for each in groups])
    centre, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = np.hstack([(rows - centre) / spread, np.ones((len(rows), 1))])
    penalty = np.append(np.full(rows.shape[1], PENALTY), 1e-6)
    weights = np.zeros(scaled.shape[1])
    for _ in range(30):
        share = 1 / (1 + np.exp(-scaled @ weights))
        curvature = (scaled * (counts * share * (1 - share))[:, None]).T @ scaled + np.diag(penalty)
        step = np.linalg.solve(curvature, scaled.T @ (counts * (wanted - share)) - penalty * weights)
        weights = weights + step
        if np.abs(step).max() < 1e-6:
            break
    raw = weights[:-1] / spread
    return np.append(raw, weights[-1] - raw @ centre)


def _rule(weights: Doubles, *, least: float) -> Rule:
    return Rule("fitting", weights.astype(np.float32), least)


def _write(weights: Doubles, least: float, questions: int) -> None:
    names = (*FEATURES, "intercept")
    made = {
        "name": "kernel-vote-1",
        "how": "make fit-cache: logistic regression, L2; the least confidence by held-out folds of the training file",
        "questions": questions,
        "least": round(least, 5),
        "weights": {name: float(f"{weight:.5g}") for name, weight in zip(names, weights, strict=True)},
    }
    PATH.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
