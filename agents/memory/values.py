"""One spelling for each value, so that saying it again is the same fact; "" for what cannot be one. Pure."""

import re
from collections.abc import Callable
from datetime import datetime

from agents.memory.dates import Moment, resolve

LONGEST = 500
_CURRENCIES = (
    ("EUR", r"€|eur"),
    ("USD", r"\$|usd|dollar"),
    ("GBP", r"£|gbp|pound"),
    ("CHF", r"chf|franken"),
)
_LANGUAGES = {
    "english": "English", "englisch": "English", "german": "German", "deutsch": "German", "french": "French",
    "französisch": "French", "spanish": "Spanish", "spanisch": "Spanish",
    "italian": "Italian", "italienisch": "Italian",
    "dutch": "Dutch", "niederländisch": "Dutch", "polish": "Polish", "polnisch": "Polish", "turkish": "Turkish",
    "türkisch": "Turkish",
}  # fmt: skip
_POLITE = re.compile(
    r"(?:[\s,]+(?:if possible|wenn möglich|falls möglich|please|thanks|thank you|bitte|danke|though|from now on|"
    r"in (?:the )?future|any ?more|any longer|again|"
    r"mehr|at all|ab jetzt|wieder))+$",
    re.IGNORECASE,
)
_NEVER = re.compile(r"^(?:please )?(?:never|don['’]t(?: ever)?|do not(?: ever)?|stop)\s+", re.IGNORECASE)
_CALLS = re.compile(
    r"^rufe?n?(?: sie)? mich (?:bitte )?(?P<how>nie(?:mals)?|nicht|immer|nur|stets) (?P<rest>.+?) an$", re.IGNORECASE
)
_NIE = re.compile(
    r"^(?:mich |mir )?(?:nie(?:mals)?|nicht)\s+(?=.*(?:anrufen|kontaktieren|schreiben|schicken|senden)$)", re.IGNORECASE
)


def normalise(predicate: str, value: str, said_at: datetime | None = None) -> str:
    value = " ".join(value.split()).strip(" -'’\"“”„»«")
    spell = _SPELLINGS.get(predicate)
    return spell(value) if spell else _dated(predicate, value, said_at)[:LONGEST]


def _dated(predicate: str, value: str, said_at: datetime | None) -> str:
    if predicate == "birthday":
        return _date(value, said_at, "past")
    return _date(value, said_at, "future") if predicate == "appointment" else value


def _named(value: str) -> str:
    return value.title() if value.islower() else value


def _wish(value: str) -> str:
    return _POLITE.sub("", value)[:LONGEST]


def _phone(value: str) -> str:
    """With its country where that was said."""
    digits = re.sub(r"\D", "", value.replace("(0)", ""))
    is_whole = value.lstrip("(").startswith(("+", "00"))
    digits = digits if value.startswith("+") or not is_whole else digits.removeprefix("00")
    if not is_whole:
        return digits if 7 <= len(digits) <= 15 else ""
    return f"+{digits}" if 8 <= len(digits) <= 15 else ""


def money(text: str) -> str:
    """ "1.249,90 €" and "EUR 1249.90" are one: "1249.90 EUR"."""
    currency = next((code for code, form in _CURRENCIES if re.search(form, text, re.IGNORECASE)), "")
    number = re.search(r"\d[\d.,'’]*", text)
    if not currency or number is None:
        return ""
    digits = number.group().rstrip(".,").replace("'", "").replace("’", "")
    cents = re.search(r"[.,](\d{1,2})$", digits)
    whole = re.sub(r"\D", "", digits[: cents.start()] if cents else digits)
    return (
        f"{int(whole)}.{cents.group(1):0<2} {currency}" if cents and int(cents.group(1)) else f"{int(whole)} {currency}"
    )


def _date(value: str, said_at: datetime | None, lean: str) -> str:
    """A date that was stored already stays what it is."""
    if re.fullmatch(r"(?:\d{4}-)?\d\d-\d\d(?:T\d\d:\d\d)?", value):
        return value
    found: Moment | None = resolve(value, said_at, "past" if lean == "past" else "future") if said_at else None
    if found is None:
        return ""
    if lean == "past":
        return found.text if found.precision in ("day", "moment") else ""
    return found.text if found.has_time else found.at.strftime("%Y-%m-%d") if found.precision == "day" else ""


def _instruction(value: str) -> str:
    """ "Please don't call me before ten" and "never call me before ten" are one."""
    value = _POLITE.sub("", re.sub(r"^(?:please|bitte)[, ]+", "", value, flags=re.IGNORECASE)).strip()
    value = re.sub(r"\s+(?:please|bitte)\b", "", value, flags=re.IGNORECASE)
    if calls := _CALLS.match(value):
        value = f"{calls.group('how')} {calls.group('rest')} anrufen"
    value = _NIE.sub("nie ", _NEVER.sub("never ", value))
    return value[:1].upper() + value[1:]


def taken_back_instruction(value: str) -> str:
    """What somebody who may do it again was told never to do."""
    is_german = value.lower().endswith(("anrufen", "kontaktieren"))
    return _instruction(f"{'nie' if is_german else 'never'} {value}")


_SPELLINGS: dict[str, Callable[[str], str]] = {
    "email": lambda value: value.lower() if len(value) <= 254 else "",
    "phone": _phone,
    "order": lambda value: value.removeprefix("#").upper(),
    "name": _named,
    "place": _named,
    "budget": money,
    "paid": money,
    "language": lambda value: _LANGUAGES.get(value.lower(), value.title()),
    "instruction": lambda value: _instruction(value)[:LONGEST],
    "prefers": _wish,
    "avoids": _wish,
    "cancels": _wish,
}
