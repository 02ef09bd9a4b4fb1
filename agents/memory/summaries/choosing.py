"""Which exchanges say what a conversation was about: those that share most with the rest (a centroid of terms, weighed
as BM25 weighs them), that tell a fact, or are where it began, ended or stayed open. Pure.

After Radev et al., Centroid-based summarization of multiple documents (2004), with exchanges for sentences.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from agents.memory.episodes.terms import terms_of
from agents.memory.summaries.lines import Line

MOST_EXCHANGES = 4
_SATURATION, _LENGTH = 1.2, 0.5  # BM25's k1 and b
_ALIKE = 0.6  # of two exchanges' terms: one of them says it
_FIRST, _LAST, _TOLD, _OPEN = 1.5, 1.2, 1.6, 1.4


@dataclass(frozen=True, slots=True)
class Candidate:
    """An exchange's lines, in its place."""

    lines: tuple[Line, ...]

    @property
    def terms(self) -> list[int]:
        return [term for line in self.lines for term in terms_of(line.text)]


def choose(candidates: Sequence[Candidate], most: int = MOST_EXCHANGES) -> list[Candidate]:
    """In their order."""
    some = [each for each in candidates if each.lines]
    if len(some) <= most:
        return some
    scores = _scores(some)
    chosen: list[int] = []
    for place in sorted(range(len(some)), key=lambda each: (-scores[each], each)):
        if scores[place] > 0 and not any(_is_alike(some[place], some[other]) for other in chosen):
            chosen.append(place)
        if len(chosen) == most:
            break
    return [some[place] for place in sorted(chosen)]


def _scores(candidates: Sequence[Candidate]) -> list[float]:
    """0 for one that shares nothing with the others and has no standing of its own."""
    terms = [set(each.terms) for each in candidates]
    elsewhere = Counter(term for each in terms for term in each)
    centroid = {term: _saturated(count - 1) for term, count in elsewhere.items()}
    average = sum(map(len, terms)) / len(terms) or 1.0
    standing = [_standing(candidates, place) for place in range(len(candidates))]
    return [
        (sum(centroid[term] for term in each) / (1 - _LENGTH + _LENGTH * len(each) / average) + (factor > 1)) * factor
        for each, factor in zip(terms, standing, strict=True)
    ]


def _saturated(count: int) -> float:
    return count * (_SATURATION + 1) / (count + _SATURATION)


def _standing(candidates: Sequence[Candidate], place: int) -> float:
    kinds = {line.kind for line in candidates[place].lines}
    factor = _FIRST if place == 0 else _LAST if place == len(candidates) - 1 else 1.0
    factor *= _TOLD if "told" in kinds else 1.0
    return factor * (_OPEN if kinds & {"unanswered", "handed_off"} else 1.0)


def _is_alike(one: Candidate, other: Candidate) -> bool:
    first, second = set(one.terms), set(other.terms)
    return bool(first and second) and len(first & second) / len(first | second) > _ALIKE
