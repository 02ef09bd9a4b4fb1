"""Learns the extractive model's weights from the tuning half: a conditional logit that ranks, a logistic that doubts.

Both by Newton's method with an L2 penalty, on standardised columns; what is written are weights for the raw columns.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.llm.extractive.evidence import Candidate
from agents.llm.extractive.meaning import MeaningReader, Mode
from agents.llm.extractive.questions import read_question
from agents.llm.extractive.ranking import Rows, build_rows, read_passages, summarise, summary_names
from agents.llm.extractive.weights import PATH
from agents.llm.port import Passage
from tests.benchmarks.answering.dataset import Asked, Dataset
from tests.benchmarks.answering.fast import Shelf, by_paragraph

Floats = NDArray[np.float64]

RANK_PENALTY = 5.0
CONFIDENCE_PENALTY = 5.0
FALSE_REFUSALS = 0.10


@dataclass(frozen=True, slots=True)
class Example:
    """One question's rows with its paragraph there (`is_gold` marks the sentence that answers) and removed."""

    present: Rows
    is_gold: NDArray[np.bool_]
    removed: Rows


def fit_weights(dataset: Dataset, shelf: Shelf) -> None:
    """Learn from the tuning half for both modes and write `weights.json`."""
    tuning = [asked for asked in dataset.questions if dataset.is_tuning(asked)]
    found = gather(tuning, shelf)
    modes: dict[Mode, dict[str, object]] = {
        mode: _fit_mode(found, shelf, shelf.meaning(with_tokens=mode == "tokens"), dataset)
        for mode in ("tokens", "vectors")
    }
    made = {
        "how": "python -m tests.benchmarks.answers --data PATH --fit: conditional logit and logistic regression, L2",
        "tuning_questions": len(tuning),
        "modes": modes,
    }
    PATH.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


Found = list[tuple[Asked, tuple[Passage, ...], tuple[Passage, ...]]]


def gather(questions: Sequence[Asked], shelf: Shelf) -> Found:
    """Every question with what is found for it: with its paragraph, and without."""
    found: Found = []
    for paragraph, group in by_paragraph(questions):
        present = [shelf.find(asked.question) for asked in group]
        shelf.take_out(paragraph)
        found.extend((asked, there, shelf.find(asked.question)) for asked, there in zip(group, present, strict=True))
        shelf.put_back(paragraph)
    return found


def _fit_mode(found: Found, shelf: Shelf, meaning: MeaningReader, dataset: Dataset) -> dict[str, object]:
    examples = [_example(entry, shelf, meaning, dataset.language) for entry in found]
    names = examples[0].present.names
    rank = _fit_rank([(e.present.matrix, e.is_gold) for e in examples if e.is_gold.any()])
    present = np.array([summarise(e.present, rank) for e in examples])
    removed = np.array([summarise(e.removed, rank) for e in examples])
    confidence = _fit_logistic(np.vstack([present, removed]), np.repeat([1.0, 0.0], [len(present), len(removed)]))
    logits = present @ confidence[:-1] + confidence[-1]
    return {
        "rank": _named(names, rank),
        "confidence": _named((*summary_names(names), "intercept"), confidence),
        "refuse_below": round(float(1 / (1 + np.exp(-np.quantile(logits, FALSE_REFUSALS)))), 4),
    }


def _example(
    entry: tuple[Asked, tuple[Passage, ...], tuple[Passage, ...]], shelf: Shelf, meaning: MeaningReader, language: str
) -> Example:
    asked, there, gone = entry
    question = read_question(asked.question, language=language)
    present = build_rows(question, there, read_passages(there, language=language), meaning=meaning)
    removed = build_rows(question, gone, read_passages(gone, language=language), meaning=meaning)
    gold = [_is_gold(c, asked, *shelf.place_of(there[c.passage])) for c in present.candidates]
    return Example(present, np.array(gold, dtype=bool), removed)


def _is_gold(candidate: Candidate, asked: Asked, paragraph: int, offset: int) -> bool:
    segment = candidate.segment.segment
    return paragraph == asked.paragraph and segment.start + offset <= asked.start and asked.end <= segment.end + offset


def _fit_rank(lists: Sequence[tuple[Floats, NDArray[np.bool_]]]) -> Floats:
    """Conditional logit: the gold segment against all others of its question."""
    _, spread = _standard(np.vstack([matrix for matrix, _ in lists]))
    scaled = [(matrix / spread, gold) for matrix, gold in lists]
    weights = np.zeros(len(spread))
    for _ in range(30):
        step = _rank_step(scaled, weights)
        weights = _damped(weights, step, lambda w: _rank_loss(scaled, w))
        if np.abs(step).max() < 1e-4:
            break
    return weights / spread


def _rank_step(lists: Sequence[tuple[Floats, NDArray[np.bool_]]], weights: Floats) -> Floats:
    gradient = -RANK_PENALTY * weights
    curvature = RANK_PENALTY * np.eye(len(weights))
    for matrix, gold in lists:
        share = _softmax(matrix @ weights)
        target = share * gold / (share * gold).sum()
        gradient += matrix.T @ (target - share)
        mean = matrix.T @ share
        curvature += (matrix * share[:, None]).T @ matrix - np.outer(mean, mean)
    step: Floats = np.linalg.solve(curvature, gradient).astype(np.float64)
    return step


def _rank_loss(lists: Sequence[tuple[Floats, NDArray[np.bool_]]], weights: Floats) -> float:
    likelihood = sum(np.log((_softmax(matrix @ weights) * gold).sum() + 1e-300) for matrix, gold in lists)
    return float(0.5 * RANK_PENALTY * weights @ weights - likelihood)


def _fit_logistic(rows: Floats, wanted: Floats) -> Floats:
    """Weights and intercept (last), the intercept unpenalised."""
    centre, spread = _standard(rows)
    scaled = np.hstack([(rows - centre) / spread, np.ones((len(rows), 1))])
    penalty = np.full(scaled.shape[1], CONFIDENCE_PENALTY)
    penalty[-1] = 1e-6
    weights = np.zeros(scaled.shape[1])
    for _ in range(30):
        share = 1 / (1 + np.exp(-scaled @ weights))
        curvature = (scaled * (share * (1 - share))[:, None]).T @ scaled + np.diag(penalty)
        step = np.linalg.solve(curvature, scaled.T @ (wanted - share) - penalty * weights)
        weights = weights + step
        if np.abs(step).max() < 1e-5:
            break
    raw = weights[:-1] / spread
    return np.append(raw, weights[-1] - raw @ centre)


def _damped(weights: Floats, step: Floats, loss: object) -> Floats:
    assert callable(loss)
    before, size = loss(weights), 1.0
    while size > 1e-4 and loss(weights + size * step) > before:
        size /= 2
    return weights + size * step


def _standard(rows: Floats) -> tuple[Floats, Floats]:
    """Centre and spread of each column; a column that never varies gets a spread that keeps its weight at nothing."""
    spread = rows.std(axis=0)
    return rows.mean(axis=0), np.where(spread < 1e-9, 1e9, spread)


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max())
    shares: Floats = raised / raised.sum()
    return shares


def _named(names: Sequence[str], weights: Floats) -> dict[str, float]:
    return {name: float(f"{weight:.5g}") for name, weight in zip(names, weights, strict=True)}
