"""What each day cost, by model and agent: whole days from their sums, today from the ledger's rows."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from billing.cells import read_cells
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
        cells = read_cells(every[0], today, zone)
    rows = [(each.day, each.model, each.agent_id, each.usage.cost_micros) for each in cells]
    return DailyCosts(every, _folded(rows, every, 1), _folded(rows, every, 2))


def _folded(rows: list[Row], every: tuple[date, ...], column: int) -> dict[str, tuple[int, ...]]:
    found: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        found[str(row[column])][row[0]] += row[3]
    dearest = sorted(found, key=lambda key: (-sum(found[key].values()), key))
    return {key: tuple(found[key][day] for day in every) for key in dearest if any(found[key].values())}
