"""Whether people are there: the agent's office hours, in its own time zone or the company's.

Hours are local times; what counts are the instants that they stand for (RFC 5545, 3.3.5): a time that a clock change
leaves out is read with the offset before it, one that it brings twice is the first of the two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from agents.configuration.sections.handoff import Handoff, Hours

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
AHEAD_DAYS = 15  # two weeks and today: also over holidays there is mostly a next time


@dataclass(frozen=True, slots=True)
class Span:
    """Somebody is there from `begins` until before `ends`; both are UTC."""

    begins: datetime
    ends: datetime


def zone_of(handoff: Handoff, company_zone: str) -> ZoneInfo:
    return ZoneInfo(handoff.time_zone or company_zone)


def is_open(handoff: Handoff, *, company_zone: str, now: datetime) -> bool:
    """Without office hours somebody is always there. The closing minute is outside."""
    if not handoff.office_hours:
        return True
    today = now.astimezone(zone_of(handoff, company_zone)).date()
    return any(span.begins <= now < span.ends for span in _spans(handoff, company_zone, today, days=1))


def coming_spans(handoff: Handoff, *, company_zone: str, now: datetime) -> list[Span]:
    """When people are there, from now on for two weeks, in order; spans that meet are one. Empty: none in that time, or
    no office hours."""
    today = now.astimezone(zone_of(handoff, company_zone)).date()
    merged: list[Span] = []
    for span in sorted(_spans(handoff, company_zone, today, days=AHEAD_DAYS), key=lambda each: each.begins):
        if span.ends <= now:
            continue
        if merged and span.begins <= merged[-1].ends:
            merged[-1] = Span(merged[-1].begins, max(merged[-1].ends, span.ends))
        else:
            merged.append(span)
    return merged


def _spans(handoff: Handoff, company_zone: str, first: date, *, days: int) -> Iterator[Span]:
    """Of these days and the one before, whose last hour a clock change may have carried over midnight."""
    zone = zone_of(handoff, company_zone)
    for day in (first + timedelta(days=each) for each in range(-1, days)):
        if day.isoformat() in handoff.closed_on:
            continue
        for hours in handoff.office_hours:
            if hours.day == _DAYS[day.weekday()]:
                span = Span(_instant(day, hours.opens, zone), _instant(day, hours.closes, zone))
                if span.begins < span.ends:
                    yield span


def _instant(day: date, clock: str, zone: ZoneInfo) -> datetime:
    hour, minute = (int(part) for part in clock.split(":"))
    local = datetime.combine(day + timedelta(days=hour // 24), time(hour % 24, minute), tzinfo=zone)
    return local.astimezone(UTC)


def hours_in_words(hours: tuple[Hours, ...], language: str = "en") -> str:
    """ "Mon-Fri 09:00-17:00; Sat 10:00-14:00", for people."""
    spans: dict[str, list[int]] = {}
    for each in sorted(hours, key=lambda one: (_DAYS.index(one.day), one.opens)):
        spans.setdefault(f"{each.opens}-{each.closes}", []).append(_DAYS.index(each.day))
    return "; ".join(f"{_days_in_words(days, language)} {span}" for span, days in spans.items())


def _days_in_words(days: list[int], language: str) -> str:
    names = {"de": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")}.get(
        language, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    )
    if len(days) > 2 and all(later == earlier + 1 for earlier, later in pairwise(days)):
        return f"{names[days[0]]}-{names[days[-1]]}"
    return ", ".join(names[day] for day in days)
