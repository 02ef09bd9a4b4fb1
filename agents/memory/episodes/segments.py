"""Some turns in a row as one string of bytes: who said them when, their terms, and their vectors in eight bits.

A vector is kept as whole numbers of -127 to 127 with one factor. What is lost by that changes no rank that matters:
see docs/benchmarks.md. Pure; holds no text.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingestion.embedding.port import Vectors

VERSION = 1
CONTACT, AGENT, OTHER = 0, 1, 2  # who said it
ASKS, HAS_QUESTION, TELLS_TIME = 1, 2, 4  # flags of a turn: it ends with a question, has one, names a time
_HEADER = struct.Struct("<HHIII")  # version, dimensions, turns, terms, vectors
_STEPS = 127.0
ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Quantised:
    """Unit vectors as whole numbers: row i is `factors[i] * numbers[i]`."""

    numbers: NDArray[np.int8]
    factors: NDArray[np.float32]

    @classmethod
    def of(cls, vectors: Vectors) -> "Quantised":
        most = np.abs(vectors).max(axis=1, initial=1e-9)
        numbers = np.rint(vectors * (_STEPS / most)[:, None]).astype(np.int8)
        return cls(numbers, (most / _STEPS).astype(np.float32))

    def __len__(self) -> int:
        return len(self.numbers)

    def joined(self, more: "Quantised") -> "Quantised":
        """These, and those behind them."""
        if not len(more):
            return self
        return Quantised(np.concatenate([self.numbers, more.numbers]), np.concatenate([self.factors, more.factors]))


@dataclass(frozen=True, slots=True)
class Segment:
    """Turns in the order of their sequence; `ids` are their rows', 16 bytes each. `terms` of all of them, each once a
    turn, with how often it is said there; `term_ends[i]`: where those of turn i end. `meanings` is a vector for each
    sentence, `meaning_turns` whose they are, ascending; a segment without vectors has none."""

    ids: NDArray[np.uint8]
    sequences: NDArray[np.uint32]
    speakers: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    words: NDArray[np.uint16]
    said_at: NDArray[np.int64]  # seconds since 1970
    term_ends: NDArray[np.uint32]
    terms: NDArray[np.uint32]
    counts: NDArray[np.uint8]
    meanings: Quantised
    meaning_turns: NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.sequences)

    def without_vectors(self) -> "Segment":
        none = Quantised(np.empty((0, 0), np.int8), np.empty(0, np.float32))
        return replace(self, meanings=none, meaning_turns=np.empty(0, np.uint16))

    def pack(self) -> bytes:
        dimensions = self.meanings.numbers.shape[1] if len(self.meanings) else 0
        header = _HEADER.pack(VERSION, dimensions, len(self), len(self.terms), len(self.meanings))
        return header + b"".join(np.ascontiguousarray(each).tobytes() for each in self._arrays())

    def _arrays(self) -> Sequence[NDArray[Any]]:
        vectors = (self.meaning_turns, self.meanings.factors, self.meanings.numbers)
        numbers = (self.ids, self.sequences, self.speakers, self.flags, self.words, self.said_at, self.term_ends)
        return (*numbers, self.terms, self.counts, *vectors)


def unpack(content: bytes | memoryview) -> Segment:
    """Raises ValueError for what `pack` of another version wrote."""
    version, dimensions, turns, terms, vectors = _HEADER.unpack_from(content)
    if version != VERSION:
        raise ValueError(f"Segments of version {version} are not read any more.")
    reader = _Reader(content, _HEADER.size)
    return Segment(
        ids=reader.take(np.uint8, turns * ID_BYTES).reshape(turns, ID_BYTES),
        sequences=reader.take(np.uint32, turns),
        speakers=reader.take(np.uint8, turns),
        flags=reader.take(np.uint8, turns),
        words=reader.take(np.uint16, turns),
        said_at=reader.take(np.int64, turns),
        term_ends=reader.take(np.uint32, turns),
        terms=reader.take(np.uint32, terms),
        counts=reader.take(np.uint8, terms),
        meaning_turns=reader.take(np.uint16, vectors),
        meanings=reader.vectors(vectors, dimensions),
    )


class _Reader:
    def __init__(self, content: bytes | memoryview, place: int) -> None:
        self._content, self._place = content, place

    def take(self, kind: Any, count: int) -> NDArray[Any]:
        found = np.frombuffer(self._content, kind, count, self._place)
        self._place += found.nbytes
        return found

    def vectors(self, count: int, dimensions: int) -> Quantised:
        factors = self.take(np.float32, count)
        return Quantised(self.take(np.int8, count * dimensions).reshape(count, dimensions), factors)
