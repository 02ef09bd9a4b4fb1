"""Weighted reciprocal-rank fusion (Cormack, Clarke, Büttcher 2009) of what the arms found, without duplicates."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

from ingestion.embedding.port import EmbeddingModel
from ingestion.vectors.port import VectorChunk

# Much smaller than the customary 60: an arm's first place is worth far more than its tenth.
RANK_CONSTANT = 2
ARM_WEIGHTS = {"dense": 1.0, "words": 1.0, "sentences": 0.5, "entities": 0.05, "links": 0.25}
FOREIGN_DENSE = 1 / 3  # of a model asked in a language that it was not made for
NOUNS_ARE_CAPITAL = ("de",)  # there, what looks like a name is mostly none


@dataclass(frozen=True, slots=True)
class Weighting:
    """How the arms' ranks become one score. An arm that is not named in `weights` counts 1; 0 leaves it out."""

    weights: Mapping[str, float] = field(default_factory=lambda: ARM_WEIGHTS)
    constant: float = RANK_CONSTANT

    def times(self, weights: Mapping[str, float]) -> "Weighting":
        """With these factors; an arm that is not named keeps its weight."""
        both = {arm: self.weights.get(arm, 1.0) * weights.get(arm, 1.0) for arm in (*self.weights, *weights)}
        return Weighting(both, self.constant)


def choose_weighting(language: str, model: EmbeddingModel) -> Weighting:
    """For a question in this language ("" when it does not show): what the model knows nothing of it is not asked
    about as if it did."""
    weights = dict(ARM_WEIGHTS)
    if language and model.languages and language not in model.languages:
        weights["dense"] = FOREIGN_DENSE
    if language in NOUNS_ARE_CAPITAL:
        weights["entities"] = 0.0
    return Weighting(weights)


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


def fuse(hits: Iterable[ArmHit], *, weighting: Weighting, limit: int) -> tuple[RetrievedPassage, ...]:
    """Best first. Equal sums are decided by the arms' own scores against their best, then by chunk id. Chunks with the
    same text (a page reachable twice) count once: the better one."""
    arms: dict[UUID, dict[str, ArmEvidence]] = defaultdict(dict)
    chunks: dict[UUID, VectorChunk] = {}
    for hit in hits:
        if weighting.weights.get(hit.arm, 1.0):
            chunks[hit.chunk.id] = hit.chunk
            arms[hit.chunk.id][hit.arm] = ArmEvidence(hit.rank, hit.score)
    tops = _tops(arms.values())
    passages = [RetrievedPassage(chunks[id_], _score(said, weighting), said) for id_, said in arms.items()]
    passages.sort(key=lambda each: (-round(each.score, 9), -_closeness(each.arms, tops), each.chunk.id))
    return tuple(islice(_without_repeats(passages), limit))  # the texts of the others are not looked at


def _score(said: Mapping[str, ArmEvidence], weighting: Weighting) -> float:
    return sum(weighting.weights.get(arm, 1.0) / (weighting.constant + each.rank) for arm, each in said.items())


def _tops(all_said: Iterable[Mapping[str, ArmEvidence]]) -> dict[str, float]:
    tops: dict[str, float] = {}
    for said in all_said:
        for arm, evidence in said.items():
            tops[arm] = max(tops.get(arm, 0.0), evidence.score)
    return tops


def _closeness(said: Mapping[str, ArmEvidence], tops: Mapping[str, float]) -> float:
    """With many equal ranks (two arms that swap two passages) it is the distance that tells."""
    return sum(evidence.score / tops[arm] for arm, evidence in said.items() if tops[arm] > 0)


def _without_repeats(passages: Iterable[RetrievedPassage]) -> Iterable[RetrievedPassage]:
    seen: set[str] = set()
    for passage in passages:
        text = " ".join(passage.chunk.text.split())
        if text not in seen:
            seen.add(text)
            yield passage
