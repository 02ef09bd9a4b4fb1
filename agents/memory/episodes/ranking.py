"""Which turns answer best: each way of looking ranks them, the ranks are joined, and what is known of a turn counts.

Ways of looking (arms): the turn's own words, the words around it, its nearest sentence in meaning, and the meaning
around it. They are joined by reciprocal rank (Cormack, Clarke, Büttcher 2009) over the turns that any of them would
look at. The weights were chosen on five of LoCoMo's ten conversations: see docs/benchmarks.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agents.memory.episodes.asked import Asked
from agents.memory.episodes.blocks import Block, Floats, Places, Postings
from agents.memory.episodes.segments import ASKS, HAS_QUESTION, TELLS_TIME

RANK_CONSTANT = 10.0
NEAR_WORDS, WIDE_WORDS = 60, 220  # how far windows of meaning and of words reach
LOOKED_AT = 250  # turns that each arm takes a look at where there are many; with these, their neighbours
EVERY_TURN = 2_000  # so many are all looked at
NEIGHBOURS = 2
LONGEST = 60  # words past which a turn says no more by being longer
DAY = 86_400
AFTERMATH_DAYS = 3  # people tell what happened for some days after it
K1, B = 1.2, 0.75
_UNKNOWN = -9.0
_NOTHING = {"words": 0.0, "around": 0.0, "facts": 0.0, "meaning": -1.0, "meaning_around": -1.0}  # no word of an arm's

ARM_WEIGHTS: Mapping[str, float] = {"words": 0.5, "around": 2.0, "meaning": 1.5, "meaning_around": 0.75, "facts": 1.0}
PRIOR_WEIGHTS: Mapping[str, float] = {
    "speaker": 0.6, "length": 0.2, "asks": -0.6, "has_question": -0.3, "time": 0.5, "date": 1.75,
}  # fmt: skip


Alive = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Weights:
    arms: Mapping[str, float] = field(default_factory=lambda: ARM_WEIGHTS)
    priors: Mapping[str, float] = field(default_factory=lambda: PRIOR_WEIGHTS)

    def without(self, name: str) -> "Weights":
        """As if this arm, or what this says of turns, were not there."""
        return (
            Weights({**self.arms, name: 0.0}, self.priors)
            if name in self.arms
            else Weights(self.arms, {**self.priors, name: 0.0})
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A turn: which block, where in it, how good, and its rank from 1 and score in each arm that has it. `coverage`:
    how much of the question's words it says, rare ones counting more; 1 is about all of them."""

    block: int
    turn: int
    score: float
    arms: Mapping[str, tuple[int, float]]
    coverage: float


@dataclass(frozen=True, slots=True)
class _Question:
    asked: Asked
    vector: Floats | None
    weights: Weights


@dataclass(frozen=True, slots=True)
class _Pool:
    """The turns of a block that are looked at, ascending, and what the arms say of them."""

    block: Block
    turns: Places
    scores: dict[str, Floats]
    priors: Floats


@dataclass(frozen=True, slots=True)
class Searched:
    """Blocks with which of their turns hold; `votes`: by block, turns that a fact was learned from, with how well the
    fact fits."""

    blocks: Sequence[Block]
    alive: Sequence[Alive]
    votes: Sequence[Mapping[int, float]] = ()


def rank(searched: Searched, asked: Asked, vector: Floats | None, *, limit: int, weights: Weights) -> list[Place]:
    """Best first. `vector`: of `asked.meaning`, None where there is none: then words alone decide."""
    collection = _Collection.of(searched, asked)
    question = _Question(asked, vector, weights)
    pools = [
        _pool(block, alive, postings, collection, question, votes)
        for block, alive, postings, votes in zip(
            searched.blocks, searched.alive, collection.postings, _votes(searched), strict=True
        )
    ]
    ranks = _ranks(pools)
    scores = sum(_fused(ranks, weights), np.concatenate([np.empty(0, np.float32), *(each.priors for each in pools)]))
    ideal = max(sum(collection.rarity), 1e-9)
    return [_place(pools, ranks, int(each), float(scores[each]), ideal) for each in _best(scores, limit)]


