"""Dates as people say them, in English and German, counted from when they were said. Pure; the same words said at the
same time always give the same date.

Each comes with how exact it is: "in May" is a month, "next Tuesday" a day. What may be read in two ways ("05/03/2024")
is not read at all.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

Lean = Literal["past", "future"]  # which of two years, or weeks, is meant where none is said

_MONTHS = {
    **dict(zip("jan feb mar apr may jun jul aug sep oct nov dec".split(), range(1, 13), strict=True)),
    "mär": 3,
    "mae": 3,
    "mai": 5,
    "okt": 10,
    "dez": 12,
}
_MONTH = (
    r"(?P<month>jan(?:uary|uar|\b\.?)|j[äa]nner|feb(?:ruary|ruar|\b\.?)|m(?:arch|ärz|aerz)|mar\b\.?|apr(?:il|\b\.?)|"
    r"may|"
    r"mai|jun[ei]?\b\.?|jul[yi]?\b\.?|aug(?:ust|\b\.?)|sept?(?:ember|\b\.?)|o[ck]t(?:ober|\b\.?)|nov(?:ember|\b\.?)|"
    r"de[cz](?:ember|\b\.?))"
)
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("monday montag", "tuesday dienstag", "wednesday mittwoch", "thursday donnerstag", "friday freitag",
         "saturday samstag sonnabend", "sunday sonntag")
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAY = rf"(?P<weekday>{'|'.join(_WEEKDAYS)})"
_NUMBERS = {
    name: number
    for number, names in enumerate(
        ("a an one ein eine einem einen einer", "two couple zwei", "three drei", "four vier", "five fünf", "six sechs",
         "seven sieben", "eight acht", "nine neun", "ten zehn", "eleven elf", "twelve zwölf"), 1
    )
    for name in names.split()
}  # fmt: skip
_NUMBER = rf"(?P<number>\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})(?: of)?"
_UNITS = {"d": "day", "t": "day", "w": "week", "m": "month", "y": "year", "j": "year"}
_UNIT = r"(?P<unit>days?|tage?n?|weeks?|wochen?|months?|monate?n?s?|years?|jahre?n?s?)"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])"
_NEXT = r"(?:next|coming|nächste[nrsm]?|kommende[nrsm]?)"
_LAST = r"(?:last|past|letzte[nrsm]?|vergangene[nrsm]?|vorige[nrsm]?)"
_THIS = r"(?:this|diese[nrsm]?)"
_NEAR = {
    "day before yesterday": -2, "vorgestern": -2, "yesterday": -1, "gestern": -1, "today": 0, "heute": 0,
    "day after tomorrow": 2, "übermorgen": 2, "tomorrow": 1, "morgen": 1,
}  # fmt: skip
_TIME = re.compile(
    r"(?:\b(?:at|um|gegen)\s+(?P<hour>2[0-3]|1\d|0?\d)(?:[:.](?P<minute>[0-5]\d))?\s*(?P<half>am|pm|a\.m\.|p\.m\.|uhr)?"
    r"(?!\d|\.\d|\s*(?:euro|eur|€|%))"
    r"|\b(?P<hour2>1[0-2]|0?[1-9])(?::(?P<minute2>[0-5]\d))?\s*(?P<half2>am|pm|a\.m\.|p\.m\.)(?!\w)"
    r"|\b(?P<hour3>2[0-3]|[01]?\d)[:.]?(?P<minute3>[0-5]\d)?\s*uhr\b"
    r"|\b(?P<noon>noon|mittags)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """The first instant of the date, in the zone in which it was said. `has_year` False: only day and month."""

    at: datetime
    precision: str
    has_time: bool = False
    has_year: bool = True

    @property
    def text(self) -> str:
        """In ISO 8601, as far as it is known."""
        if self.has_time:
            return self.at.strftime("%Y-%m-%dT%H:%M")
        forms = {"year": "%Y", "month": "%Y-%m", "week": "%G-W%V"}
        return self.at.strftime(forms.get(self.precision, "%Y-%m-%d" if self.has_year else "%m-%d"))


Reader = Callable[[re.Match[str], datetime, Lean], Moment | None]


@dataclass(frozen=True, slots=True)
class Found:
    start: int
    end: int
    moment: Moment


def find_dates(text: str, said_at: datetime, lean: Lean = "future") -> list[Found]:
    """In the order in which they stand; none overlaps another. A time of day goes with the date beside it."""
    found: list[Found] = []
    for pattern, read in _FORMS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < each.end and each.start < end for each in found):
                continue
            moment = _read(read, match, said_at, lean)
            if moment is not None:
                found.append(Found(start, end, moment))
    found.sort(key=lambda each: each.start)
    return [_with_time(text, each) for each in found]


def resolve(text: str, said_at: datetime, lean: Lean = "future") -> Moment | None:
    """The first date in it."""
    return next((each.moment for each in find_dates(text, said_at, lean)), None)


def _read(read: Reader, match: re.Match[str], said_at: datetime, lean: Lean) -> Moment | None:
    try:
        return read(match, said_at, lean)
    except (ValueError, OverflowError):  # 31 February, or far beyond the calendar
        return None


def _midnight(said_at: datetime, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=said_at.tzinfo)


def _with_time(text: str, found: Found) -> Found:
    if found.moment.precision != "day":
        return found
    window = slice(max(0, found.start - 16), found.end + 18)
    match = _TIME.search(text[window])
    if match is None:
        return found
    at = _time(match)
    if at is None:
        return found
    moment = replace(found.moment, at=found.moment.at.replace(hour=at[0], minute=at[1]), has_time=True)
    return replace(found, moment=replace(moment, precision="moment"))


def _time(match: re.Match[str]) -> tuple[int, int] | None:
    if match.group("noon"):
        return 12, 0
    hour = next(int(match.group(each)) for each in ("hour", "hour2", "hour3") if match.group(each))
    minute = next((int(match.group(each)) for each in ("minute", "minute2", "minute3") if match.group(each)), 0)
    half = (match.group("half") or match.group("half2") or "").lower()
    if half.startswith("p") and hour < 12:
        hour += 12
    if half.startswith("a") and hour == 12:
        hour = 0
    return hour, minute


def _by_iso(match: re.Match[str], said_at: datetime, lean: Lean) -> Moment:
    year, month, day = (int(match.group(each)) for each in ("year", "month", "day"))
    at = _midnight(said_at, date(year, month, day))
    if match.group("hour"):
        return Moment(at.replace(hour=int(match.group("hour")), minute=int(match.group("minute"))), "moment", True)
    return Moment(at, "day")


def _by_dots(match: re.Match[str], said_at: datetime, lean: Lean) -> Moment:
    year = match.group("year")
    full = int(year) + (2000 if year and len(year) == 2 else 0) if year else None
    return _of_day(int(match.group("day")), int(match.group("month")), full, said_at, lean)


def _by_slashes(match: re.Match[str], said_at: datetime, lean: Lean) -> Moment | None:
    first, second, year = (int(match.group(each)) for each in ("first", "second", "year"))
    if first > 12 >= second:
        return _of_day(first, second, year, said_at, lean)
    if second > 12 >= first or first == second:
        return _of_day(second, first, year, said_at, lean)
    return None  # day and month, or month and day: nobody can know


def _by_name(match: re.Match[str], said_at: datetime, lean: Lean) -> Moment:
    year = match.groupdict().get("year")
    return _of_day(int(match.group("day")), _month(match), int(year) if year else None, said_at, lean)


def _of_day(day: int, month: int, year: int | None, said_at: datetime, lean: Lean) -> Moment:
    if year is not None:
        return Moment(_midnight(said_at, date(year, month, day)), "day")
    this = date(said_at.year if (month, day) != (2, 29) else said_at.year // 4 * 4, month, day)
    today = said_at.date()
    if lean == "future" and this < today:
        this = this.replace(year=this.year + 1)
    if lean == "past" and this > today:
        this = this.replace(year=this.year - 1)
    return Moment(_midnight(said_at, this), "day", has_year=False)


def _by_month(match: re.Match[str], said_at: datetime, lean: Lean) -> Moment:
    month, year = _month(match), match.groupdict().get("year")
    if year:
        return Moment(_midnight(said_at, date(int(year), month, 1)), "month")
    which = said_at.year
    if match.groupdict().get("last"):
        which -= month >= said_at.month
    elif lean == "past":
        which -= month > said_at.month
    else:
        which += month < said_at.month
    return Moment(_midnight(said_at, date(which, month, 1)), "month")


def _month(match: re.Match[str]) -> int:
    name = match.group("month").lower()
    return 1 if name[1:4] in ("änn", "ann") else _MONTHS[name[:3]]


def _by_near_day(match: re.Match[str], said_at: datetime, lean: Lean) -> Moment:
    return Moment(_midnight(said_at, said_at.date() + timedelta(days=_NEAR[match.group("near").lower()])), "day")


def _by_weekday(match: re.Match[str], said_at: datetime, lean: Lean) -> Moment:
    ahead = (_WEEKDAYS[match.group("weekday").lower()] - said_at.weekday()) % 7
    which = match.group("which") or ""
    if re.fullmatch(_LAST, which, re.IGNORECASE) or (not which and lean == "past"):
        ahead = ahead - 7 if ahead else -7
    elif not re.fullmatch(_THIS, which, re.IGNORECASE):
        ahead = ahead or 7
    return Moment(_midnight(said_at, said_at.date() + timedelta(days=ahead)), "day")


def _by_distance(match: re.Match[str], said_at: datetime, lean: Lean) -> Moment:
    word = match.group("number").lower()
    number = int(word) if word.isdigit() else _NUMBERS[word]
    is_past = bool(match.groupdict().get("ago") or match.groupdict().get("vor"))
    return _shifted(said_at, match.group("unit"), -number if is_past else number)


def _by_neighbour(match: re.Match[str], said_at: datetime, lean: Lean) -> Moment:
    """Next week, last month: the whole of it, from its beginning."""
    which = match.group("which")
    step = 1 if re.fullmatch(_NEXT, which, re.IGNORECASE) else -1 if re.fullmatch(_LAST, which, re.IGNORECASE) else 0
    unit, today = _UNITS[match.group("unit").lower()[0]], said_at.date()
    if unit == "week":
        return Moment(_midnight(said_at, today - timedelta(days=today.weekday()) + timedelta(weeks=step)), "week")
    if unit == "month":
        return Moment(_midnight(said_at, _plus_months(today.replace(day=1), step)), "month")
    return Moment(_midnight(said_at, date(today.year + step, 1, 1)), "year")


def _shifted(said_at: datetime, unit: str, number: int) -> Moment:
    """Three weeks ago is a day, give or take some; two years ago is that year."""
    kind, today = _UNITS[unit.lower()[0]], said_at.date()
    match kind:
        case "day":
            return Moment(_midnight(said_at, today + timedelta(days=number)), "day")
        case "week":
            return Moment(_midnight(said_at, today + timedelta(weeks=number)), "day")
        case "month":
            return Moment(_midnight(said_at, _plus_months(today.replace(day=1), number)), "month")
        case _:
            return Moment(_midnight(said_at, date(today.year + number, 1, 1)), "year")


def _plus_months(first: date, number: int) -> date:
    months = first.year * 12 + first.month - 1 + number
    return date(months // 12, months % 12 + 1, 1)


def _by_year(match: re.Match[str], said_at: datetime, lean: Lean) -> Moment:
    return Moment(_midnight(said_at, date(int(match.group("year")), 1, 1)), "year")


def _forms() -> Iterator[tuple[str, Reader]]:
    """What says most comes first: what it has read, the others do not."""
    yield (
        r"(?<![\d-])(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?:[T "
        r"](?P<hour>\d\d):(?P<minute>\d\d))?(?![\d-])",
        _by_iso,
    )
    yield (
        r"(?<![\d.])(?P<day>[0-3]?\d)\.\s?(?P<month>[01]?\d)\.(?:\s?(?P<year>(?:19|20)?\d\d)(?![\d.:]))?(?!\d)",
        _by_dots,
    )
    yield r"(?<![\d/])(?P<first>[0-3]?\d)/(?P<second>[0-3]?\d)/(?P<year>(?:19|20)\d\d)(?![\d/])", _by_slashes
    ordinal = rf"\b{_DAY}(?:st|nd|rd|th|\.)?(?: of)?\s+{_MONTH}"
    yield rf"{ordinal},?\s+{_YEAR}\b", _by_name
    yield rf"\b{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}\b", _by_name
    yield rf"{ordinal}(?!\w)", _by_name
    yield rf"\b{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?\b(?![.:]\d)", _by_name
    yield rf"\b{_MONTH}\s+{_YEAR}\b", _by_month
    yield rf"\b(?P<near>{'|'.join(sorted(_NEAR, key=len, reverse=True))})\b", _by_near_day
    yield rf"\b(?:(?P<which>{_NEXT}|{_LAST}|{_THIS})\s+)?{_WEEKDAY}s?\b", _by_weekday
    yield rf"\b(?:in)\s+{_NUMBER}\s+{_UNIT}\b", _by_distance
    yield rf"\b{_NUMBER}\s+{_UNIT}\s+(?P<ago>ago|earlier)\b", _by_distance
    yield rf"\b(?P<vor>vor|for the past|for the last|seit)\s+{_NUMBER}\s+{_UNIT}\b", _by_distance
    yield (
        rf"\b(?P<which>{_NEXT}|{_LAST}|{_THIS})\s+(?P<unit>weeks?|wochen?|months?|monate?n?s?|years?|jahre?n?s?)\b",
        _by_neighbour,
    )
    yield (
        rf"\b(?:(?P<last>{_LAST})|{_NEXT}|{_THIS}|in|im|since|seit|until|till|bis|from|ab|as of|"
        rf"until the end of)\s+{_MONTH}(?!\w)",
        _by_month,
    )
    yield rf"\b(?:in|im jahr|since|seit|until|till|bis|from|ab|as of)\s+{_YEAR}\b(?!-)", _by_year


_FORMS = tuple((re.compile(pattern, re.IGNORECASE), read) for pattern, read in _forms())
