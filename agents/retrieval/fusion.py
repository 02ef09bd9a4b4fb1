"""Weighted reciprocal-rank fusion (Cormack, Clarke, Büttcher 2009) of what the arms found, without duplicates."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from ingestion.vectors.port import VectorChunk

# Smaller than the customary 60: the arms' first places are much better than their tenth.
RANK_CONSTANT = 20


@dataclass(frozen=True, slots=True)
class ArmHit:
    """One arm's word on one chunk: its rank there from 1, and the arm's own score."""

    arm: str
    rank: int
    score: float
    chunk: VectorChunk


@dataclass(frozen=True, slots=True)
class ArmEvidence:
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class RetrievedPassage:
    """A chunk with its fused score and what each arm that found it said; arms that did not are absent."""

    chunk: VectorChunk
    score: float
    arms: dict[str, ArmEvidence]


def fuse(hits: Iterable[ArmHit], *, weights: Mapping[str, float], limit: int) -> tuple[RetrievedPassage, ...]:
    """Best first, ties by chunk id. Chunks with the same text (a page reachable twice) count once: the better one."""
    arms: dict[UUID, dict[str, ArmEvidence]] = defaultdict(dict)
    chunks: dict[UUID, VectorChunk] = {}
    for hit in hits:
        chunks[hit.chunk.id] = hit.chunk
        arms[hit.chunk.id][hit.arm] = ArmEvidence(hit.rank, hit.score)
    passages = [RetrievedPassage(chunks[id_], _score(said, weights), said) for id_, said in arms.items()]
    passages.sort(key=lambda passage: (-passage.score, passage.chunk.id))
    return tuple(islice(_without_repeats(passages), limit))  # the texts of the others are not looked at


def _score(said: Mapping[str, ArmEvidence], weights: Mapping[str, float]) -> float:
    return sum(weights.get(arm, 1.0) / (RANK_CONSTANT + evidence.rank) for arm, evidence in said.items())


def _without_repeats(passages: Iterable[RetrievedPassage]) -> Iterable[RetrievedPassage]:
    seen: set[str] = set()
    for passage in passages:
        text = " ".join(passage.chunk.text.split())
        if text not in seen:
            seen.add(text)
            yield passage
