"""Quiet hours: nobody is called before eight in the morning or after nine in the evening, by their own clocks. Pure.

Hours are read off the wall, so a change of the clocks moves them with it.
"""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

FROM_HOUR, UNTIL_HOUR = 8, 21


def quiet_zone(zones: Iterable[str], at: datetime) -> str | None:
    """The first of these zones in which it is too early or too late; None when a call is decent in all of them."""
    return next((zone for zone in zones if not is_decent(zone, at)), None)


def is_decent(zone: str, at: datetime) -> bool:
    return FROM_HOUR <= at.astimezone(ZoneInfo(zone)).hour < UNTIL_HOUR
