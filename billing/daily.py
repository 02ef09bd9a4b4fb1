"""What each day cost, by model and agent: whole days from their sums, today from the ledger's rows."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from billing.models import UsageRecord, UsageRollup
from billing.rollups import DAY, NO_AGENT, is_rolled
from tenants.context import tenant_scope
from tenants.selectors import get_tenant

Row = tuple[date, str, str, int]


@dataclass(frozen=True, slots=True)
class DailyCosts:
    """Micro-units of each of `days`, oldest first, by model and by agent ("" for none); dearest first."""

    days: tuple[date, ...]
    by_model: Mapping[str, tuple[int, ...]]
    by_agent: Mapping[str, tuple[int, ...]]

    @property
    def total(self) -> list[int]:
        return [sum(day) for day in zip(*self.by_model.values(), strict=True)] or [0] * len(self.days)


def daily_costs(*, tenant_id: UUID, days: int) -> DailyCosts:
    """Of the last days, today included, in the company's time zone. What is written late of a day before today counts
    when the sums are made next."""
    zone = ZoneInfo(get_tenant(tenant_id).time_zone)
    today = timezone.now().astimezone(zone).date()
    every = tuple(today - timedelta(days=days - 1 - offset) for offset in range(days))
    with tenant_scope(tenant_id):
        rows = list(_rows(every[0], today, zone))
    return DailyCosts(every, _folded(rows, every, 1), _folded(rows, every, 2))


def _rows(first: date, today: date, zone: ZoneInfo) -> Iterator[Row]:
    """Sums that were not made since today began may lack a part of yesterday: then the ledger says it all."""
    if is_rolled(_beginning(today, zone)):
        yield from _summed(_beginning(first, zone), _beginning(today, zone), zone)
    else:
        rows = UsageRecord.objects.filter(
            occurred_at__gte=_beginning(first, zone), occurred_at__lt=_beginning(today, zone)
        )
        by_day = rows.annotate(day=TruncDate("occurred_at", tzinfo=zone)).values("day", "model", "agent_id")
        for row in by_day.annotate(cost=Sum("cost_micros")):
            yield row["day"], row["model"], str(row["agent_id"] or ""), row["cost"]
    rows = UsageRecord.objects.filter(
        occurred_at__gte=_beginning(today, zone), occurred_at__lt=_beginning(today + timedelta(days=1), zone)
    )
    for sums in rows.values("model", "agent_id").annotate(cost=Sum("cost_micros")):
        yield today, sums["model"], str(sums["agent_id"] or ""), sums["cost"]


def _summed(since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[Row]:
    sums = UsageRollup.objects.filter(grain=DAY, starts_at__gte=since, starts_at__lt=until)
    for row in sums.values("starts_at", "model", "agent_id").annotate(cost=Sum("cost_micros")):
        agent = "" if row["agent_id"] == NO_AGENT else str(row["agent_id"])
        yield row["starts_at"].astimezone(zone).date(), row["model"], agent, row["cost"]


def _folded(rows: list[Row], every: tuple[date, ...], column: int) -> dict[str, tuple[int, ...]]:
    found: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        found[str(row[column])][row[0]] += row[3]
    dearest = sorted(found, key=lambda key: (-sum(found[key].values()), key))
    return {key: tuple(found[key][day] for day in every) for key in dearest if any(found[key].values())}


def _beginning(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
