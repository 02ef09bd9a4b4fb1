"""Figures as people read them: money from micro-units, durations, sizes, counts, times, in the language that is active.

Signs between digits are Django's for the language; orders of a figure's parts are sentences of the catalogue, so that a
language is one file.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.utils.dateformat import format as write_date
from django.utils.dates import MONTHS, MONTHS_3, MONTHS_AP
from django.utils.formats import get_format
from django.utils.translation import get_language, gettext, pgettext, pgettext_lazy

from billing.stripe.money import exponent

MICROS = 1_000_000
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_SIZES = ("B", "kB", "MB", "GB", "TB")
# As Django's filter `date` reads them.
PATTERNS = {
    "F Y": pgettext_lazy("date", "F Y"),
    "M Y": pgettext_lazy("date", "M Y"),
    "d M": pgettext_lazy("date", "d M"),
    "d M Y": pgettext_lazy("date", "d M Y"),
    "j F Y": pgettext_lazy("date", "j F Y"),
    "j M": pgettext_lazy("date", "j M"),
    "j M H:i": pgettext_lazy("date", "j M H:i"),
    "j M Y": pgettext_lazy("date", "j M Y"),
    "j M Y H:i": pgettext_lazy("date", "j M Y H:i"),
    "j M Y, H:i": pgettext_lazy("date", "j M Y, H:i"),
    "j M Y, H:i:s": pgettext_lazy("date", "j M Y, H:i:s"),
    "j M, H:i": pgettext_lazy("date", "j M, H:i"),
    "j M, H:i:s": pgettext_lazy("date", "j M, H:i:s"),
}


@cache
def _month(form: str, number: int, _language: str | None) -> str:
    """Its name in the active language."""
    if form == "M":
        return str(MONTHS_3[number]).title()
    return str((MONTHS if form == "F" else MONTHS_AP)[number])


_WRITERS: Mapping[str, Callable[[Any], str]] = {  # of a date, or of a moment
    "d": lambda day: f"{day.day:02}",
    "j": lambda day: str(day.day),
    "F": lambda day: _month("F", day.month, get_language()),
    "M": lambda day: _month("M", day.month, get_language()),
    "N": lambda day: _month("N", day.month, get_language()),
    "Y": lambda day: f"{day.year:04}",
    "H": lambda moment: f"{moment.hour:02}",
    "i": lambda moment: f"{moment.minute:02}",
    "s": lambda moment: f"{moment.second:02}",
}


def format_number(number: float, digits: int = 0) -> str:
    """1234.5 with one digit → `1,234.5`, in German `1.234,5`."""
    return localised(f"{number:,.{digits}f}")


def localised(written: str) -> str:
    """A number as Python writes it, with the language's own signs."""
    signs = {",": get_format("THOUSAND_SEPARATOR"), ".": get_format("DECIMAL_SEPARATOR")}
    return "".join(signs.get(each, each) for each in written)


def format_money(micros: int, currency: str = "USD") -> str:
    """`micros` are millionths of the currency's unit. Small costs keep two significant digits: 30 → `$0.000030`. What
    has no hundredths is shown without: 14,800 yen."""
    sign, size = ("−" if micros < 0 else ""), abs(micros)
    number = format_number(size / MICROS, _money_digits(size, exponent(currency)))
    symbol = _SYMBOLS.get(currency)
    if not symbol:
        return f"{sign}{number} {currency}"
    return sign + pgettext("money", "%(symbol)s%(number)s") % {"symbol": symbol, "number": number}


def _money_digits(size: int, usual: int) -> int:
    """Decimals that show at least two significant digits, never more than micro-units have."""
    if usual == 0 and (size % MICROS == 0 or size >= 10 * MICROS):
        return 0
    if size == 0 or size >= MICROS // 10:
        return 2
    return min(6, 8 - len(str(size)))


def format_count(number: int) -> str:
    """12 → `12`, 12 345 → `12,345`, 1 234 567 → `1.23 M`."""
    if abs(number) < 1_000_000:
        return format_number(number)
    return pgettext("count", "%(number)s M") % {"number": format_number(number / 1_000_000, 2)}


def format_milliseconds(milliseconds: float) -> str:
    """0.4 → `0.4 ms`, 12.3 → `12 ms`, 1240 → `1.24 s`, 125 000 → `2 min 5 s`."""
    if milliseconds < 10:
        return f"{localised(f'{milliseconds:.1f}')} ms"
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    if milliseconds < 60_000:
        return f"{localised(f'{milliseconds / 1000:.2f}')} s"
    return format_seconds(milliseconds / 1000)


def format_seconds(seconds: float) -> str:
    """Whole seconds and up, in at most two units: 42 → `42 s`, 125 → `2 min 5 s`, 7 300 → `2 h 1 min`."""
    total = round(seconds)
    if total < 60:
        return f"{total} s"
    if total < 3600:
        return f"{total // 60} min {total % 60} s" if total % 60 else f"{total // 60} min"
    minutes = total % 3600 // 60
    return f"{total // 3600} h {minutes} min" if minutes else f"{total // 3600} h"


def format_bytes(size: int) -> str:
    """In steps of 1024, as the limits are set: 1 536 → `1.5 kB`, 52 428 800 → `50 MB`."""
    number = float(size)
    for unit in _SIZES:
        if number < 1024 or unit == _SIZES[-1]:
            break
        number /= 1024
    is_whole = unit == "B" or number >= 100 or number == int(number)
    return f"{number:.0f} {unit}" if is_whole else f"{localised(f'{number:.1f}')} {unit}"


def format_percent(share: float) -> str:
    return pgettext("percent", "%(number)s %%") % {"number": f"{share * 100:.0f}"}


def format_ago(moment: datetime, now: datetime) -> str:
    """Near times by distance, far ones by date, in the zone that `moment` carries."""
    distance = now - moment
    if distance < timedelta(minutes=1):
        return gettext("just now")
    if distance < timedelta(hours=1):
        return gettext("%(number)s min ago") % {"number": int(distance.total_seconds() // 60)}
    if distance < timedelta(hours=24):
        return gettext("%(number)s h ago") % {"number": int(distance.total_seconds() // 3600)}
    return format_date(moment, "j M, H:i" if moment.year == now.year else "j M Y")


def format_moment(moment: datetime) -> str:
    """The whole of it: `23 Nov 2026, 14:05:09 CET`."""
    return f"{format_date(moment, 'j M Y, H:i:s')} {moment:%Z}".strip()


def format_date(moment: date, pattern: str) -> str:
    """By one of PATTERNS, in the order and with the points of the language: what Django writes, which takes five times
    as long, since it asks about the time zone first."""
    if pattern not in PATTERNS:
        raise KeyError(pattern)
    wanted = _in_words(pattern, get_language())
    if not _known(wanted):
        return write_date(moment, wanted)
    return "".join([_WRITERS[each](moment) if each in _WRITERS else each for each in wanted])


@cache
def _in_words(pattern: str, _language: str | None) -> str:
    """As the active language orders it."""
    return pgettext("date", pattern)


@cache
def _known(wanted: str) -> bool:
    return not any(each.isalpha() or each == "\\" for each in wanted if each not in _WRITERS)
