"""Reciprocal-rank fusion: merges ranked lists by position, so that arms with unlike scores can be added.

Cormack, Clarke, Büttcher: "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods",
SIGIR 2009.
"""

from collections.abc import Sequence
from uuid import UUID

from ingestion.vectors.port import Hit, HybridHit

K = 60
# How deep each arm is read for a list of `limit`: a passage that is middling in both arms can beat a one-sided one.
DEPTH = 4
LEAST_DEPTH = 50


def arm_depth(limit: int) -> int:
    return max(DEPTH * limit, LEAST_DEPTH)


def fuse(dense: Sequence[Hit], words: Sequence[Hit], *, limit: int) -> list[HybridHit]:
    """Best first, ties by id. Ranks count from 1."""
    dense_ranks = {hit.chunk.id: rank for rank, hit in enumerate(dense, 1)}
    words_ranks = {hit.chunk.id: rank for rank, hit in enumerate(words, 1)}
    dense_scores = {hit.chunk.id: hit.score for hit in dense}
    words_scores = {hit.chunk.id: hit.score for hit in words}
    chunks = {hit.chunk.id: hit.chunk for hit in (*dense, *words)}

    def score(key: UUID) -> float:
        return sum(1 / (K + ranks[key]) for ranks in (dense_ranks, words_ranks) if key in ranks)

    best = sorted(chunks, key=lambda key: (-score(key), key))[:limit]
    return [
        HybridHit(
            chunks[key],
            score(key),
            dense_ranks.get(key),
            dense_scores.get(key),
            words_ranks.get(key),
            words_scores.get(key),
        )
        for key in best
    ]
