"""When a campaign may call: days of the week and hours by the callee's own clock, within the hours that the law allows.
Pure.

Hours are read off the wall, so a change of the clocks moves them with it. Where a callee may be in one of several
zones, it has to be a good hour in all of them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agents.channels.phone.quiet import FROM_HOUR, UNTIL_HOUR
from agents.errors import InvalidCampaign

MOST_WINDOWS = 14
LOOK_AHEAD_DAYS = 8
WEEK = frozenset(range(1, 8))  # ISO: Monday is 1
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` until before `until`, on these days."""

    days: frozenset[int]
    since: time
    until: time

    def has(self, local: datetime) -> bool:
        return local.isoweekday() in self.days and self.since <= local.time() < self.until

    def to_json(self) -> dict[str, object]:
        return {"days": sorted(self.days), "from": f"{self.since:%H:%M}", "until": f"{self.until:%H:%M}"}


ALWAYS = Window(WEEK, time(FROM_HOUR), time(UNTIL_HOUR))


def read_windows(given: object) -> tuple[Window, ...]:
    """`[{"days": [1, 2], "from": "09:00", "until": "17:30"}]`. Raises InvalidCampaign."""
    if not isinstance(given, list) or len(given) > MOST_WINDOWS:
        raise InvalidCampaign(f"Windows are a list of at most {MOST_WINDOWS}.", param="windows")
    return tuple(_read(each) for each in given)


def _read(given: object) -> Window:
    if not isinstance(given, dict):
        raise InvalidCampaign("A window has days, from and until.", param="windows")
    days, since, until = given.get("days"), given.get("from"), given.get("until")
    if not isinstance(days, list) or not days or any(type(day) is not int or day not in WEEK for day in days):
        raise InvalidCampaign("Days are numbers from 1 (Monday) to 7 (Sunday), at least one.", param="windows")
    window = Window(frozenset(days), _time(since), _time(until))
    if not time(FROM_HOUR) <= window.since < window.until <= time(UNTIL_HOUR):
        raise InvalidCampaign(
            f"A window begins before it ends, and lies between {FROM_HOUR}:00 and {UNTIL_HOUR}:00.", param="windows"
        )
    return window


def _time(text: object) -> time:
    found = _TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise InvalidCampaign("Write hours like 09:30.", param="windows")
    return time(int(found[1]), int(found[2]))


def next_open(zones: Iterable[str], windows: Sequence[Window], at: datetime) -> datetime | None:
    """`at` where it is a good moment, else the next one within the days that are looked ahead; None: there is none."""
    known, allowed = [ZoneInfo(zone) for zone in zones], windows or (ALWAYS,)
    moments = sorted({at, *(each for zone in known for each in _beginnings(zone, allowed, at) if each > at)})
    return next((each for each in moments if _is_open(known, allowed, each)), None)


def _is_open(zones: Iterable[ZoneInfo], windows: Sequence[Window], at: datetime) -> bool:
    locals_ = [at.astimezone(zone) for zone in zones]
    return all(ALWAYS.has(local) and any(window.has(local) for window in windows) for local in locals_)


def _beginnings(zone: ZoneInfo, windows: Sequence[Window], at: datetime) -> Iterable[datetime]:
    today: date = at.astimezone(zone).date()
    for ahead in range(LOOK_AHEAD_DAYS):
        for window in windows:
            yield datetime.combine(today + timedelta(days=ahead), window.since, zone).astimezone(UTC)
