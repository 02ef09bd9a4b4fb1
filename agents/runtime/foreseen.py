"""What was found for a question before it was known that it is whole (`foreseeing`), as it is kept on its turn: ids and
scores, no words of anybody.
"""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from agents.llm.port import Passage
from agents.retrieval import ArmEvidence
from agents.runtime.parts import Arm, Found, FoundPassage, SearchPlan
from ingestion.selectors import CitedPassage, get_passages

KEPT_SECONDS = 30.0  # then knowledge may have changed


def found_before(
    told: Mapping[str, Any], *, tenant_id: UUID, question: str, plan: SearchPlan
) -> tuple[Found, dict[UUID, CitedPassage], int] | None:
    """What was foreseen for this very search, its passages, and how many microseconds ago it was begun; None when
    there is nothing, it was another search, or something of it is gone."""
    if not told or told["digest"] != digest_of(question, plan):
        return None
    age = time.time() - told["began_at"]
    if not 0 <= age <= KEPT_SECONDS:
        return None
    cited = get_passages(tenant_id=tenant_id, ids=[UUID(each["id"]) for each in told["passages"]])
    if len(cited) != len(told["passages"]):
        return None
    found = Found(
        passages=tuple(_passage(each, cited[UUID(each["id"])]) for each in told["passages"]),
        arms=tuple(Arm(*each) for each in told["arms"]),
        embedding_model=told["model"],
        embedding_tokens=told["tokens"],
    )
    if plan.embedded:  # the turn has the question's vector already, and its cost
        found = replace(found, embedding_model="", embedding_tokens=0)
    return found, cited, round(age * 1e6)


def passages_of(told: Mapping[str, Any], *, tenant_id: UUID) -> list[Passage]:
    """Those that are still there, best first."""
    cited = get_passages(tenant_id=tenant_id, ids=[UUID(each["id"]) for each in told["passages"]])
    return [_passage(each, cited[UUID(each["id"])]).passage for each in told["passages"] if UUID(each["id"]) in cited]


def digest_of(query: str, plan: SearchPlan) -> str:
    """Of all that a search follows from."""
    wanted = [
        query,
        plan.limit,
        sorted(map(str, plan.source_ids)),
        sorted(plan.weights.items()),
        plan.reranker,
    ]
    return hashlib.sha256(json.dumps(wanted).encode()).hexdigest()


def to_json(found: Found, digest: str, began_at: float) -> dict[str, Any]:
    """`digest`: of `digest_of`; `began_at`: by the clock."""
    return {
        "digest": digest,
        "began_at": began_at,
        "arms": [[arm.name, arm.ms, arm.found] for arm in found.arms],
        "model": found.embedding_model,
        "tokens": found.embedding_tokens,
        "passages": [
            {
                "id": str(each.passage.id),
                "document_id": str(each.document_id),
                "score": float(each.score),
                "dense": _number(each.passage.dense_score),
                "words": _number(each.passage.words_score),
                "arms": {name: [said.rank, float(said.score)] for name, said in each.arms.items()},
            }
            for each in found.passages
        ],
    }


def _number(score: float | None) -> float | None:
    return None if score is None else float(score)


def _passage(told: Mapping[str, Any], cited: CitedPassage) -> FoundPassage:
    passage = Passage(
        id=cited.passage.id,
        title=cited.title,
        heading_path=cited.passage.heading_path,
        text=cited.passage.text,
        dense_score=told["dense"],
        words_score=told["words"],
    )
    arms = {name: ArmEvidence(rank, score) for name, (rank, score) in told["arms"].items()}
    return FoundPassage(passage, UUID(told["document_id"]), told["score"], arms)
