"""A question's words and parts of words as one small vector, beside its meaning: signed feature hashing.

Weinberger et al., "Feature Hashing for Large Scale Multitask Learning" (2009). Whole words and pairs count twice what
a part of a word counts. No learnt numbers, any language that puts letters in a row.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

WIDTH = 1024
GRAMS = (3, 4, 5)
WORD_WEIGHT = 2.0
_WORD = re.compile(r"\w+(?:['’]\w+)?")

WordVector = NDArray[np.float32]


def words_of(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def word_vector(text: str) -> WordVector:
    """Unit length, shape (WIDTH,); zeros for a text without a word."""
    vector = np.zeros(WIDTH, np.float32)
    for feature, weight in set(_features(words_of(text))):
        place = zlib.crc32(feature.encode())
        vector[place % WIDTH] += weight if place >> 20 & 1 else -weight
    return vector / (float(np.linalg.norm(vector)) or 1.0)


def _features(words: list[str]) -> Iterator[tuple[str, float]]:
    for word in words:
        yield f"w:{word}", WORD_WEIGHT
        padded = f"<{word}>"
        for size in GRAMS:
            for start in range(len(padded) - size + 1):
                yield f"c:{padded[start : start + size]}", 1.0
    for first, second in pairwise(words):
        yield f"b:{first} {second}", WORD_WEIGHT
