"""Reads of the ledger: sums for charts and tables, and its rows. Costs are integers in micro-units."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from billing.cells import Cell, Kept, by, by_day, by_day_and, read_before, read_cells, read_ever, total
from billing.errors import InvalidPeriod
from billing.models import Meter, UsageRecord
from billing.rating import currency_of
from billing.rollups import OVERLAP, UNPRICED_QUANTITY, first_id
from billing.sums import EMBEDDED, READ, WRITTEN, UsageSum
from tenants.context import tenant_scope
from tenants.selectors import get_tenant

Dimension = Literal["agent_id", "model", "step", "meter", "document_id", "conversation_id"]
_KEPT: frozenset[str] = frozenset(get_args(Kept))
_MOST_DAYS = 3660
_TOGETHER = 500  # ids in one query


@dataclass(frozen=True, slots=True)
class UsageDay:
    """`day` is in the tenant's time zone."""

    day: date
    usage: UsageSum


@dataclass(frozen=True, slots=True)
class UsageSeries:
    """One value of a dimension over days, for a stacked chart; every series has the same days."""

    key: str
    days: tuple[UsageDay, ...]


@dataclass(frozen=True, slots=True)
class UsageLine:
    """One value of a dimension, e.g. a model's name or an agent's id ("" where it does not apply)."""

    key: str
    usage: UsageSum
    records: int


@dataclass(frozen=True, slots=True)
class UsageRow:
    """One row of the ledger, as it is exported. `cost_micros` are of `currency`, `price_micros` of
    `price_currency`: what the company is charged, at list."""

    id: UUID
    occurred_at: datetime
    meter: str
    model: str
    step: str
    quantity: int
    cost_micros: int
    currency: str
    price_version: str
    unit: str
    price_micros: int
    rate_version: str
    billed_at: datetime | None
    corrects_id: UUID | None
    agent_id: UUID | None
    conversation_id: UUID | None
    turn_id: UUID | None
    document_id: UUID | None

    @property
    def price_currency(self) -> str:
        return currency_of(self.rate_version)


@dataclass(frozen=True, slots=True)
class UsageOfDays:
    """What was used in `days` days from `first` on, read once. Days before today are as their sums were made last, once
    an hour: see `billing.cells`."""

    first: date
    days: int
    cells: tuple[Cell, ...]

    @property
    def total(self) -> UsageSum:
        return total(self.cells)

    def by_day(self) -> list[UsageDay]:
        """One entry a day, oldest first, ending today; days without usage are zeros."""
        return _every_day(self.first, self.days, by_day(self.cells))

    def series(self, dimension: Kept) -> list[UsageSeries]:
        """Sums per value of the dimension and day, dearest series first."""
        found = by_day_and(self.cells, dimension)
        dearest = sorted(found, key=lambda key: (-sum(each.cost_micros for each in found[key].values()), key))
        return [UsageSeries(key, tuple(_every_day(self.first, self.days, found[key]))) for key in dearest]

    def by(self, dimension: Kept) -> list[UsageLine]:
        """Sums per value of the dimension, dearest first."""
        lines = [UsageLine(key, usage, records) for key, (usage, records) in by(self.cells, dimension).items()]
        return sorted(lines, key=lambda line: (-line.usage.cost_micros, line.key))


def read_usage(*, tenant_id: UUID, days: int = 30) -> UsageOfDays:
    """Of the last days, today included. Raises InvalidPeriod."""
    zone = ZoneInfo(get_tenant(tenant_id).time_zone)
    first, _ = _since(days, zone)
    with tenant_scope(tenant_id):
        return UsageOfDays(first, days, tuple(read_cells(first, first + timedelta(days=days - 1), zone)))


def usage_ever(*, tenant_id: UUID, since: UsageOfDays) -> UsageSum:
    """`usage_total` since ever, where the last days are read already."""
    with tenant_scope(tenant_id):
        return read_before(since.first, ZoneInfo(get_tenant(tenant_id).time_zone)) + since.total


