"""The search playground: what each arm finds for a question, with its ranks and scores, before any model speaks."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from agents.retrieval import ArmEvidence, RetrievalResult, RetrievedPassage
from agents.runtime.product_search import ProductSearch, search_aside
from billing.errors import BudgetExhausted
from frontend.page import Visit, page
from frontend.phrases import phrase
from ingestion.selectors import count_knowledge
from tenants.permissions import Permission

LIMIT = 12
_LONGEST_QUESTION = 1000
ARM_LABELS = {
    "dense": phrase("Meaning"),
    "words": phrase("Words"),
    "sentences": phrase("Sentence"),
    "entities": phrase("Mentions"),
    "links": phrase("Links"),
}
TONES = {"dense": "", "words": "2", "sentences": "3", "entities": "4", "links": "5"}
TIMING_LABELS = {"embed": phrase("Understand the question"), "fuse": phrase("Join the arms"), **ARM_LABELS}

_WITHOUT_BUDGET = phrase("The budget of the month is spent: what you see was found by words alone, not by meaning.")
_WITHOUT_MEANING = phrase("The search by meaning did not answer: what you see was found without it.")

_search = ProductSearch()


@dataclass(frozen=True, slots=True)
class ArmBar:
    """`percent` compares the score with the arm's best one."""

    label: str
    tone: str
    rank: int | None = None
    score: float | None = None
    percent: float = 0


@dataclass(frozen=True, slots=True)
class Found:
    rank: int
    chunk_id: UUID
    document_id: UUID
    title: str
    heading: str
    text: str
    fused: float
    arms: tuple[ArmBar, ...]


@require_safe
@page(Permission.KNOWLEDGE_READ)
def show_search(visit: Visit) -> HttpResponse:
    question = visit.request.GET.get("q", "").strip()[:_LONGEST_QUESTION]
    result = _retrieve(visit, question) if question else None
    return visit.render(
        "pages/search.html",
        {
            "section": "search",
            "question": question,
            "result": result,
            "note": _note(result) if result else "",
            "found": _found(result) if result else [],
            "timings": _timings(result) if result else [],
            "counts": count_knowledge(tenant_id=visit.tenant_id),
        },
    )


def _retrieve(visit: Visit, question: str) -> RetrievalResult:
    return search_aside(_search, tenant_id=visit.tenant_id, query=question, limit=LIMIT)


def _note(result: RetrievalResult) -> str:
    """Why the search by meaning was left out; "" where it was not."""
    code = result.failed.get("dense", "")
    if not code:
        return ""
    return gettext(_WITHOUT_BUDGET if code == BudgetExhausted.code else _WITHOUT_MEANING)


def _found(result: RetrievalResult) -> list[Found]:
    best = {
        arm: max([each.arms[arm].score for each in result.passages if arm in each.arms] or [1.0]) for arm in ARM_LABELS
    }
    arms = [arm for arm in ARM_LABELS if any(arm in each.arms for each in result.passages)]
    return [_one(rank, each, arms, best) for rank, each in enumerate(result.passages, start=1)]


def _one(rank: int, passage: RetrievedPassage, arms: list[str], best: Mapping[str, float]) -> Found:
    chunk = passage.chunk
    return Found(
        rank,
        chunk.id,
        chunk.document_id,
        chunk.title,
        " › ".join(chunk.heading_path),
        chunk.text,
        passage.score,
        tuple(_bar(arm, passage.arms.get(arm), best[arm]) for arm in arms),
    )


def _bar(arm: str, said: ArmEvidence | None, best: float) -> ArmBar:
    if said is None:
        return ArmBar(ARM_LABELS[arm], TONES[arm])
    percent = 100 * max(said.score, 0) / best if best > 0 else 0
    return ArmBar(ARM_LABELS[arm], TONES[arm], said.rank, said.score, min(percent, 100))


def _timings(result: RetrievalResult) -> list[tuple[str, float]]:
    return [(TIMING_LABELS.get(name, name), milliseconds) for name, milliseconds in result.timings_ms.items()]
