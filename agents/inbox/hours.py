"""Whether people are there: the agent's office hours, in its own time zone or the company's."""

from datetime import datetime
from zoneinfo import ZoneInfo

from agents.configuration.sections.handoff import Handoff, Hours

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def is_open(handoff: Handoff, *, company_zone: str, now: datetime) -> bool:
    """Without office hours somebody is always there. The closing minute is outside."""
    if not handoff.office_hours:
        return True
    local = now.astimezone(ZoneInfo(handoff.time_zone or company_zone))
    clock = f"{local:%H:%M}"
    return any(
        each.day == _DAYS[local.weekday()] and each.opens <= clock < each.closes for each in handoff.office_hours
    )


def hours_in_words(hours: tuple[Hours, ...], language: str = "en") -> str:
    """ "Mon 09:00-17:00, Tue 09:00-17:00", for people."""
    names = {"de": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")}.get(
        language, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    )
    spans: dict[str, list[str]] = {}
    for each in sorted(hours, key=lambda one: (_DAYS.index(one.day), one.opens)):
        spans.setdefault(f"{each.opens}-{each.closes}", []).append(names[_DAYS.index(each.day)])
    return "; ".join(f"{', '.join(days)} {span}" for span, days in spans.items())
