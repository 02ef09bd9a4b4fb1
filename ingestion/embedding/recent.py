"""What was just made of texts and is wanted again: tokens of those that were counted, because whoever counts passages
embeds them next; states of those that were read, by whichever process. Must not import Django.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingestion.embedding.port import TokenStates

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


class RecentStates:
    """Keeps the states of the last `most` texts, by their hashes: no text stays. Thread-safe."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[bytes, TokenStates] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, text: str, states: TokenStates) -> None:
        with self._lock:
            self._kept[_key(text)] = states
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def find(self, text: str) -> TokenStates | None:
        key = _key(text)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
