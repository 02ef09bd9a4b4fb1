"""What the running period is made of, by day, meter, agent and currency: read from the sums by day as far as they go.

A period bears what occurred in it, but for what another one bears already, and what is told late of closed ones. The
sums by day know when something occurred, not who bears it: those few rows are added and taken off by hand.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Count, Max, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from billing.ledger import tenant_zone
from billing.models import UsageRecord
from billing.rollups import agent_key, is_rolled, open_day, sums_by_day
from billing.statements import MeterSum
from rapport.days import begins_a_day

Key = TypeVar("Key")
_KEYS = ("meter", "agent_id", "currency")
_FIELDS = ("quantity", "cost_micros", "price_micros", "records")  # of Sums, in their order
_SUMS = {**{f"sum_{name}": Sum(name) for name in _FIELDS[:-1]}, "sum_records": Count("id")}


@dataclass(frozen=True, slots=True)
class Sums:
    quantity: int = 0
    cost_micros: int = 0
    price_micros: int = 0
    records: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.quantity + other.quantity,
            self.cost_micros + other.cost_micros,
            self.price_micros + other.price_micros,
            self.records + other.records,
        )

    def __neg__(self) -> "Sums":
        return Sums(-self.quantity, -self.cost_micros, -self.price_micros, -self.records)


@dataclass(frozen=True, slots=True)
class Part:
    """`agent_id` "" where there is none."""

    day: date
    meter: str
    agent_id: str
    currency: str
    sums: Sums


def read_parts(starts_at: datetime, ends_at: datetime, rows: "QuerySet[UsageRecord]") -> list[Part]:
    """Of a period that is not over, in the open scope; `rows` are what it bears, which say it all where sums do not.
    What is written late of a day before today counts when the sums are made next, within the hour."""
    today = timezone.now().astimezone(tenant_zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    sums, seam = open_day(_KEYS, _FIELDS, today)
    before = _summed(starts_at, today) if ends_at > today and (sums or is_rolled(today)) else None
    if before is None:
        return list(_parts(rows))
    summed = [_part(today.date(), row) for row in sums]
    return [*before, *summed, *_since(max(seam, starts_at), ends_at, today), *_borne(starts_at, ends_at)]


def meter_sums(parts: Iterable[Part]) -> list[MeterSum]:
    """By meter and currency, in their order."""
    found = fold(parts, lambda part: (part.meter, part.currency))
    return [
        MeterSum(meter, currency, sums.quantity, sums.cost_micros, sums.price_micros, sums.records)
        for (meter, currency), sums in sorted(found.items())
    ]


def fold(parts: Iterable[Part], key_of: Callable[[Part], Key]) -> dict[Key, Sums]:
    """Without what no row is left of."""
    found: dict[Key, Sums] = defaultdict(Sums)
    for each in parts:
        found[key_of(each)] += each.sums
    return {key: sums for key, sums in found.items() if sums.records}


def _parts(rows: "QuerySet[UsageRecord]") -> Iterator[Part]:
    dated = _dated(rows).values("day", *_KEYS)
    for row in dated.annotate(**_SUMS).order_by():
        yield _part(row["day"], row)


def _since(seam: datetime, ends_at: datetime, today: datetime) -> Iterable[Part]:
    """What occurred since then: today, unless clocks differ. SQLite would ask Python for the day of each row."""
    rows = UsageRecord.objects.filter(occurred_at__gte=seam, occurred_at__lt=ends_at)
    found = list(rows.values(*_KEYS).annotate(**_SUMS, latest=Max("occurred_at")).order_by())
    if any(row["latest"] >= today + timedelta(days=1) for row in found):
        return _parts(rows)
    return [_part(today.date(), row) for row in found]


def _borne(starts_at: datetime, ends_at: datetime) -> Iterator[Part]:
    """What is told late of earlier periods and borne by this one, and, taken off, what occurred in it and is borne by
    another. They are few."""
    begins, ends = (each.astimezone(tenant_zone()).date() for each in (starts_at, ends_at))
    rows = _dated(UsageRecord.objects.filter(billed_at__isnull=False)).values("day", "billed_at", *_KEYS)
    for row in rows.annotate(**_SUMS).order_by():
        part = _part(row["day"], row)
        if starts_at <= row["billed_at"] < ends_at:
            yield part
        if begins <= row["day"] < ends:
            yield Part(part.day, part.meter, part.agent_id, part.currency, -part.sums)


def _dated(rows: "QuerySet[UsageRecord]") -> Any:
    return rows.annotate(day=TruncDate("occurred_at", tzinfo=tenant_zone()))


def _summed(since: datetime, until: datetime) -> list[Part] | None:
    """None also where the period begins within a day."""
    zone = tenant_zone()
    found = sums_by_day(zone, _KEYS, _FIELDS, since=since, until=until) if begins_a_day(since, zone) else None
    return None if found is None else [_part(day, row) for day, row in found]


def _part(day: date, row: Mapping[str, Any]) -> Part:
    sums = Sums(*(row[f"sum_{name}"] for name in _FIELDS))
    return Part(day, row["meter"], agent_key(row["agent_id"]), row["currency"], sums)
