"""Sums over time for the dashboard's first page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from agents.activity.counting import last_days, spans_of
from agents.activity.summing import sums_of
from tenants.context import tenant_scope
from tenants.selectors import get_tenant


@dataclass(frozen=True, slots=True)
class ActivityDay:
    """`day` is in the tenant's time zone. `unknown`: answers that said that the documents do not say.

    Of the conversations that began on the day, `people` asked for a person or had one; of the others `unanswered` had a
    question that got no answer, and `alone` were the agent's alone.
    """

    day: date
    conversations: int = 0
    answered: int = 0
    unknown: int = 0
    failed: int = 0
    people: int = 0
    unanswered: int = 0

    @property
    def alone(self) -> int:
        return self.conversations - self.people - self.unanswered


def activity_by_day(*, tenant_id: UUID, days: int = 30) -> list[ActivityDay]:
    """One entry a day, oldest first, ending today; days without anything are zeros. Test chats are left out."""
    zone = ZoneInfo(get_tenant(tenant_id).time_zone)
    every = last_days(zone, days)
    with tenant_scope(tenant_id):
        sums = sums_of(spans_of(every, zone))
    return [ActivityDay(day, **counted._asdict()) for day, counted in zip(every, sums, strict=True)]


@dataclass(frozen=True, slots=True)
class Missed:
    """Questions without an answer: the documents do not say it, or it failed."""

    unknown: int
    failed: int


def missed_in(days: Iterable[ActivityDay]) -> Missed:
    every = list(days)
    return Missed(sum(each.unknown for each in every), sum(each.failed for each in every))
