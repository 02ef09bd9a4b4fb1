"""Cost over time as a picture and as a table: bars of a day, what costs on top of each other."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from billing.price import COSTS_IN
from frontend.formats import format_date, format_money
from frontend.page import Visit

STACKED = 4  # series of their own; the cheaper ones are one together


def stacked_costs(
    visit: Visit, costs: Mapping[str, Sequence[int]], every: Sequence[date], labels: Mapping[str, str]
) -> dict[str, object]:
    """For `<c-chart>`: data, columns and rows. `costs`: micro-units of each of the days `every`,
    dearest first; `labels`: what a key is called, where not itself."""
    lines = _lines(costs, labels)
    return {
        "data": {
            "times": [day_start(day, visit.tenant.time_zone) for day in every],
            "zone": visit.tenant.time_zone,
            "kind": "bars",
            "scale": 1_000_000,
            "currency": COSTS_IN,
            "series": [{"label": label, "values": values} for label, values in lines]
            or [{"label": gettext("Cost"), "values": [0 for _ in every]}],
        },
        "columns": [gettext("Day"), *(label for label, _ in lines)],
        "rows": [
            (format_date(day, "d M"), *(format_money(values[at], COSTS_IN) for _, values in lines))
            for at, day in reversed(list(enumerate(every)))
        ],
        "has_costs": bool(lines),
    }


def _lines(costs: Mapping[str, Sequence[int]], labels: Mapping[str, str]) -> list[tuple[str, list[int]]]:
    rows = [(labels.get(key, key), list(values)) for key, values in costs.items() if any(values)]
    lines, rest = rows[:STACKED], rows[STACKED:]
    if rest:
        lines.append((gettext("Others"), [sum(day) for day in zip(*(values for _, values in rest), strict=True)]))
    return lines


def day_start(day: date, zone: str) -> int:
    """Seconds since 1970 at which the day begins in the zone."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp())