@dataclass(frozen=True, slots=True)
class _Collection:
    """Of all blocks together: in how many turns each word is said, how many turns there are and how long they are."""

    postings: list[list[Postings]]
    rarity: list[float]
    mean_length: float

    @classmethod
    def of(cls, searched: Searched, asked: Asked) -> "_Collection":
        postings = [[block.postings(term) for term in asked.terms] for block in searched.blocks]
        turns = sum(block.size for block in searched.blocks)
        said = [sum(len(each[place].turns) for each in postings) for place in range(len(asked.terms))]
        rarity = [float(np.log(1 + (turns - each + 0.5) / (each + 0.5))) for each in said]
        length = sum(float(block.length_ends[-1]) for block in searched.blocks)
        return cls(postings, rarity, max(length / max(turns, 1), 1e-9))


def _votes(searched: Searched) -> Sequence[Mapping[int, float]]:
    return searched.votes or [{} for _ in searched.blocks]


def _pool(
    block: Block,
    alive: Alive,
    postings: list[Postings],
    of: _Collection,
    question: _Question,
    votes: Mapping[int, float],
) -> _Pool:
    asked, vector, weights = question.asked, question.vector, question.weights
    own = _own_words(block, postings, of)
    turns = _looked_at(block, alive, own, vector, votes)
    scores = {"words": own[turns], "around": _around(block, turns, postings, of)}
    if vector is not None and len(block.meanings):
        scores |= _meanings(block, turns, vector)
    if votes:
        scores["facts"] = np.array([votes.get(int(each), 0.0) for each in turns], np.float32)
    scores = {name: each for name, each in scores.items() if weights.arms.get(name)}
    return _Pool(block, turns, scores, _priors(block, turns, asked, weights))


def _own_words(block: Block, postings: list[Postings], of: _Collection) -> Floats:
    """BM25 of every turn."""
    scores = np.zeros(block.size, np.float32)
    for each, rarity in zip(postings, of.rarity, strict=True):
        if len(each.turns):
            scores[each.turns] += rarity * _saturated(each.counts, block.lengths[each.turns], of.mean_length)
    return scores


def _around(block: Block, turns: Places, postings: list[Postings], of: _Collection) -> Floats:
    """BM25 of the windows around these turns, each word as rare as it is among turns."""
    first, last = block.windows(turns, WIDE_WORDS)
    lengths = (block.length_ends[last] - block.length_ends[first]).astype(np.float32)
    mean = float(lengths.mean()) if len(lengths) else 1.0
    scores: Floats = np.zeros(len(turns), np.float32)
    for each, rarity in zip(postings, of.rarity, strict=True):
        if len(each.turns):
            sums = np.concatenate([np.zeros(1, np.float32), np.cumsum(each.counts, dtype=np.float32)])
            counts = sums[np.searchsorted(each.turns, last)] - sums[np.searchsorted(each.turns, first)]
            scores += np.float32(rarity) * _saturated(counts, lengths, mean)
    return scores


def _saturated(counts: Floats, lengths: Floats, mean: float) -> Floats:
    found = counts * (K1 + 1) / (counts + K1 * (1 - B + B * lengths / max(mean, 1e-9)))
    return np.asarray(found, np.float32)


def _looked_at(block: Block, alive: Alive, own: Floats, vector: Floats | None, votes: Mapping[int, float]) -> Places:
    """All of them, where they are not too many; else the best of each arm with their neighbours. Ascending."""
    if block.size <= EVERY_TURN:
        return np.flatnonzero(alive)
    best = _best(own, LOOKED_AT)
    found = [best[own[best] > 0], np.fromiter(votes, np.int64)]
    if vector is not None:
        found.append(block.signs_near(vector, LOOKED_AT))
    turns = np.unique(np.concatenate(found))
    around = np.unique((turns[:, None] + np.arange(-NEIGHBOURS, NEIGHBOURS + 1)).ravel())
    around = around[(around >= 0) & (around < block.size)]
    return around[alive[around]]


