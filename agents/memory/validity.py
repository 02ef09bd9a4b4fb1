"""Since when, or until when, a sentence says that something is so. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime

from agents.memory.dates import Found, Lean, find_dates

_SINCE = re.compile(
    r"\b(?:since|seit(?: dem)?|as of|starting|effective|ab(?: dem)?|from|vom|for the (?:past|last))\s*(?:the\s*)?$",
    re.IGNORECASE,
)
_FROM_THEN_ON = re.compile(
    r"\b(?:as of|starting|effective|ab(?= dem| \d| jan| feb| mär| apr| mai| jun| jul| aug| sep| okt| nov| dez|"
    r" näch))\b",
    re.IGNORECASE,
)
_AT_ONCE = re.compile(
    r"\b(?:from now on|going forward|from today|ab jetzt|ab heute|ab sofort|künftig)\b", re.IGNORECASE
)
_UNTIL = re.compile(r"\b(?:until|till|up to|bis(?: zum| ende)?)\s*(?:the\s*|end of\s*)?$", re.IGNORECASE)
_CHANGED = re.compile(
    r"\b(?:moved|relocated|changed|got|switched|gezogen|umgezogen|gewechselt|geändert|bekommen)\b", re.IGNORECASE
)
_PLANNED = re.compile(
    r"\b(?:(?:am|are|['’]m|['’]re|will be) moving|will (?:move|live|be)|going to|plan(?:ning)? to|ziehen?|werden?|"
    r"vorhaben?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Validity:
    """`is_lasting`: it began then and is so still; `is_planned`: it is not so yet."""

    since: datetime | None = None
    until: datetime | None = None
    precision: str = "moment"
    is_lasting: bool = False
    is_planned: bool = False


def validity_of(sentence: str, value: tuple[int, int], said_at: datetime) -> Validity:
    """Of the fact whose value has this span; dates within the value are part of it."""
    is_planned = bool(_PLANNED.search(sentence)) and not _AT_ONCE.search(sentence)
    lean: Lean = "future" if is_planned or _FROM_THEN_ON.search(sentence) else "past"
    found = [each for each in find_dates(sentence, said_at, lean) if not _overlap(each, value)]
    for each in found:
        before = sentence[: each.start + _led(sentence[each.start : each.end])]
        if _UNTIL.search(before) and each.moment.at <= said_at:
            return Validity(until=each.moment.at, precision=each.moment.precision)
        if _SINCE.search(before) or _CHANGED.search(sentence) or is_planned:
            return _begins(each, said_at, is_planned)
    return Validity(is_planned=is_planned)


def _begins(found: Found, said_at: datetime, is_planned: bool) -> Validity:
    at = found.moment.at
    if at.date() == said_at.date():
        return Validity()  # "from today": since it was said
    return Validity(since=at, precision=found.moment.precision, is_lasting=at <= said_at, is_planned=is_planned)


def _led(date: str) -> int:
    """The length of a preposition that belongs to the date's own words ("since May", "ab 2024")."""
    match = re.match(r"(?:since|seit|until|till|bis|from|ab|as of|for the past|for the last)\s+", date, re.IGNORECASE)
    return match.end() if match else 0


def _overlap(found: Found, span: tuple[int, int]) -> bool:
    return found.start < span[1] and span[0] < found.end