def usage_by_day(*, tenant_id: UUID, days: int = 30) -> list[UsageDay]:
    """One entry a day, oldest first, ending today; days without usage are zeros."""
    return read_usage(tenant_id=tenant_id, days=days).by_day()


def _every_day(first: date, days: int, found: Mapping[date, UsageSum]) -> list[UsageDay]:
    every = (first + timedelta(days=offset) for offset in range(days))
    return [UsageDay(day, found.get(day, UsageSum())) for day in every]


def usage_by(*, tenant_id: UUID, dimension: Dimension, days: int = 30, most: int | None = None) -> list[UsageLine]:
    """Sums per value of the dimension, dearest first; the `most` dearest of them, where there may be many."""
    if dimension in _KEPT:
        return read_usage(tenant_id=tenant_id, days=days).by(dimension)[:most]  # type: ignore[arg-type]
    _, since = _since(days, ZoneInfo(get_tenant(tenant_id).time_zone))
    with tenant_scope(tenant_id):
        rows = UsageRecord.objects.filter(occurred_at__gte=since).values(dimension)
        found = rows.annotate(**_SUMS, records=Count("id")).order_by("-cost", dimension)
        lines = [UsageLine(str(row[dimension] or ""), _sum(row), row["records"]) for row in found[:most]]
    return sorted(lines, key=lambda line: (-line.usage.cost_micros, line.key))


def usage_total(
    *,
    tenant_id: UUID,
    days: int | None = None,
    conversation_id: UUID | None = None,
    turn_id: UUID | None = None,
    agent_id: UUID | None = None,
    document_id: UUID | None = None,
) -> UsageSum:
    """The sum over everything that fits; days=None is since ever."""
    if not (conversation_id or turn_id or agent_id or document_id):
        if days is not None:
            return read_usage(tenant_id=tenant_id, days=days).total
        if (ever := _ever(tenant_id)) is not None:
            return ever
    with tenant_scope(tenant_id):
        rows: QuerySet[UsageRecord] = UsageRecord.objects.all()
        if days is not None:
            rows = rows.filter(occurred_at__gte=_since(days, ZoneInfo(get_tenant(tenant_id).time_zone))[1])
        given = {
            "conversation_id": conversation_id,
            "turn_id": turn_id,
            "agent_id": agent_id,
            "document_id": document_id,
        }
        rows = rows.filter(**{name: value for name, value in given.items() if value is not None})
        return _sum(rows.aggregate(**_SUMS))


def _ever(tenant_id: UUID) -> UsageSum | None:
    zone = ZoneInfo(get_tenant(tenant_id).time_zone)
    with tenant_scope(tenant_id):
        return read_ever(timezone.now().astimezone(zone).date(), zone)


def usage_of_conversations(
    *, tenant_id: UUID, conversation_ids: Iterable[UUID], since: datetime | None = None
) -> dict[UUID, UsageSum]:
    """The sum of each conversation that used anything, since ever or since then: one query for some hundred of them."""
    ids = list(conversation_ids)
    sums: dict[UUID, UsageSum] = {}
    with tenant_scope(tenant_id):
        for start in range(0, len(ids), _TOGETHER):
            rows = UsageRecord.objects.filter(conversation_id__in=ids[start : start + _TOGETHER])
            rows = rows.filter(occurred_at__gte=since) if since else rows
            found = rows.values("conversation_id").annotate(**_SUMS)
            sums |= {row["conversation_id"]: _sum(row) for row in found if row["conversation_id"]}
    return sums


