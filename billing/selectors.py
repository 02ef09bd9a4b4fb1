"""Reads of the ledger: sums for charts and tables, and its rows. Costs are integers in micro-units."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from billing.errors import InvalidPeriod
from billing.models import Meter, UsageRecord
from billing.prices import UNPRICED
from tenants.context import tenant_scope
from tenants.selectors import get_tenant

Dimension = Literal["agent_id", "model", "step", "meter", "document_id", "conversation_id"]
_INPUT = (
    Meter.INPUT_TOKENS,
    Meter.CACHED_INPUT_TOKENS,
    Meter.CACHE_WRITE_TOKENS,
    Meter.CACHE_WRITE_1H_TOKENS,
    Meter.AUDIO_INPUT_TOKENS,
)
_OUTPUT = (Meter.OUTPUT_TOKENS, Meter.REASONING_TOKENS, Meter.AUDIO_OUTPUT_TOKENS)
_MOST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class UsageSum:
    """Sums over some of the ledger. Tokens of all classes are in `input_tokens` (read) or `output_tokens` (written).

    `unpriced_tokens` are those of models nobody has priced: counted above, and not in the cost.
    """

    cost_micros: int = 0
    currency: str = "USD"
    input_tokens: int = 0
    output_tokens: int = 0
    embedding_tokens: int = 0
    messages: int = 0
    conversations: int = 0
    unpriced_tokens: int = 0

    def __add__(self, other: "UsageSum") -> "UsageSum":
        numbers = [each.name for each in fields(self) if each.name != "currency"]
        return UsageSum(
            **{name: getattr(self, name) + getattr(other, name) for name in numbers}, currency=self.currency
        )


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
    """One row of the ledger, as it is exported. `price_micros`: what the company is charged, at list."""

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


def usage_by_day(*, tenant_id: UUID, days: int = 30) -> list[UsageDay]:
    """One entry a day, oldest first, ending today; days without usage are zeros."""
    zone = ZoneInfo(get_tenant(tenant_id).time_zone)
    first, since = _since(days, zone)
    with tenant_scope(tenant_id):
        rows = UsageRecord.objects.filter(occurred_at__gte=since).annotate(day=TruncDate("occurred_at", tzinfo=zone))
        found = {row["day"]: _sum(row) for row in rows.values("day").annotate(**_SUMS)}
    return _every_day(first, days, found)


def usage_series(*, tenant_id: UUID, dimension: Dimension, days: int = 30) -> list[UsageSeries]:
    """Sums per value of the dimension and day, dearest series first."""
    zone = ZoneInfo(get_tenant(tenant_id).time_zone)
    first, since = _since(days, zone)
    found: dict[str, dict[date, UsageSum]] = defaultdict(dict)
    with tenant_scope(tenant_id):
        rows = UsageRecord.objects.filter(occurred_at__gte=since).annotate(day=TruncDate("occurred_at", tzinfo=zone))
        for row in rows.values("day", dimension).annotate(**_SUMS):
            found[str(row[dimension] or "")][row["day"]] = _sum(row)
    dearest = sorted(found, key=lambda key: (-sum(each.cost_micros for each in found[key].values()), key))
    return [UsageSeries(key, tuple(_every_day(first, days, found[key]))) for key in dearest]


def _every_day(first: date, days: int, found: Mapping[date, UsageSum]) -> list[UsageDay]:
    every = (first + timedelta(days=offset) for offset in range(days))
    return [UsageDay(day, found.get(day, UsageSum())) for day in every]


def usage_by(*, tenant_id: UUID, dimension: Dimension, days: int = 30, most: int | None = None) -> list[UsageLine]:
    """Sums per value of the dimension, dearest first; the `most` dearest of them, where there may be many."""
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


def usage_of_conversations(*, tenant_id: UUID, conversation_ids: Iterable[UUID]) -> dict[UUID, UsageSum]:
    """The sum of each conversation that used anything: one query for a whole page of them."""
    with tenant_scope(tenant_id):
        rows = UsageRecord.objects.filter(conversation_id__in=list(conversation_ids)).values("conversation_id")
        sums = {row["conversation_id"]: _sum(row) for row in rows.annotate(**_SUMS)}
    return {conversation_id: usage for conversation_id, usage in sums.items() if conversation_id}


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


def _quantity(*meters: Meter) -> Sum:
    return Sum("quantity", filter=Q(meter__in=meters), default=0)


_SUMS = {
    "cost": Sum("cost_micros", default=0),
    "read": _quantity(*_INPUT),
    "written": _quantity(*_OUTPUT),
    "embedded": _quantity(Meter.EMBEDDING_TOKENS),
    "said": _quantity(Meter.MESSAGES),
    "begun": _quantity(Meter.CONVERSATIONS),
    "unpriced": Sum(
        "quantity",
        filter=Q(price_version=UNPRICED) & ~Q(meter__in=(Meter.MESSAGES, Meter.CONVERSATIONS)),
        default=0,
    ),
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