def _meanings(block: Block, turns: Places, vector: Floats) -> dict[str, Floats]:
    """The nearest sentence's cosine, and the mean of the turns' in the near window, as far as they are looked at."""
    nearest, mean = block.cosines(turns, vector)
    first, last = block.windows(turns, NEAR_WORDS)
    first, last = np.searchsorted(turns, first), np.searchsorted(turns, last)
    sums = np.concatenate([np.zeros(1), np.cumsum(mean, dtype=np.float64)])
    return {"meaning": nearest, "meaning_around": ((sums[last] - sums[first]) / (last - first)).astype(np.float32)}


def _priors(block: Block, turns: Places, asked: Asked, weights: Weights) -> Floats:
    """What speaks for a turn before its words are looked at: who says it, how much it says, that it does not ask, and
    when the question is about a time, that it names one or was said then."""
    of, flags = weights.priors, block.flags[turns]
    length = np.log1p(np.minimum(block.words[turns], LONGEST))
    found = of["length"] * length + of["asks"] * (flags & ASKS > 0) + of["has_question"] * (flags & HAS_QUESTION > 0)
    if asked.speaker is not None:
        found = found + of["speaker"] * (block.speakers[turns] == asked.speaker)
    if asked.is_when:
        found = found + of["time"] * (flags & TELLS_TIME > 0)
    for each in asked.times:
        start, end = each.start.timestamp(), each.end.timestamp() + AFTERMATH_DAYS * DAY
        found = found + of["date"] * ((block.said_at[turns] >= start) & (block.said_at[turns] < end))
    return np.asarray(found, np.float32)


Ranks = dict[str, NDArray[np.int64]]


def _ranks(pools: Sequence[_Pool]) -> Ranks:
    """By arm: the rank of every turn that is looked at, from 1; 0 where the arm knows nothing of it. Equal ones share
    the best of their ranks: in a short conversation all windows are the same, and say nothing of which turn is meant.
    """
    ranks: Ranks = {}
    for name in dict.fromkeys(name for pool in pools for name in pool.scores):
        nothing = (np.full(len(pool.turns), _UNKNOWN, np.float32) for pool in pools)
        scores = np.concatenate([pool.scores.get(name, no) for pool, no in zip(pools, nothing, strict=True)])
        order = np.argsort(-scores, kind="stable")
        is_lower = np.diff(scores[order], prepend=np.inf) < 0
        of = np.empty(len(scores), np.int64)
        of[order] = np.maximum.accumulate(np.where(is_lower, np.arange(1, len(scores) + 1), 0))
        ranks[name] = np.where(scores > _NOTHING[name], of, 0)
    return ranks


def _fused(ranks: Ranks, weights: Weights) -> Iterator[Floats]:
    for name, of in ranks.items():
        share = RANK_CONSTANT / (RANK_CONSTANT + of - 1)  # the first place is worth 1
        yield np.where(of > 0, weights.arms[name] * share, 0.0).astype(np.float32)


def _best(scores: Floats, most: int) -> Places:
    """The places of the highest, best first; equal ones as they stand."""
    if len(scores) <= most:
        return np.argsort(-scores, kind="stable")
    near = np.sort(np.argpartition(-scores, most - 1)[:most])
    return near[np.argsort(-scores[near], kind="stable")]


def _place(pools: Sequence[_Pool], ranks: Ranks, index: int, score: float, ideal: float) -> Place:
    of = {name: int(each[index]) for name, each in ranks.items() if each[index]}
    for number, pool in enumerate(pools):
        if index < len(pool.turns):
            arms = {name: (rank, round(float(pool.scores[name][index]), 4)) for name, rank in of.items()}
            coverage = arms["words"][1] / ideal if "words" in arms else 0.0
            return Place(number, int(pool.turns[index]), round(score, 5), arms, round(coverage, 4))
        index -= len(pool.turns)
    raise IndexError(index)
