"""Ranks the segments of the passages as answers to a question, and says how sure it is that the best one answers.

A linear model over named evidence; a softmax over the candidates gives their shares.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.llm.extractive.evidence import LEXICAL_NAMES, Candidate, Evidence, gather_evidence
from agents.llm.extractive.meaning import MeaningReader, Window
from agents.llm.extractive.questions import Question
from agents.llm.extractive.reading import ReadPassage, ReadSegment, read_passage
from agents.llm.extractive.weights import Weights, load_weights
from agents.llm.port import Passage

Floats = NDArray[np.float64]

PASSAGE_NAMES = ("dense", "dense_gap", "words_share", "dense_best", "words_best")
SHAPE_NAMES = ("score", "margin", "share", "mass", "stems", "words_top")
LOOKED_AT = 3  # passages whose meaning is compared
WINDOW_CHARACTERS = 1000
MOST_HEADING_CHARACTERS = 120
LEARNED_FROM = "en"
# In other languages evidence is weaker throughout: with this, German refuses 9 of 10 of what is not there, and a
# quarter of what is.
OTHER_LANGUAGES = 0.4
HEADING_ASKS = 0.5  # how sure one must be under a heading that has every word of the question, against elsewhere
GIVEN_DENSE = 0.6  # cosine that a passage from elsewhere than the search is taken to have
BEST_LEXICAL = np.array([LEXICAL_NAMES.index("bm25"), LEXICAL_NAMES.index("coverage")])


@dataclass(frozen=True, slots=True)
class Rows:
    """The candidates that were looked at, with everything that speaks for them; `names` names the columns."""

    question: Question
    candidates: tuple[Candidate, ...]
    matrix: Floats
    names: tuple[str, ...]
    words_top: float  # BM25 of the best passage over the question's total rarity


@dataclass(frozen=True, slots=True)
class Ranked:
    """A segment as an answer: `share` of the softmax over all candidates. `passage` is its index in the request."""

    passage: int
    position: int
    share: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Best first. `confidence`: probability that the passages answer; `is_answer`: whether it is enough to say so."""

    ranked: tuple[Ranked, ...]
    read: tuple[ReadPassage, ...]
    confidence: float
    is_answer: bool


def rank_segments(question: Question, passages: Sequence[Passage], *, meaning: MeaningReader) -> Ranking:
    """Rank what `passages` say. No passage, or nothing in them to quote: an empty ranking of confidence 0."""
    read = read_passages(passages, language=question.language)
    rows = build_rows(question, passages, read, meaning=meaning)
    if not rows.candidates:
        return Ranking((), read, 0.0, False)
    weights = load_weights(meaning.mode, rows.names, summary_names(rows.names))
    scores = rows.matrix @ weights.rank
    shares = _softmax(scores)
    order = np.argsort(-scores, kind="stable")
    ranked = tuple(Ranked(rows.candidates[i].passage, rows.candidates[i].position, float(shares[i])) for i in order)
    confidence = score_confidence(rows, weights)
    best = ranked[0]
    if _is_given(passages[best.passage]):
        confidence = max(confidence, weights.refuse_below)
    is_asked_in_heading = heading_share(read[best.passage].segments[best.position], question) >= 1
    needed = weights.refuse_below * (HEADING_ASKS if is_asked_in_heading else 1)
    if question.language != LEARNED_FROM:
        needed *= OTHER_LANGUAGES
    return Ranking(ranked, read, confidence, confidence >= needed)


def heading_share(segment: ReadSegment, question: Question) -> float:
    """Share of the question's content words in the heading that the segment stands under, 0 to 1."""
    return sum(stem in segment.heading for stem in question.stems) / max(1, len(question.stems))


def read_passages(passages: Sequence[Passage], *, language: str) -> tuple[ReadPassage, ...]:
    return tuple(read_passage(p.text, (p.title, *p.heading_path), language) for p in passages)


def build_rows(
    question: Question, passages: Sequence[Passage], read: Sequence[ReadPassage], *, meaning: MeaningReader
) -> Rows:
    """Evidence for the segments of the most promising windows of the most promising passages."""
    evidence = gather_evidence(question, read)
    windows = _choose_windows(evidence, passages, read)
    chosen = [index for window in windows for index in window]
    lexical = evidence.rows[chosen]
    coverage = lexical[:, LEXICAL_NAMES.index("coverage")] if chosen else np.zeros(0)
    texts = [_window(evidence, passages, window) for window in windows]
    semantic = meaning.compare(question, texts, rarities=evidence.rarities, coverage=coverage)
    candidates = tuple(evidence.candidates[i] for i in chosen)
    outer = _passage_rows(passages)[[c.passage for c in candidates]] if chosen else np.zeros((0, len(PASSAGE_NAMES)))
    names = (*LEXICAL_NAMES, *PASSAGE_NAMES, *meaning.names)
    words_top = max((p.words_score or 0.0 for p in passages), default=0.0) / (sum(evidence.rarities.values()) or 1.0)
    return Rows(question, candidates, np.hstack([lexical, outer, semantic]), names, words_top)


