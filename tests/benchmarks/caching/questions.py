"""BANKING77 as the benchmark reads it. Two questions of one intent have the same answer."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agents.cache.voting import Answers, Floats
from agents.cache.words import word_vector
from ingestion.embedding.port import Embedder


@dataclass(frozen=True, slots=True)
class Questions:
    """`answers` (n,), `meanings` (n, d) and `words` (n, w) of `texts`."""

    texts: tuple[str, ...]
    answers: Answers
    meanings: Floats
    words: Floats

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, places: NDArray[np.intp]) -> "Questions":
        texts = tuple(self.texts[place] for place in places)
        return Questions(texts, self.answers[places], self.meanings[places], self.words[places])

    def __add__(self, other: "Questions") -> "Questions":
        return Questions(
            self.texts + other.texts,
            np.concatenate([self.answers, other.answers]),
            np.concatenate([self.meanings, other.meanings]),
            np.concatenate([self.words, other.words]),
        )


def read_questions(path: Path, embedder: Embedder, folder: Path) -> Questions:
    """A file with the columns text and category. Vectors are computed once and kept in `folder`."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = tuple(row["text"] for row in rows)
    names = sorted({row["category"] for row in rows})
    answers = np.array([names.index(row["category"]) for row in rows], np.int64)
    words = np.stack([word_vector(text) for text in texts])
    return Questions(texts, answers, _embedded(texts, embedder, folder / f"{path.stem}.npy"), words)


def _embedded(texts: Sequence[str], embedder: Embedder, kept: Path) -> Floats:
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.save(kept, embedder.embed(texts, purpose="query"))
    vectors: Floats = np.load(kept)
    return vectors


def choose_phrasings(answers: Answers, *, each: int, seed: int) -> NDArray[np.bool_]:
    """`each` of every answer, or all where there are fewer."""
    random = np.random.default_rng(seed)
    chosen = np.zeros(len(answers), bool)
    for answer in np.unique(answers):
        chosen[random.permutation(np.flatnonzero(answers == answer))[:each]] = True
    return chosen
