"""Tokens of texts that were just counted: whoever counts passages embeds them next. Must not import Django."""

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.uint16]


class RecentTokens:
    """Keeps the token ids of the last `most` texts that a model would take; each is taken once. Thread-safe."""

    def __init__(self, *, most: int, max_tokens: int) -> None:
        self._most = most
        self._max_tokens = max_tokens
        self._kept: OrderedDict[str, Ids] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, texts: Sequence[str], rows: Sequence[Sequence[int]]) -> None:
        """Texts past the model's limit are not kept: embedding refuses them by name."""
        with self._lock:
            for text, row in zip(texts, rows, strict=True):
                if len(row) <= self._max_tokens:
                    self._kept[text] = np.array(row, np.uint16)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def take(self, texts: Sequence[str]) -> list[Sequence[int]] | None:
        """The rows of all these texts, which are forgotten then; None when one of them is not here."""
        with self._lock:
            if not all(text in self._kept for text in texts):
                return None
            found = {text: self._kept.pop(text) for text in dict.fromkeys(texts)}
        return [found[text].tolist() for text in texts]
