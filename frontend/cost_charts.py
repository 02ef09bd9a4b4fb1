"""Cost over time as a picture and as a table: bars of a day, what costs on top of each other."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from billing.selectors import UsageSeries
from frontend.formats import format_money
from frontend.page import Visit

STACKED = 4  # series of their own; the cheaper ones are one together


def stacked_costs(
    visit: Visit, series: Sequence[UsageSeries], every: Sequence[date], labels: Mapping[str, str]
) -> dict[str, object]:
    """For `<c-chart>`: data, columns and rows. `every`: the days; `labels`: what a key is called, where not itself."""
    lines = _lines([each for each in series if any(day.usage.cost_micros for day in each.days)], labels)
    currency = visit.tenant.currency
    return {
        "data": {
            "times": [day_start(day, visit.tenant.time_zone) for day in every],
            "zone": visit.tenant.time_zone,
            "kind": "bars",
            "scale": 1_000_000,
            "currency": currency,
            "series": [{"label": label, "values": values} for label, values in lines]
            or [{"label": "Cost", "values": [0 for _ in every]}],
        },
        "columns": ["Day", *(label for label, _ in lines)],
        "rows": [
            (f"{day:%d %b}", *(format_money(values[at], currency) for _, values in lines))
            for at, day in reversed(list(enumerate(every)))
        ],
        "has_costs": bool(lines),
    }


def _lines(series: Sequence[UsageSeries], labels: Mapping[str, str]) -> list[tuple[str, list[int]]]:
    """Dearest first."""
    lines = [(labels.get(each.key, each.key), _costs(each)) for each in series[:STACKED]]
    if rest := series[STACKED:]:
        lines.append(("Others", [sum(each) for each in zip(*map(_costs, rest), strict=True)]))
    return lines


def _costs(series: UsageSeries) -> list[int]:
    return [each.usage.cost_micros for each in series.days]


def day_start(day: date, zone: str) -> int:
    """Seconds since 1970 at which the day begins in the zone."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp())
