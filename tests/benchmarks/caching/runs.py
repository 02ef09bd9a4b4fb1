"""The two ways in which questions are put to the cache, through the product's own decision."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.cache.deciding import Rule, choose_phrasing
from agents.cache.voting import FEATURES, Floats, vote
from tests.benchmarks.caching.questions import Questions


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Of each question that was asked: the vote's evidence (NaN: nothing was kept), whether the vote's answer is the
    right one, and whether numbers, names, dates and negation agree with a way of asking for it."""

    evidence: Floats
    is_right: NDArray[np.bool_]
    is_compatible: NDArray[np.bool_]

    def logits(self, rule: Rule) -> Floats:
        found: Floats = self.evidence @ rule.weights[:-1] + rule.weights[-1]
        return np.where(np.isnan(found) | ~self.is_compatible, -np.inf, found)

    def take(self, places: NDArray[np.intp] | NDArray[np.bool_]) -> "Outcomes":
        return Outcomes(self.evidence[places], self.is_right[places], self.is_compatible[places])


class _Kept:
    """What is kept, in arrays that grow by appending."""

    def __init__(self, room: int, example: Questions) -> None:
        self.size = 0
        self.texts: list[str] = []
        self.meanings = np.empty((room, example.meanings.shape[1]), np.float32)
        self.words = np.empty((room, example.words.shape[1]), np.float16)
        self.answers = np.empty(room, np.int64)

    def keep(self, questions: Questions, place: int) -> None:
        self.meanings[self.size], self.words[self.size] = questions.meanings[place], questions.words[place]
        self.answers[self.size] = questions.answers[place]
        self.texts.append(questions.texts[place])
        self.size += 1

    def ask(self, questions: Questions, place: int) -> tuple[Floats, bool, bool]:
        """Evidence, whether its answer is right, and whether a way of asking for it is compatible."""
        size = self.size
        found = vote(
            questions.meanings[place],
            questions.words[place],
            self.meanings[:size],
            self.words[:size],
            self.answers[:size],
        )
        if found is None:
            return np.full(len(FEATURES), np.nan, np.float32), False, False
        asked_as = {each: self.texts[each] for each in found.supporters}
        is_compatible = choose_phrasing(questions.texts[place], found, asked_as) is not None
        return found.evidence, found.answer == questions.answers[place], is_compatible


def ask_curated(kept: Questions, asked: Questions) -> Outcomes:
    """Everything is kept beforehand, and nothing that is asked is added."""
    shelf = _Kept(len(kept), kept)
    for place in range(len(kept)):
        shelf.keep(kept, place)
    return _outcomes([shelf.ask(asked, place) for place in range(len(asked))])


def ask_stream(questions: Questions, rule: Rule) -> tuple[Outcomes, NDArray[np.bool_]]:
    """One after the other into an empty cache. A miss is answered and kept, with its answer; a hit teaches nothing.
    Also gives which were hits."""
    shelf = _Kept(len(questions), questions)
    rows, hits = [], np.zeros(len(questions), bool)
    for place in range(len(questions)):
        evidence, is_right, is_compatible = shelf.ask(questions, place)
        rows.append((evidence, is_right, is_compatible))
        hits[place] = shelf.size > 0 and is_compatible and rule.confidence(evidence) >= rule.least
        if not hits[place]:
            shelf.keep(questions, place)
    return _outcomes(rows), hits


def _outcomes(rows: list[tuple[Floats, bool, bool]]) -> Outcomes:
    evidence, is_right, is_compatible = zip(*rows, strict=True)
    return Outcomes(np.stack(evidence), np.array(is_right, bool), np.array(is_compatible, bool))
