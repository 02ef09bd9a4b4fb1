"""Reads about what a language model said of answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Avg, Count

from agents.judging.reply import CRITERIA
from agents.models import Judgement
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class JudgementView:
    """Of one answer; scores from 0 to 1. `model`: the judge's."""

    grounded: float
    relevant: float
    complete: float
    reason: str
    model: str
    created_at: datetime

    @property
    def scores(self) -> tuple[float, float, float]:
        return self.grounded, self.relevant, self.complete


@dataclass(frozen=True, slots=True)
class AverageView:
    """Of `count` answers; of none there is no average."""

    count: int
    grounded: float
    relevant: float
    complete: float


def judgement_of(turn_id: UUID) -> JudgementView | None:
    """In the open scope."""
    row = Judgement.objects.filter(turn_id=turn_id).first()
    if row is None:
        return None
    return JudgementView(row.grounded, row.relevant, row.complete, row.reason, row.model, row.created_at)


def averages_by_version(*, tenant_id: UUID, agent_id: UUID, versions: Iterable[int]) -> dict[int, AverageView]:
    """Of these versions; those of which nothing was judged are left out."""
    with tenant_scope(tenant_id):
        rows = Judgement.objects.filter(agent_id=agent_id, agent_version__in=list(versions))
        sums = rows.values_list("agent_version").annotate(Count("id"), *(Avg(name) for name in CRITERIA))
        return {row[0]: AverageView(*row[1:]) for row in sums.order_by()}


def average_of_experiment(experiment_id: UUID, version: int) -> AverageView | None:
    """Of a version's answers in an experiment, in the open scope."""
    rows = Judgement.objects.filter(experiment_id=experiment_id, agent_version=version)
    found = rows.aggregate(count=Count("id"), **{name: Avg(name) for name in CRITERIA})
    return AverageView(**found) if found["count"] else None
