"""What anybody has in an afternoon: BM25 over lower-case words, and the embedder's cosine, a text a paragraph."""

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from ingestion.embedding.errors import TextTooLong
from ingestion.embedding.port import Embedder, Vectors

K1, B = 1.2, 0.75
_WORD = re.compile(r"\w+")


class PlainBM25:
    """k1 = 1.2, b = 0.75; no stemmer, no stop words."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._counts = [Counter(_WORD.findall(text.lower())) for text in texts]
        self._lengths = np.array([count.total() for count in self._counts], dtype=np.float64)
        self._holding: dict[str, list[int]] = {}
        for index, count in enumerate(self._counts):
            for word in count:
                self._holding.setdefault(word, []).append(index)

    def rank(self, question: str) -> list[int]:
        scores = np.zeros(len(self._counts))
        norm = K1 * (1 - B + B * self._lengths / self._lengths.mean())
        for word in set(_WORD.findall(question.lower())):
            holding = self._holding.get(word, [])
            rarity = math.log(1 + (len(scores) - len(holding) + 0.5) / (len(holding) + 0.5))
            for index in holding:
                frequency = self._counts[index][word]
                scores[index] += rarity * frequency * (K1 + 1) / (frequency + norm[index])
        return [int(index) for index in np.argsort(-scores, kind="stable")]


class PlainVectors:
    def __init__(self, texts: Sequence[str], embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors = np.stack([self._embed(text) for text in texts])

    def rank(self, question: str) -> list[int]:
        scores = self._vectors @ self._embedder.embed([question], purpose="query")[0]
        return [int(index) for index in np.argsort(-scores, kind="stable")]

    def _embed(self, text: str) -> Vectors:
        """A text that is longer than the model reads is cut."""
        try:
            vector: Vectors = self._embedder.embed([text], purpose="passage")[0]
            return vector
        except TextTooLong:
            return self._embed(text[: len(text) * 4 // 5])
