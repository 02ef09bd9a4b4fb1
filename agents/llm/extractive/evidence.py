"""What speaks for a segment as the answer: one row of numbers per segment, computed for all passages of a question.

General evidence only (shared words by rarity, order, kind of answer, position, similarity of meaning); nothing is
tuned here, the weights live in `weights.json`. Local inverse document frequencies: rare among the segments at hand.
"""

import itertools
import math
from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.llm.extractive.answer_types import answer_spans
from agents.llm.extractive.questions import Question
from agents.llm.extractive.reading import ReadPassage, ReadSegment

Floats = NDArray[np.float64]

LEXICAL_NAMES = (
    "coverage", "coverage_before", "coverage_after", "coverage_passage", "bm25", "bigrams", "names", "numbers",
    "fuzzy", "rarest", "density", "in_order", "has_kind", "near_kind", "has_kind_date", "has_kind_count",
    "has_kind_person", "has_kind_place", "has_kind_reason", "news", "length", "first", "place_in_passage",
    "is_question", "is_heading", "is_code", "is_item", "heading_match", "passage_bm25", "names_passage",
    "pronoun_start",
)  # fmt: skip
HEADING_COUNTS = 0.7  # a word in the heading a segment stands under, against one in the segment itself
_PRONOUNS = frozenset("he she it they this these his her its their such er sie es dies diese dieser dieses".split())
_KIND_COLUMNS = {
    "date": "date", "duration": "date", "count": "count", "money": "count", "percent": "count", "person": "person",
    "place": "place", "reason": "reason", "procedure": "reason",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """Where a segment stands: passage index, segment index within it."""

    passage: int
    position: int
    segment: ReadSegment


@dataclass(frozen=True, slots=True)
class Evidence:
    """Candidates in reading order with their lexical rows, shape (candidates, len(LEXICAL_NAMES))."""

    candidates: tuple[Candidate, ...]
    rows: Floats
    rarities: dict[str, float]  # of the question's stems


def gather_evidence(question: Question, passages: Sequence[ReadPassage]) -> Evidence:
    """Rows for every segment of `passages`, in order."""
    candidates = tuple(
        Candidate(p, s, segment)
        for p, passage in enumerate(passages)
        for s, segment in enumerate(passage.segments)
        if segment.segment.kind != "heading"
    )
    weights = _rarities(question, candidates, passages)
    average = sum(c.segment.length for c in candidates) / max(1, len(candidates))
    scorer = _Scorer(question, passages, weights, average or 1.0)
    rows = np.array([scorer.row(c) for c in candidates], dtype=np.float64)
    return Evidence(candidates, rows.reshape(len(candidates), len(LEXICAL_NAMES)), weights)


def _rarities(question: Question, candidates: Sequence[Candidate], passages: Sequence[ReadPassage]) -> dict[str, float]:
    """Inverse document frequency over segments; halved for words that only name the kind of the answer."""
    total = len(candidates)
    rarities = {}
    for stem in question.stems:
        holding = sum(stem in c.segment.stems for c in candidates)
        rarity = math.log(1 + (total - holding + 0.5) / (holding + 0.5))
        rarities[stem] = rarity * (0.5 if stem in question.focus else 1.0)
    return rarities


class _Scorer:
    """Computes rows; holds what is shared by all segments of one question."""

    def __init__(
        self, question: Question, passages: Sequence[ReadPassage], weights: dict[str, float], average: float
    ) -> None:
        self.question, self.passages, self.weights, self.average = question, passages, weights, average
        self.total = sum(weights.values()) or 1.0
        self.rarest = max(weights, key=lambda stem: weights[stem], default="")
        content = list(question.stems)
        self.bigrams = set(itertools.pairwise(content))
        self.best_bm25 = [
            max((self._bm25(each) for each in passage.segments), default=0.0) / self.total for passage in passages
        ]
        self.asked = frozenset(word.stem for word in question.words)

    def row(self, candidate: Candidate) -> list[float]:
        passage, segment = self.passages[candidate.passage], candidate.segment
        return [
            *self._coverages(candidate, passage),
            *self._matches(segment),
            *self._order(segment),
            *self._kind(segment),
            *self._form(candidate, passage),
            *self._surroundings(candidate, passage),
        ]

    def _share(self, stems: Container[str]) -> float:
        return sum(w for stem, w in self.weights.items() if stem in stems) / self.total

    def _coverages(self, candidate: Candidate, passage: ReadPassage) -> list[float]:
        own, segments, at = candidate.segment.stems, passage.segments, candidate.position
        before: Collection[str] = segments[at - 1].stems if at else ()
        after: Collection[str] = segments[at + 1].stems if at + 1 < len(segments) else ()
        own_share = self._share(own)
        here = own_share + HEADING_COUNTS * (self._share({*own, *candidate.segment.heading}) - own_share)
        return [
            here,
            self._share({*own, *before}) - own_share,
            self._share({*own, *after}) - own_share,
            self._share(passage.stems) - own_share,
            self._bm25(candidate.segment) / self.total,
        ]

    def _bm25(self, segment: ReadSegment) -> float:
        norm = 0.4 + 0.6 * segment.length / self.average
        return sum(w * 2.2 * tf / (tf + 1.2 * norm) for s, w in self.weights.items() if (tf := segment.stems[s]))

    def _matches(self, segment: ReadSegment) -> list[float]:
        bigrams = sum(pair in segment.bigrams for pair in self.bigrams) / max(1, len(self.bigrams))
        missing = [stem for stem in self.weights if stem not in segment.stems]
        fuzzy = sum(self.weights[stem] for stem in missing if _has_kin(stem, segment)) / self.total
        return [
            bigrams,
            _part(self.question.names, segment.stems),
            _part(self.question.numbers, segment.stems),
            fuzzy,
            float(self.rarest in segment.stems),
        ]

    def _order(self, segment: ReadSegment) -> list[float]:
        """How closely the matched words stand together, and how many keep the question's order."""
        places = [(i, w.stem) for i, w in enumerate(segment.words) if w.stem in self.weights and not w.is_stop]
        if len(places) < 2:
            return [0.0, 0.0]
        stems = [stem for _, stem in places]
        order = {stem: i for i, stem in enumerate(self.question.stems)}
        ordered = sum(order[a] < order[b] for a, b in itertools.pairwise(stems)) / (len(stems) - 1)
        spread = places[-1][0] - places[0][0]
        return [len(set(stems)) / (spread + 2), ordered]

    def _kind(self, segment: ReadSegment) -> list[float]:
        wanted = self.question.wanted
        spans = [s for s in answer_spans(segment.text, segment.words, wanted) if self._is_news(segment, s)]
        has = float(bool(spans))
        column = _KIND_COLUMNS.get(wanted, "")
        split = [has if column == name else 0.0 for name in ("date", "count", "person", "place", "reason")]
        return [has - 0.5 if column else 0.0, self._nearness(segment, spans), *split]

    def _is_news(self, segment: ReadSegment, span: tuple[int, int]) -> bool:
        inside = [w for w in segment.words if w.start >= span[0] and w.end <= span[1]]
        return not inside or any(w.stem not in self.asked for w in inside)

    def _nearness(self, segment: ReadSegment, spans: list[tuple[int, int]]) -> float:
        """1 for an answer right beside the asked words, falling with the mean distance in characters."""
        asked = [(w.start, self.weights[w.stem]) for w in segment.words if w.stem in self.weights]
        if not spans or not asked:
            return 0.0
        total = sum(weight for _, weight in asked)
        return max(
            sum(weight / (1 + abs(place - (a + b) / 2) / 40) for place, weight in asked) / total for a, b in spans
        )

    def _form(self, candidate: Candidate, passage: ReadPassage) -> list[float]:
        segment, kind = candidate.segment, candidate.segment.segment.kind
        news = sum(stem not in self.asked for stem in segment.stems)
        return [
            min(1.0, news / 4),
            math.log1p(segment.length) / 4,
            float(candidate.position == 0),
            candidate.position / max(1, len(passage.segments) - 1),
            float(segment.text.rstrip().endswith("?")),
            float(kind == "heading"),
            float(kind == "code"),
            float(kind in ("item", "row", "record")),
        ]

    def _surroundings(self, candidate: Candidate, passage: ReadPassage) -> list[float]:
        segment = candidate.segment
        first = segment.words[0].text.casefold() if segment.words else ""
        return [
            self._share(passage.heading_stems),
            self.best_bm25[candidate.passage],
            _part(self.question.names, passage.stems),
            float(first in _PRONOUNS),
        ]


def _part(wanted: frozenset[str], stems: Container[str]) -> float:
    """Share of `wanted` found, centred so that "nothing wanted" says nothing."""
    return sum(s in stems for s in wanted) / len(wanted) - 0.5 if wanted else 0.0


def _has_kin(stem: str, segment: ReadSegment) -> bool:
    """A word of the same family that stemming did not unite: a shared beginning of most of both."""
    if len(stem) < 4 or stem[0].isdigit():
        return False
    head = stem[: max(4, len(stem) - 2)]
    return any(other.startswith(head) or (len(other) >= 4 and stem.startswith(other)) for other in segment.stems)
