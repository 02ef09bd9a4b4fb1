"""Questions that mean the same, put together by their vectors. Pure."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

ALIKE = 0.54  # mean cosine of the questions of two groups, from which they are one: docs/benchmarks.md

Floats = NDArray[np.float32]
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def group_alike(vectors: Floats, alike: float = ALIKE) -> list[list[int]]:
    """Rows, unit vectors, at least one, by group; the largest group first, and in each what is nearest to its middle
    first. Of all groups the two that are most alike on the average become one, until none are alike enough."""
    groups = {row: [row] for row in range(len(vectors))}
    near = vectors @ vectors.T
    np.fill_diagonal(near, -1.0)
    while len(groups) > 1:
        first, second = divmod(int(near.argmax()), len(near))
        if near[first, second] < alike:
            break
        sizes = len(groups[first]), len(groups[second])
        mean = (sizes[0] * near[first] + sizes[1] * near[second]) / sum(sizes)
        near[first], near[:, first] = mean, mean
        near[second], near[:, second], near[first, first] = -1.0, -1.0, -1.0
        groups[first] += groups.pop(second)
    return sorted((_from_middle(vectors, rows) for rows in groups.values()), key=len, reverse=True)


def _from_middle(vectors: Floats, rows: list[int]) -> list[int]:
    near = vectors[rows] @ vectors[rows].mean(axis=0)
    return [rows[place] for place in np.argsort(-near, kind="stable")]


def same_words(questions: Sequence[str]) -> list[list[int]]:
    """The same where there are no vectors: word by word alike."""
    groups: dict[str, list[int]] = {}
    for row, text in enumerate(questions):
        words = _BETWEEN_WORDS.sub(" ", text.casefold()).strip()
        groups.setdefault(words, []).append(row)
    return sorted(groups.values(), key=len, reverse=True)
