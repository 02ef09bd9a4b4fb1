"""The ledger as pages show it: sums by day, meter, model, agent and step, read once and folded in any way.

Days before today come from the sums that `billing.rollups` made, and today too up to its seam, a few hours ago; what
came since from the rows. Where the sums were not made since today began, or are of days of another time zone, the rows
say it all.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate

from billing.models import Meter, UsageRecord
from billing.rollups import UNPRICED_QUANTITY, agent_key, is_rolled, open_day, sums_by_day
from billing.sums import EMBEDDED, READ, WRITTEN, UsageSum
from rapport.days import beginning

Kept = Literal["agent_id", "model", "step", "meter"]
"""The dimensions that sums by day keep apart."""
Key = TypeVar("Key")
_KEYS = ("meter", "model", "agent_id", "step")
_FIELDS = ("quantity", "cost_micros", "records", "unpriced")
_SUMS = {
    "sum_quantity": Sum("quantity"),
    "sum_cost_micros": Sum("cost_micros"),
    "sum_records": Count("id"),
    "sum_unpriced": UNPRICED_QUANTITY,
}


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
    begins, now_begins = beginning(first, zone), beginning(today, zone)
    is_whole, now = _now(today, now_begins)
    if is_whole and (before := _summed(begins, now_begins, zone)) is not None:
        return [*before, *now]
    rows = UsageRecord.objects.filter(occurred_at__gte=begins, occurred_at__lt=now_begins)
    dated = rows.annotate(day=TruncDate("occurred_at", tzinfo=zone))
    return [*(_cell(row["day"], row) for row in _grouped(dated, "day")), *now]


def read_ever(today: date, zone: ZoneInfo) -> UsageSum | None:
    """Of everything there ever was, in the open scope; None where only the rows say it."""
    begins = beginning(today, zone)
    is_whole, now = _now(today, begins)
    before = _summed(None, begins, zone) if is_whole else None
    return None if before is None else total([*before, *now])


def read_before(first: date, zone: ZoneInfo) -> UsageSum:
    """Of everything before that day, in the open scope."""
    begins = beginning(first, zone)
    if is_rolled(begins) and (before := _summed(None, begins, zone)) is not None:
        return total(before)
    return total(_cell(first, row) for row in _grouped(UsageRecord.objects.filter(occurred_at__lt=begins)))


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


def _now(today: date, begins: datetime) -> tuple[bool, list[Cell]]:
    """What today, which began then, comes to; and whether the days before are added up, and whole."""
    sums, seam = open_day(_KEYS, _FIELDS, begins)
    rows = _grouped(UsageRecord.objects.filter(occurred_at__gte=seam))
    return bool(sums) or is_rolled(begins), [_cell(today, row) for row in (*sums, *rows)]


def _summed(since: datetime | None, until: datetime, zone: ZoneInfo) -> list[Cell] | None:
    found = sums_by_day(zone, _KEYS, _FIELDS, since=since, until=until)
    return None if found is None else [_cell(day, row) for day, row in found]


def _cell(day: date, row: Mapping[str, Any]) -> Cell:
    meter, count = row["meter"], row["sum_quantity"]
    usage = UsageSum(
        cost_micros=row["sum_cost_micros"],
        input_tokens=count if meter in READ else 0,
        output_tokens=count if meter in WRITTEN else 0,
        embedding_tokens=count if meter == EMBEDDED else 0,
        messages=count if meter == Meter.MESSAGES else 0,
        conversations=count if meter == Meter.CONVERSATIONS else 0,
        unpriced_tokens=row["sum_unpriced"],
    )
    return Cell(day, meter, row["model"], agent_key(row["agent_id"]), row["step"], usage, row["sum_records"])
