"""Days of somebody's own time zone. Pure."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo


def beginning(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def begins_a_day(moment: datetime, zone: ZoneInfo) -> bool:
    return moment.astimezone(zone).time() == time.min
