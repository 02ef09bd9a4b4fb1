"""Every question asked once of every arm; then the ranks of each arm, of all together, and of all but one."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from agents.retrieval import RetrievedPassage, Retriever
from agents.retrieval.asking import Asking
from agents.retrieval.fusion import ArmHit, Weighting, choose_weighting, fuse
from agents.retrieval.reranking import MOST_RERANKED, Reranker
from agents.retrieval.retriever import ARM_DEPTH, Question
from ingestion.parsing.language import detect_question_language
from tests.benchmarks.answering.fast import as_passage
from tests.benchmarks.finding.company import Company
from tests.benchmarks.finding.ranks import place_of

PATIENCE = 60.0  # seconds: here no arm is left out for being slow
FUSED = "fused"
SECOND_LOOK = "fused, second look"  # by the built-in reranker, which an agent may switch on


@dataclass(slots=True)
class Places:
    """By name of the arm or the mixture, the right document's place for each question, in their order."""

    by_name: dict[str, list[int]] = field(default_factory=dict)
    milliseconds: list[float] = field(default_factory=list)

    def add(self, name: str, place: int) -> None:
        self.by_name.setdefault(name, []).append(place)


@dataclass(frozen=True, slots=True)
class Asker:
    company: Company
    retriever: Retriever
    reranker: Reranker

    def ask(self, questions: Iterable[tuple[str, int]]) -> Places:
        """Each question with its document's place in what the company handed in."""
        places = Places()
        arms = ["dense", "words", "sentences", *(name for name, _ in (*self.retriever.arms, *self.retriever.beyond))]
        for text, document in questions:
            hits, weighting, milliseconds = self._hits(text)
            places.milliseconds.append(milliseconds)
            for arm in arms:
                alone = sorted((hit for hit in hits if hit.arm == arm), key=lambda hit: hit.rank)
                places.add(arm, place_of(document, self._documents(alone)))
            places.add(FUSED, self._fused(hits, weighting, document))
            places.add(SECOND_LOOK, self._looked_at_again(text, hits, weighting, document))
            for arm in arms:
                places.add(f"without {arm}", self._fused(hits, _without(weighting, arm), document))
        return places

    def _hits(self, text: str) -> tuple[Sequence[ArmHit], Weighting, float]:
        started = time.perf_counter()
        asking = Asking(PATIENCE)
        weighting = choose_weighting(detect_question_language(text), self.retriever.embedder.model)
        self.retriever.ask(asking, Question(self.company.tenant_id, text, ARM_DEPTH), weighting)
        assert not asking.failed, asking.failed
        return asking.arm_hits(), weighting, (time.perf_counter() - started) * 1000

    def _fused(self, hits: Sequence[ArmHit], weighting: Weighting, document: int) -> int:
        return place_of(document, self._documents(fuse(hits, weighting=weighting, limit=ARM_DEPTH)))

    def _looked_at_again(self, text: str, hits: Sequence[ArmHit], weighting: Weighting, document: int) -> int:
        found = fuse(hits, weighting=weighting, limit=ARM_DEPTH)
        best, others = found[:MOST_RERANKED], found[MOST_RERANKED:]
        scores = self.reranker(text, [as_passage(each) for each in best])
        order = sorted(range(len(best)), key=lambda place: (-scores[place], place))
        return place_of(document, self._documents([*(best[place] for place in order), *others]))

    def _documents(self, found: Iterable[ArmHit | RetrievedPassage]) -> list[int]:
        return [self.company.documents[each.chunk.document_id] for each in found]


def _without(weighting: Weighting, arm: str) -> Weighting:
    weights: Mapping[str, float] = {**weighting.weights, arm: 0.0}
    return replace(weighting, weights=weights)
