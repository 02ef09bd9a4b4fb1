"""Figures as people read them: money from micro-units, durations, sizes, counts, times. Pure functions, no Django."""

from datetime import datetime, timedelta

MICROS = 1_000_000
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_SIZES = ("B", "kB", "MB", "GB", "TB")


def format_money(micros: int, currency: str = "USD") -> str:
    """`micros` are millionths of the currency's unit. Small costs keep two significant digits: 30 → `$0.000030`."""
    sign, size = ("−" if micros < 0 else ""), abs(micros)
    digits = _money_digits(size)
    number = f"{size / MICROS:,.{digits}f}"
    symbol = _SYMBOLS.get(currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {currency}"


def _money_digits(size: int) -> int:
    """Decimals that show at least two significant digits, never more than micro-units have."""
    if size == 0 or size >= MICROS // 10:
        return 2
    return min(6, 8 - len(str(size)))


def format_count(number: int) -> str:
    """12 → `12`, 12 345 → `12,345`, 1 234 567 → `1.23 M`."""
    if abs(number) < 1_000_000:
        return f"{number:,}"
    return f"{number / 1_000_000:.2f} M"


def format_milliseconds(milliseconds: float) -> str:
    """0.4 → `0.4 ms`, 12.3 → `12 ms`, 1240 → `1.24 s`, 125 000 → `2 min 5 s`."""
    if milliseconds < 10:
        return f"{milliseconds:.1f} ms"
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    if milliseconds < 60_000:
        return f"{milliseconds / 1000:.2f} s"
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
    return f"{number:.0f} {unit}" if is_whole else f"{number:.1f} {unit}"


def format_ago(moment: datetime, now: datetime) -> str:
    """Near times by distance, far ones by date, in the zone that `moment` carries."""
    distance = now - moment
    if distance < timedelta(minutes=1):
        return "just now"
    if distance < timedelta(hours=1):
        return f"{int(distance.total_seconds() // 60)} min ago"
    if distance < timedelta(hours=24):
        return f"{int(distance.total_seconds() // 3600)} h ago"
    if moment.year == now.year:
        return f"{moment.day} {moment:%b}, {moment:%H:%M}"
    return f"{moment.day} {moment:%b %Y}"


def format_moment(moment: datetime) -> str:
    """The whole of it: `23 Nov 2026, 14:05:09 CET`."""
    return f"{moment.day} {moment:%b %Y, %H:%M:%S %Z}".strip()
