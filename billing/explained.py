"""What a period is made of: its sums by day, agent, conversation or meter, and the very rows behind each figure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import UUID

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate

from billing import parts
from billing.ledger import tenant_zone
from billing.models import BillingPeriod, UsageRecord
from billing.parts import fold
from billing.periods import Period, current_period
from billing.rating import TOKENS
from billing.selectors import UsageRow, show_row
from billing.statements import MODEL_TOKENS
from rapport.errors import NotFound
from tenants.context import tenant_scope

Part = Literal["day", "agent", "conversation", "meter"]
_KEYS_OF: dict[str, Callable[[parts.Part], str]] = {
    "day": lambda each: each.day.isoformat(),
    "agent": lambda each: each.agent_id,
    "meter": lambda each: each.meter,
}
_FIELDS = {"agent": "agent_id", "conversation": "conversation_id", "meter": "meter", "day": "day"}


@dataclass(frozen=True, slots=True)
class PartSum:
    """`key`: a day, an id, a meter, or "" for what belongs to none."""

    key: str
    records: int
    cost_micros: int
    price_micros: int


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows of a period. `line`: a line of its statement. Ids: None for any, "" for those without one."""

    period_id: UUID | None = None  # of a closed one; else the running one
    line: str = ""
    day: date | None = None
    agent: UUID | Literal[""] | None = None
    conversation: UUID | Literal[""] | None = None


def find_period(*, tenant_id: UUID, period_id: UUID | None) -> Period:
    """None: the running one. Raises NotFound."""
    with tenant_scope(tenant_id):
        return _period(period_id)


def sum_parts(
    *,
    tenant_id: UUID,
    part: Part,
    period_id: UUID | None = None,
    running: Sequence[parts.Part] | None = None,
    most: int | None = None,
) -> list[PartSum]:
    """Days by time, the rest by what is charged, then by cost, the most first, and the `most` of them, where there may
    be many. `running`: the `running_parts`, where they are at hand."""
    with tenant_scope(tenant_id):
        if period_id is None and part in _KEYS_OF:
            return _ordered(part, _folded(part, current_period().parts() if running is None else running))[:most]
        rows = _dated(_period(period_id).rows())
        found = rows.values(_FIELDS[part]).annotate(
            records=Count("id"), cost=Sum("cost_micros"), price=Sum("price_micros")
        )
        sums = [
            PartSum(str(row[_FIELDS[part]] or ""), row["records"], row["cost"], row["price"])
            for row in (found.order_by("-price", "-cost", _FIELDS[part])[:most] if most else found.order_by())
        ]
    return _ordered(part, sums)


def _folded(part: Part, running: Sequence[parts.Part]) -> list[PartSum]:
    found = fold(running, _KEYS_OF[part])
    return [PartSum(key, sums.records, sums.cost_micros, sums.price_micros) for key, sums in found.items()]


def _ordered(part: Part, sums: list[PartSum]) -> list[PartSum]:
    if part == "day":
        return sorted(sums, key=lambda each: each.key, reverse=True)
    return sorted(sums, key=lambda each: (-each.price_micros, -each.cost_micros, each.key))


def list_rows(*, tenant_id: UUID, which: Rows, limit: int = 100, before: UUID | None = None) -> list[UsageRow]:
    """Latest first; `before` is the last id of the page before."""
    with tenant_scope(tenant_id):
        last = UsageRecord.objects.filter(id=before).first() if before else None
        apart = (_older(_chosen(which, rows), last) for rows in _period(which.period_id).rows_apart())
        found = [row for rows in apart for row in rows.order_by("-occurred_at", "-id")[:limit]]
        found.sort(key=lambda row: (row.occurred_at, row.id), reverse=True)
        return [show_row(row) for row in found[:limit]]


def _older(rows: QuerySet[UsageRecord], last: UsageRecord | None) -> QuerySet[UsageRecord]:
    if last is None:
        return rows
    return rows.filter(occurred_at__lte=last.occurred_at).exclude(occurred_at=last.occurred_at, id__gte=last.id)


def iterate_rows(*, tenant_id: UUID, which: Rows, before: UUID | None = None, page: int = 1000) -> Iterator[UsageRow]:
    """All of them, read page by page."""
    rows = list_rows(tenant_id=tenant_id, which=which, limit=page, before=before)
    while rows:
        yield from rows
        is_full = len(rows) == page
        rows = list_rows(tenant_id=tenant_id, which=which, limit=page, before=rows[-1].id) if is_full else []


def sum_rows(*, tenant_id: UUID, which: Rows) -> PartSum:
    with tenant_scope(tenant_id):
        if which.period_id is None and which.conversation is None:
            return _sum(each for each in current_period().parts() if _is_of(each, which))
        found = _chosen(which, _period(which.period_id).rows()).aggregate(
            records=Count("id"), cost=Sum("cost_micros", default=0), price=Sum("price_micros", default=0)
        )
        return PartSum("", found["records"], found["cost"], found["price"])


def _is_of(part: parts.Part, which: Rows) -> bool:
    """As `_chosen`, of sums; they do not know conversations."""
    return (
        (not which.line or part.meter in _meters(which.line))
        and which.day in (None, part.day)
        and (which.agent is None or part.agent_id == str(which.agent))
    )


def _sum(found: Iterable[parts.Part]) -> PartSum:
    sums = sum((each.sums for each in found), start=parts.Sums())
    return PartSum("", sums.records, sums.cost_micros, sums.price_micros)


def _meters(line: str) -> Collection[str]:
    return TOKENS if line == MODEL_TOKENS else (line,)


def _period(period_id: UUID | None) -> Period:
    if period_id is None:
        return current_period()
    row = BillingPeriod.objects.filter(id=period_id).first()
    if row is None:
        raise NotFound("There is no such period.")
    return Period(row.starts_at, row.ends_at)


def _chosen(which: Rows, rows: QuerySet[UsageRecord]) -> QuerySet[UsageRecord]:
    """Of a period's rows."""
    if which.line:
        rows = rows.filter(meter__in=sorted(_meters(which.line)))
    if which.day is not None:
        begins = datetime.combine(which.day, time.min, tenant_zone())
        rows = rows.filter(occurred_at__gte=begins, occurred_at__lt=begins + timedelta(days=1))  # days of its own clock
    for name, value in (("agent_id", which.agent), ("conversation_id", which.conversation)):
        if value is not None:
            rows = rows.filter(**{name: value or None})
    return rows


def _dated(rows: QuerySet[UsageRecord]) -> QuerySet[UsageRecord]:
    """Days are of the company's time zone."""
    return rows.annotate(day=TruncDate("occurred_at", tzinfo=tenant_zone()))