def costs_of_conversations(*, tenant_id: UUID, since: Sequence[datetime]) -> dict[UUID, tuple[int, ...]]:
    """Micro-units of each conversation since each of these moments: all of the ledger since the first of them is
    added up."""
    names = [f"cost_{at}" for at in range(len(since))]
    parts = {
        name: Sum("cost_micros", filter=Q(occurred_at__gte=moment), default=0)
        for name, moment in zip(names, since, strict=True)
    }
    with tenant_scope(tenant_id):
        rows = UsageRecord.objects.filter(occurred_at__gte=min(since), conversation_id__isnull=False)
        found = rows.values("conversation_id").annotate(**parts).order_by()
        return {row[0]: row[1:] for row in found.values_list("conversation_id", *names)}


def is_used_since(*, tenant_id: UUID, moment: datetime) -> bool:
    """Whether the ledger may have rows that were not seen then."""
    with tenant_scope(tenant_id):
        return UsageRecord.objects.filter(id__gte=first_id(moment - OVERLAP)).exists()


def list_usage(
    *,
    tenant_id: UUID,
    limit: int = 100,
    before: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    meter: str = "",
) -> list[UsageRow]:
    """The ledger's rows, last written first; `before` is the last id of the previous page."""
    with tenant_scope(tenant_id):
        rows = UsageRecord.objects.order_by("-id")
        rows = rows.filter(occurred_at__gte=since) if since else rows
        rows = rows.filter(occurred_at__lt=until) if until else rows
        rows = rows.filter(meter=meter) if meter else rows
        rows = rows.filter(id__lt=before) if before else rows
        return [show_row(record) for record in rows[:limit]]


def iterate_usage(*, tenant_id: UUID, days: int = 30, page: int = 1000) -> Iterator[UsageRow]:
    """The ledger's rows of the last days, last written first, read page by page: for exports."""
    _, since = _since(days, ZoneInfo(get_tenant(tenant_id).time_zone))
    rows = list_usage(tenant_id=tenant_id, limit=page, since=since)
    while rows:
        yield from rows
        is_full = len(rows) == page
        rows = list_usage(tenant_id=tenant_id, limit=page, before=rows[-1].id, since=since) if is_full else []


def _since(days: int, zone: ZoneInfo) -> tuple[date, datetime]:
    """The first of `days` days that end today, and its midnight. Raises InvalidPeriod."""
    if not 1 <= days <= _MOST_DAYS:
        raise InvalidPeriod(f"Ask for between 1 and {_MOST_DAYS} days.", param="days")
    first = timezone.now().astimezone(zone).date() - timedelta(days=days - 1)
    return first, datetime(first.year, first.month, first.day, tzinfo=zone)


def _quantity(*meters: str) -> Sum:
    return Sum("quantity", filter=Q(meter__in=meters), default=0)


_SUMS = {
    "cost": Sum("cost_micros", default=0),
    "read": _quantity(*READ),
    "written": _quantity(*WRITTEN),
    "embedded": _quantity(EMBEDDED),
    "said": _quantity(Meter.MESSAGES),
    "begun": _quantity(Meter.CONVERSATIONS),
    "unpriced": UNPRICED_QUANTITY,
}


def _sum(row: Mapping[str, Any]) -> UsageSum:
    return UsageSum(
        cost_micros=row["cost"],
        input_tokens=row["read"],
        output_tokens=row["written"],
        embedding_tokens=row["embedded"],
        messages=row["said"],
        conversations=row["begun"],
        unpriced_tokens=row["unpriced"],
    )


def show_row(record: UsageRecord) -> UsageRow:
    return UsageRow(
        id=record.id,
        occurred_at=record.occurred_at,
        meter=record.meter,
        model=record.model,
        step=record.step,
        quantity=record.quantity,
        cost_micros=record.cost_micros,
        currency=record.currency,
        price_version=record.price_version,
        unit=record.unit or Meter(record.meter).unit,
        price_micros=record.price_micros,
        rate_version=record.rate_version,
        billed_at=record.billed_at,
        corrects_id=record.corrects_id,
        agent_id=record.agent_id,
        conversation_id=record.conversation_id,
        turn_id=record.turn_id,
        document_id=record.document_id,
    )
