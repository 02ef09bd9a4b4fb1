"""What the last comparison of a tenant's stores found, for the health page."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ingestion.models import ProjectionCheck
from ingestion.projections.findings import Kind, Tally


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    found: int
    mended: int


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """`finished_at` is None until the first comparison came to its end; `is_waiting`: one is due or under way."""

    finished_at: datetime | None
    is_waiting: bool
    passages: int
    versions: int
    searches: int
    differences: tuple[Difference, ...]

    @property
    def left(self) -> int:
        return sum(each.found - each.mended for each in self.differences)


def last_comparison(*, tenant_id: UUID) -> ComparisonView:
    check = ProjectionCheck.objects.filter(tenant_id=tenant_id).first() or ProjectionCheck()
    tally = Tally.from_json(check.report)
    return ComparisonView(
        finished_at=check.finished_at,
        is_waiting=check.due_at is not None,
        passages=tally.checked["passages"],
        versions=tally.checked["versions"],
        searches=tally.checked["searches"],
        differences=tuple(
            Difference(kind.label, tally.found[kind], tally.mended[kind]) for kind in Kind if tally.found[kind]
        ),
    )
