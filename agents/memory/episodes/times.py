"""Which times a question names, and whether a turn names one, in English and German. Pure.

"Last week" is a week of the calendar before the one in which it is asked; "in May" the latest May that has begun.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

_MONTHS = (
    "january|januar|jan", "february|februar|feb", "march|märz|maerz|mar|mrz", "april|apr", "may|mai", "june|juni|jun",
    "july|juli|jul", "august|aug", "september|sept|sep", "october|oktober|oct|okt", "november|nov",
    "december|dezember|dec|dez",
)  # fmt: skip
_DAYS = (
    "monday|montags?", "tuesday|dienstags?", "wednesday|mittwochs?", "thursday|donnerstags?", "friday|freitags?",
    "saturday|samstags?|sonnabends?", "sunday|sonntags?",
)  # fmt: skip
_MONTH = "|".join(_MONTHS)
_DAY = "|".join(_DAYS)
_UNIT = r"days?|weeks?|months?|years?|tag(?:e[ns]?)?|wochen?|monat(?:e[ns]?)?|jahr(?:e[ns]?)?|weekends?|wochenenden?"
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "einem": 1, "einer": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8,
    "neun": 9, "zehn": 10,
}  # fmt: skip
_NUMBER = rf"\d{{1,3}}|{'|'.join(_NUMBERS)}"
_LAST = r"last|past|previous|letzte[nmrs]?|vorige[nmrs]?|vergangene[nmrs]?"
_THIS = r"this|diese[nmrs]?"
_SAID = re.compile(
    rf"\b(?:yesterday|today|tonight|tomorrow|recently|just now|this morning|gestern|vorgestern|heute|morgen|neulich|"
    rf"kürzlich|ago|vor (?:{_NUMBER}) (?:{_UNIT})|(?:{_LAST}|{_THIS}|next|nächste[nmrs]?|kommende[nmrs]?|since|seit|"
    rf"for|every|jede[nmrs]?) \w+|(?:{_NUMBER}) (?:{_UNIT})|(?:january|february|march|april|june|july|august|september|"
    rf"october|november|december|januar|februar|märz|juni|juli|oktober|dezember|{_DAY})|in may|im mai|"
    rf"(?:19|20)\d\d|\d{{1,2}}(?:st|nd|rd|th)|\d{{1,2}}\.\d{{1,2}}\.|\d{{1,2}}:\d\d|"
    rf"weekend|wochenende|summer|winter|spring|autumn|sommer|frühling|herbst|christmas|weihnachten|easter|ostern)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"^\W*(?:when|since when|how long|how often|what (?:date|day|time|year|month)|wann|seit wann|wie lange|wie oft|"
    r"an welchem|in welchem (?:jahr|monat)|welches datum)\b"
    r"|\b(?:how many (?:days|weeks|months|years)|(?:which|what) (?:date|day|month|year)|wie viele (?:tage|wochen|"
    r"monate|jahre))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Range:
    """From `start` on and before `end`, both with a time zone."""

    start: datetime
    end: datetime


def tells_time(text: str) -> bool:
    """A turn says when something is, was or will be."""
    return bool(_SAID.search(text))


def asks_when(question: str) -> bool:
    return bool(_WHEN.search(question))


def times_in(question: str, asked_at: datetime) -> list[Range]:
    return [each.time for each in named_times(question, asked_at)]


@dataclass(frozen=True, slots=True)
class Named:
    """A time, and the characters that name it."""

    time: Range
    start: int
    end: int


def named_times(question: str, asked_at: datetime) -> list[Named]:
    """In the order of the rules; what one has read, no other reads again."""
    found: list[Named] = []
    rest = question
    for pattern, read in _RULES:
        for match in pattern.finditer(rest):
            if (named := read(match, asked_at)) is not None:
                found.append(Named(named, match.start(), match.end()))
                rest = rest[: match.start()] + " " * len(match.group()) + rest[match.end() :]
    return found


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _days(start: datetime, days: int = 1) -> Range:
    return Range(start, start + timedelta(days=days))


def _month(at: datetime, year: int, month: int) -> Range:
    start = _midnight(at).replace(year=year, month=month, day=1)
    return _days(start, monthrange(year, month)[1])


def _months_back(at: datetime, count: int) -> Range:
    months = at.year * 12 + at.month - 1 - count
    return _month(at, months // 12, months % 12 + 1)


def _year(at: datetime, year: int) -> Range:
    start = _midnight(at).replace(month=1, day=1, year=year)
    return Range(start, start.replace(year=year + 1))


def _week(at: datetime, back: int) -> Range:
    return _days(_midnight(at) - timedelta(days=at.weekday() + 7 * back), 7)


def _weekend(at: datetime, back: int) -> Range:
    week = _week(at, back)
    return _days(week.start + timedelta(days=5), 2)


def _number_in(match: re.Match[str], names: tuple[str, ...], group: str) -> int:
    word = match.group(group).lower()
    return next(place for place, each in enumerate(names) if word in _spellings(each))


def _spellings(names: str) -> set[str]:
    return {spelling for name in names.split("|") for spelling in (name, name.removesuffix("s?"), f"{name[:-2]}s")}


def _date(year: int, month: int, day: int, at: datetime) -> Range | None:
    try:
        return _days(_midnight(at).replace(year=year, month=month, day=day))
    except ValueError:
        return None


def _latest_year(month: int, day: int, at: datetime) -> int:
    """A date without its year is the latest that has begun."""
    return at.year if (month, day) <= (at.month, at.day) else at.year - 1


def _read_iso(match: re.Match[str], at: datetime) -> Range | None:
    return _date(int(match["year"]), int(match["month"]), int(match["day"]), at)


def _read_named_day(match: re.Match[str], at: datetime) -> Range | None:
    month, day = _number_in(match, _MONTHS, "month") + 1, int(match["day"])
    year = int(match["year"]) if match["year"] else _latest_year(month, day, at)
    return _date(year, month, day, at)


def _read_month(match: re.Match[str], at: datetime) -> Range | None:
    month = _number_in(match, _MONTHS, "month") + 1
    return _month(at, int(match["year"]) if match["year"] else _latest_year(month, 1, at), month)


def _read_day_word(match: re.Match[str], at: datetime) -> Range:
    word = match.group().lower()
    back = 0 if word in {"today", "heute"} else 2 if word in {"vorgestern", "the day before yesterday"} else 1
    return _days(_midnight(at) - timedelta(days=back))


def _read_ago(match: re.Match[str], at: datetime) -> Range:
    word = match["number"].lower()
    return _back(match["unit"].lower(), _NUMBERS.get(word) or int(word), at)


def _back(unit: str, count: int, at: datetime) -> Range:
    """A while ago is as wide as its unit: "two months ago" is a month."""
    if unit.startswith(("weekend", "wochenende")):
        return _weekend(at, count)
    if unit.startswith(("day", "tag")):
        return _days(_midnight(at) - timedelta(days=count))
    if unit.startswith("w"):
        return _week(at, count)
    return _months_back(at, count) if unit.startswith("m") else _year(at, at.year - count)


def _read_last(match: re.Match[str], at: datetime) -> Range:
    return _back(match["unit"].lower(), 1, at)


def _read_this(match: re.Match[str], at: datetime) -> Range:
    return _back(match["unit"].lower(), 0, at)


def _read_weekday(match: re.Match[str], at: datetime) -> Range:
    """The last one before today."""
    back = (at.weekday() - _number_in(match, _DAYS, "day") - 1) % 7 + 1
    return _days(_midnight(at) - timedelta(days=back))


def _read_year(match: re.Match[str], at: datetime) -> Range:
    return _year(at, int(match["year"]))


def _rules() -> Iterator[tuple[str, Callable[[re.Match[str], datetime], Range | None]]]:
    yield r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b", _read_iso
    yield r"\b(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>(?:19|20)\d\d)\b", _read_iso
    yield (
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?(?: of)? (?P<month>{_MONTH})\b\.?,?(?: (?P<year>(?:19|20)\d\d)\b)?",
        _read_named_day,
    )
    yield (
        rf"\b(?P<month>{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b,?(?: (?P<year>(?:19|20)\d\d)\b)?",
        _read_named_day,
    )
    yield rf"\b(?P<month>{_MONTH})\b\.?,?(?: of)? (?P<year>(?:19|20)\d\d)\b", _read_month
    yield (
        rf"\b(?:in|im|during|since|seit|of|{_LAST}|{_THIS}) (?P<month>{_MONTH})\b(?P<year>)",
        _read_month,
    )
    yield r"\b(?:the day before yesterday|vorgestern|yesterday|gestern|today|heute)\b", _read_day_word
    yield rf"\b(?P<number>{_NUMBER}) (?P<unit>{_UNIT}) ago\b", _read_ago
    yield rf"\bvor (?P<number>{_NUMBER}) (?P<unit>{_UNIT})\b", _read_ago
    yield rf"\b(?:{_LAST}) (?P<unit>{_UNIT})\b", _read_last
    yield rf"\b(?:{_THIS}) (?P<unit>{_UNIT})\b", _read_this
    yield rf"\b(?:{_LAST}|on|am) (?P<day>{_DAY})\b", _read_weekday
    yield r"\b(?:in|im jahr|during|of|since|seit) (?P<year>(?:19|20)\d\d)\b", _read_year


_RULES = tuple((re.compile(pattern, re.IGNORECASE), read) for pattern, read in _rules())
