"""Which kept answer a question's neighbours vote for, and what speaks for it. Pure arithmetic: no rows, no tenants.

A vote is a kernel ridge regression (a Gaussian process' mean: Rasmussen and Williams, 2006, chapter 2) over the
question's nearest neighbours only. Neighbours that say the same share one voice, so that an answer is not preferred for
having many alike phrasings. The first of KERNELS decides; by how much the others agree is evidence.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Answers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Kernel:
    """exp(sharpness · (cosine of meanings - 1)) + words · cosine of words; sharpness 0: words alone."""

    name: str
    sharpness: float
    words: float
    ridge: float
    neighbours: int


KERNELS = (
    Kernel("both", 3.0, 0.3, 0.5, 64),
    Kernel("wide", 1.5, 0.2, 0.5, 128),
    Kernel("meaning", 3.0, 0.0, 0.5, 64),
    Kernel("close", 8.0, 0.0, 0.3, 64),
    Kernel("words", 0.0, 1.0, 0.5, 128),
)
MOST = max(kernel.neighbours for kernel in KERNELS)
FEATURES = (
    *("score", "share", "mass", "nearest", "meaning_margin", "third_margin", "words", "words_margin"),
    *("meaning_agrees", "words_agree", "phrasings", "crowd", "least_margin"),
    *(f"margin_{kernel.name}" for kernel in KERNELS),
    *(f"root_margin_{kernel.name}" for kernel in KERNELS),
)


@dataclass(frozen=True, slots=True)
class Vote:
    """`answer` won; `supporters`: places of its phrasings among the neighbours, the most alike first; `nearest`: the
    place of the most alike phrasing of each answer among them; `evidence` in the order of FEATURES."""

    answer: int
    supporters: tuple[int, ...]
    nearest: tuple[int, ...]
    evidence: Floats


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """Best first. `alike` and `worded`: cosines with the question; `near` and `spoken`: with each other."""

    places: NDArray[np.intp]
    alike: Floats
    worded: Floats
    near: Floats
    spoken: Floats
    names: Answers
    whose: NDArray[np.intp]  # index in `names`


def vote(
    meaning: Floats, words: Floats, meanings: Floats, wordings: NDArray[np.floating], answers: Answers
) -> Vote | None:
    """Unit vectors: `meaning` (d,) and `words` (w,) of the question, `meanings` (n, d), `wordings` (n, w) and `answers`
    (n,) of what is kept. None when nothing is kept."""
    if not len(answers):
        return None
    around = _look_around(meaning, words, meanings, wordings, answers)
    tallies = [_tally(kernel, around) for kernel in KERNELS]
    winner = int(tallies[0].argmax())
    margins = np.array([_margin(tally, winner) for tally in tallies], np.float32)
    ours = around.whose[: KERNELS[0].neighbours] == winner
    order = np.flatnonzero(ours)[np.argsort(-_closeness(around)[: len(ours)][ours], kind="stable")]
    evidence = np.concatenate(
        [_plain_evidence(around, tallies[0], winner, ours), [margins.min()], margins, _root(margins)]
    )
    supporters = tuple(int(each) for each in around.places[order])
    firsts = np.sort(np.unique(around.whose, return_index=True)[1])
    nearest = tuple(int(each) for each in around.places[firsts])
    return Vote(int(around.names[winner]), supporters, nearest, evidence.astype(np.float32))


def _look_around(
    meaning: Floats, words: Floats, meanings: Floats, wordings: NDArray[np.floating], answers: Answers
) -> _Neighbours:
    alike = meanings @ meaning
    count = min(MOST, len(alike))
    places = np.argpartition(-alike, count - 1)[:count]
    places = places[np.argsort(-alike[places], kind="stable")]
    chosen, spoken = meanings[places], wordings[places].astype(np.float32)
    names, whose = np.unique(answers[places], return_inverse=True)
    return _Neighbours(places, alike[places], spoken @ words, chosen @ chosen.T, spoken @ spoken.T, names, whose)


def _closeness(around: _Neighbours) -> Floats:
    return around.alike + KERNELS[0].words * around.worded


def _tally(kernel: Kernel, around: _Neighbours) -> NDArray[np.float64]:
    """Each answer's share of the vote, in the order of `names`; about 1 for one that is asked for just so."""
    count = min(kernel.neighbours, len(around.places))
    among = kernel.words * around.spoken[:count, :count]
    asked = kernel.words * around.worded[:count]
    if kernel.sharpness:
        among = among + np.exp(kernel.sharpness * (around.near[:count, :count] - 1))
        asked = asked + np.exp(kernel.sharpness * (around.alike[:count] - 1))
    among[np.diag_indices(count)] += kernel.ridge
    weights = np.linalg.solve(among, asked)
    tally: NDArray[np.float64] = np.zeros(len(around.names))
    np.add.at(tally, around.whose[:count], weights)
    return tally


def _margin(tally: NDArray[np.float64], winner: int) -> float:
    """How far the winner is before the best of the others; below 0 when this kernel would choose another."""
    rest = np.delete(tally, winner)
    return float(tally[winner] - (rest.max() if len(rest) else 0.0))


def _root(margins: Floats) -> Floats:
    """The first steps of a margin say more than the last."""
    return np.sqrt(np.clip(margins, 0.0, 1.0))


def _plain_evidence(
    around: _Neighbours, tally: NDArray[np.float64], winner: int, ours: NDArray[np.bool_]
) -> NDArray[np.float64]:
    alike, worded = around.alike[: len(ours)], around.worded[: len(ours)]
    mine, theirs, unsaid = alike[ours], alike[~ours], worded[~ours]
    mass = float(np.clip(tally, 0, None).sum()) or 1.0
    return np.array(
        [
            tally[winner],
            tally[winner] / mass,
            mass,
            mine[0],
            mine[0] - _top(theirs, 1),
            _top(mine, 3) - _top(theirs, 3),
            worded[ours].max(),
            worded[ours].max() - (unsaid.max() if len(unsaid) else 0.0),
            float(ours[0]),
            float(ours[int(worded.argmax())]),
            np.log(len(mine)),
            np.log(len(set(around.whose[: len(ours)]))),
        ]
    )


def _top(values: Floats, count: int) -> float:
    """Mean of the best; values are sorted, what is missing counts as 0."""
    return float(values[:count].sum()) / count
