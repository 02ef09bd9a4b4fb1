"""One tenant's vectors in memory: rows are appended, replaced and dropped in place, so that a write costs its own size.

Not thread-safe: the cache holds a lock around it.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ingestion.embedding.port import Vectors


class TenantMatrix:
    """`generation` is the tenant's write counter that these rows are true for; a new `epoch` means: read all again."""

    def __init__(self, dimensions: int, *, epoch: tuple[int, int, int]) -> None:
        self.epoch = epoch
        self.generation = 0
        self.size = 0
        self._vectors: Vectors = np.empty((64, dimensions), dtype=np.float32)
        self._rowids = np.empty(64, dtype=np.int64)
        self._places: dict[int, int] = {}

    @property
    def bytes(self) -> int:
        return int(self._vectors.nbytes + self._rowids.nbytes)

    def put(self, rowids: Sequence[int], vectors: Vectors) -> None:
        """Append or replace rows, shape (len(rowids), dimensions); no id twice."""
        new = [rowid for rowid in rowids if rowid not in self._places]
        self._grow(self.size + len(new))
        self._places.update(zip(new, range(self.size, self.size + len(new)), strict=True))
        self.size += len(new)
        places = [self._places[rowid] for rowid in rowids]
        self._rowids[places] = rowids
        self._vectors[places] = vectors

    def drop(self, rowids: Iterable[int]) -> None:
        """The last row takes a dropped row's place."""
        for rowid in rowids:
            place = self._places.pop(rowid, None)
            if place is None:
                continue
            self.size -= 1
            if place != self.size:
                moved = int(self._rowids[self.size])
                self._vectors[place] = self._vectors[self.size]
                self._rowids[place] = moved
                self._places[moved] = place

    def nearest(self, vector: Vectors, *, limit: int, allowed: NDArray[np.int64] | None) -> list[tuple[int, float]]:
        """(rowid, cosine), best first; `allowed` restricts the rows. Exact: every row is compared."""
        scores = self._vectors[: self.size] @ vector
        if allowed is not None:
            scores = np.where(np.isin(self._rowids[: self.size], allowed), scores, -np.inf)
        count = min(limit, self.size)
        best = np.argpartition(-scores, count - 1)[:count] if 0 < count < self.size else np.arange(self.size)
        best = best[np.argsort(-scores[best], kind="stable")]
        return [
            (int(self._rowids[place]), float(scores[place])) for place in best[:count] if np.isfinite(scores[place])
        ]

    def _grow(self, needed: int) -> None:
        if needed > len(self._rowids):
            room = max(needed, len(self._rowids) * 3 // 2)
            self._vectors = np.resize(self._vectors, (room, self._vectors.shape[1]))
            self._rowids = np.resize(self._rowids, room)