def _choose_windows(evidence: Evidence, passages: Sequence[Passage], read: Sequence[ReadPassage]) -> list[list[int]]:
    """Candidate indices per window, of the `LOOKED_AT` passages that promise most by words and retrieval."""
    promise = evidence.rows[:, BEST_LEXICAL].sum(axis=1) if evidence.candidates else np.zeros(0)
    by_passage: dict[int, list[int]] = {}
    for index, candidate in enumerate(evidence.candidates):
        by_passage.setdefault(candidate.passage, []).append(index)
    outer = _passage_rows(passages)
    worth = {p: float(promise[rows].max()) + _outer_promise(outer[p], p) for p, rows in by_passage.items()}
    best = sorted(by_passage, key=lambda p: (-worth[p], p))[:LOOKED_AT]
    return [_window_around(evidence, by_passage[p], promise) for p in sorted(best)]


def _outer_promise(row: Floats, place: int) -> float:
    return 2.0 * float(row[1]) + 0.5 * float(row[2]) + 0.5 / (1 + place)


def _window_around(evidence: Evidence, indices: list[int], promise: Floats) -> list[int]:
    """The stretch of neighbouring segments around the most promising one that fits into a window."""
    centre = max(range(len(indices)), key=lambda i: promise[indices[i]])
    low = high = centre

    def length(a: int, b: int) -> int:
        segments = evidence.candidates
        return segments[indices[b]].segment.segment.end - segments[indices[a]].segment.segment.start

    grown = True
    while grown:
        grown = False
        if low > 0 and length(low - 1, high) <= WINDOW_CHARACTERS:
            low, grown = low - 1, True
        if high + 1 < len(indices) and length(low, high + 1) <= WINDOW_CHARACTERS:
            high, grown = high + 1, True
    return indices[low : high + 1]


def _window(evidence: Evidence, passages: Sequence[Passage], indices: list[int]) -> Window:
    first, last = evidence.candidates[indices[0]], evidence.candidates[indices[-1]]
    passage = passages[first.passage]
    heading_start, heading_end = first.segment.heading_span
    heading = (passage.text[heading_start:heading_end] if heading_end else (passage.title, *passage.heading_path)[-1])[
        :MOST_HEADING_CHARACTERS
    ]
    lead = f"{heading}\n" if any(c.isalpha() for c in heading) else ""
    start, end = first.segment.segment.start, last.segment.segment.end
    body = passage.text[start : min(end, start + 2 * WINDOW_CHARACTERS)]
    return _place(lead, body, start, [evidence.candidates[i].segment for i in indices])


def _place(lead: str, body: str, start: int, segments: Sequence[ReadSegment]) -> Window:
    """Spans relative to the window; a heading before the window's start is the lead."""
    shift = len(lead) - start
    headings = [
        (a + shift, b + shift) if a >= start else (0, max(0, len(lead) - 1))
        for a, b in (segment.heading_span for segment in segments)
    ]
    spans = [(segment.segment.start + shift, segment.segment.end + shift) for segment in segments]
    return Window(lead + body, tuple(spans), tuple(headings))


def _passage_rows(passages: Sequence[Passage]) -> Floats:
    """What retrieval said, per passage; an arm that did not find it counts as its worst find."""
    given = [_is_given(passage) for passage in passages]
    dense = _filled([p.dense_score for p in passages], given, best=GIVEN_DENSE)
    words = _filled([p.words_score for p in passages], given, best=1.0)
    if not len(dense):
        return np.zeros((0, len(PASSAGE_NAMES)))
    top_words = max(float(words.max()), 1e-9)
    columns = [dense, dense - dense.max(), words / top_words, dense >= dense.max(), words >= top_words]
    return np.stack([np.asarray(c, dtype=np.float64) for c in columns], axis=1)


def _is_given(passage: Passage) -> bool:
    """Not found by a search, but handed over because the question asks for it: what is remembered of the contact."""
    return passage.dense_score is None and passage.words_score is None


def _filled(scores: Sequence[float | None], given: Sequence[bool], *, best: float) -> Floats:
    """Scores with the gaps filled: a passage that was given counts as the best find, another as the worst."""
    known = [score for score in scores if score is not None]
    least, most = min(known, default=0.0), max(known, default=best)
    filled = [most if is_given else least for is_given in given]
    return np.array([f if s is None else s for s, f in zip(scores, filled, strict=True)], dtype=np.float64)


def summary_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of what `summarise` gives, for rows with columns `names`."""
    return (*SHAPE_NAMES, *(f"top_{n}" for n in names), *(f"max_{n}" for n in names))


def summarise(rows: Rows, rank: Floats) -> Floats:
    """The list in one row: the best candidate's evidence, the best of each evidence, and how clear the winner is."""
    scores = rows.matrix @ rank
    best = int(np.argmax(scores))
    others = np.delete(scores, best)
    margin = float(scores[best] - others.max()) if len(others) else 5.0
    mass = float(scores[best] + np.log(np.exp(scores - scores[best]).sum()))
    shape = [
        float(scores[best]),
        min(margin, 5.0),
        float(_softmax(scores)[best]),
        mass,
        float(np.log1p(len(rows.question.stems))),
        rows.words_top,
    ]
    return np.concatenate([shape, rows.matrix[best], rows.matrix.max(axis=0)])


def score_confidence(rows: Rows, weights: Weights) -> float:
    """Probability that the best segment answers, from 0 to 1."""
    logit = float(summarise(rows, weights.rank) @ weights.confidence[:-1] + weights.confidence[-1])
    return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max())
    shares: Floats = raised / raised.sum()
    return shares
