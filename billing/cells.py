"""The ledger as pages show it: sums by day, meter, model, agent and step, read once and folded in any way.

Whole days before today come from the sums that `billing.rollups` made, today from the rows. Where the sums were not
made since today began, or are of days of another time zone, the rows say it all.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate

from billing.models import Meter, UsageRecord, UsageRollup
from billing.rollups import DAY, NO_AGENT, UNPRICED_QUANTITY, begins_a_day, is_rolled
from billing.sums import EMBEDDED, READ, WRITTEN, UsageSum

Kept = Literal["agent_id", "model", "step", "meter"]
"""The dimensions that sums by day keep apart."""
Key = TypeVar("Key")
_KEYS = ("meter", "model", "agent_id", "step")
_SUMS = {"of": Sum("quantity"), "cost": Sum("cost_micros"), "count": Count("id"), "unpriced": UNPRICED_QUANTITY}


@dataclass(frozen=True, slots=True)
class Cell:
    """`agent_id` "" where there is none."""

    day: date
    meter: str
    model: str
    agent_id: str
    step: str
    usage: UsageSum
    records: int


def read_cells(first: date, today: date, zone: ZoneInfo) -> list[Cell]:
    """Of the days from `first` to today, in the open scope."""
    begins, now_begins = _beginning(first, zone), _beginning(today, zone)
    now = [_cell(today, row) for row in _grouped(UsageRecord.objects.filter(occurred_at__gte=now_begins))]
    if is_rolled(now_begins) and (before := _summed(begins, now_begins, zone)) is not None:
        return [*before, *now]
    rows = UsageRecord.objects.filter(occurred_at__gte=begins, occurred_at__lt=now_begins)
    dated = rows.annotate(day=TruncDate("occurred_at", tzinfo=zone))
    return [*(_cell(row["day"], row) for row in _grouped(dated, "day")), *now]


def read_ever(today: date, zone: ZoneInfo) -> UsageSum | None:
    """Of everything there ever was, in the open scope; None where only the rows say it."""
    now_begins = _beginning(today, zone)
    if not is_rolled(now_begins):
        return None
    before = _summed(None, now_begins, zone)
    if before is None:
        return None
    now = (_cell(today, row) for row in _grouped(UsageRecord.objects.filter(occurred_at__gte=now_begins)))
    return total([*before, *now])


def total(cells: Iterable[Cell]) -> UsageSum:
    return sum((each.usage for each in cells), UsageSum())


def by_day(cells: Iterable[Cell]) -> dict[date, UsageSum]:
    return _folded(cells, lambda cell: cell.day)


def by(cells: Iterable[Cell], dimension: Kept) -> dict[str, tuple[UsageSum, int]]:
    """With how many rows of the ledger each has."""
    cells = list(cells)
    records: dict[str, int] = defaultdict(int)
    for each in cells:
        records[getattr(each, dimension)] += each.records
    sums = _folded(cells, lambda cell: str(getattr(cell, dimension)))
    return {key: (usage, records[key]) for key, usage in sums.items()}


def by_day_and(cells: Iterable[Cell], dimension: Kept) -> dict[str, dict[date, UsageSum]]:
    parts: dict[str, list[Cell]] = defaultdict(list)
    for each in cells:
        parts[getattr(each, dimension)].append(each)
    return {key: by_day(part) for key, part in parts.items()}


def _folded(cells: Iterable[Cell], key_of: Callable[[Cell], Key]) -> dict[Key, UsageSum]:
    found: dict[Key, UsageSum] = defaultdict(UsageSum)
    for each in cells:
        found[key_of(each)] += each.usage
    return dict(found)


def _grouped(rows: "QuerySet[UsageRecord]", *keys: str) -> Iterator[Mapping[str, Any]]:
    yield from rows.values(*keys, *_KEYS).annotate(**_SUMS).order_by()


def _summed(since: datetime | None, until: datetime, zone: ZoneInfo) -> list[Cell] | None:
    """None where a day is of another time zone."""
    rows = UsageRollup.objects.filter(grain=DAY, starts_at__lt=until)
    rows = rows.filter(starts_at__gte=since) if since else rows
    kept = rows.values("starts_at", *_KEYS).annotate(
        of=Sum("quantity"), cost=Sum("cost_micros"), count=Sum("records"), unpriced=Sum("unpriced")
    )
    found = list(kept.order_by())
    if not all(begins_a_day(row["starts_at"], zone) for row in found):
        return None
    return [_cell(row["starts_at"].astimezone(zone).date(), row) for row in found]


def _cell(day: date, row: Mapping[str, Any]) -> Cell:
    meter, count = row["meter"], row["of"]
    usage = UsageSum(
        cost_micros=row["cost"],
        input_tokens=count if meter in READ else 0,
        output_tokens=count if meter in WRITTEN else 0,
        embedding_tokens=count if meter == EMBEDDED else 0,
        messages=count if meter == Meter.MESSAGES else 0,
        conversations=count if meter == Meter.CONVERSATIONS else 0,
        unpriced_tokens=row["unpriced"],
    )
    agent = "" if row["agent_id"] in (None, NO_AGENT) else str(row["agent_id"])
    return Cell(day, meter, row["model"], agent, row["step"], usage, row["count"])


def _beginning(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
