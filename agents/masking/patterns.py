"""What looks like personal data in a text: e-mail addresses, telephone numbers, IBANs, cards, IP addresses, and what
the company's own patterns find.

It errs on the side of masking. Checksums keep order numbers from passing for accounts: ISO 13616 (IBAN, mod 97) and
ISO/IEC 7812 (cards, Luhn). Every expression here is bounded; a company's own run on RE2, whose time is linear.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

LONGEST = 128  # characters of one find
_EMAIL = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}", re.IGNORECASE)
_CARD = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?!\w)")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_IPV6 = re.compile(
    r"(?<![\w:.])(?:[0-9A-F]{0,4}:){2,7}(?:[0-9A-F]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?(?![\w:])", re.IGNORECASE
)
_PHONE = re.compile(
    r"(?<![\w.,/+-])(?:\+|00|0|\(\+?0?)\d?(?:[ ()/.-]{0,2}\d){6,14}(?!\w)"
    r"|(?<![\w.,/+-])(?:1[ .-])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\w)"
)
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|0[.,]\d+")
_IBAN_LENGTHS = {
    code: int(length)
    for code, length in (
        each.split("=")
        for each in (
            "AD=24 AE=23 AL=28 AT=20 AZ=28 BA=20 BE=16 BG=22 BH=22 BR=29 BY=28 CH=21 CR=22 CY=28 CZ=24 DE=22 DK=18 "
            "DO=28 EE=20 EG=29 ES=24 FI=18 FO=18 FR=27 GB=22 GE=22 GI=23 GL=18 GR=27 GT=28 HR=21 HU=28 IE=22 IL=23 "
            "IQ=23 IS=26 IT=27 JO=30 KW=30 KZ=20 LB=28 LC=32 LI=21 LT=20 LU=20 LV=21 LY=25 MC=27 MD=24 ME=22 MK=19 "
            "MR=27 MT=31 MU=30 NL=18 NO=15 PK=24 PL=28 PS=29 PT=25 QA=29 RO=24 RS=22 SA=24 SC=31 SE=24 SI=19 SK=24 "
            "SM=27 ST=25 SV=28 TL=23 TN=24 TR=26 UA=29 VA=22 VG=24 XK=20"
        ).split()
    )
}


class OwnPattern(Protocol):
    """A company's own: `name` as placeholders show it, and an RE2 expression."""

    @property
    def name(self) -> str: ...
    @property
    def pattern(self) -> str: ...


class Find(NamedTuple):
    """`kind`: "EMAIL", "IBAN", "CARD", "IP", "PHONE" or a company's own; end exclusive."""

    kind: str
    start: int
    end: int


class BadPattern(Exception):
    """`str` is a sentence that says what to mend."""


def find_personal(text: str, own: Sequence[OwnPattern] = ()) -> list[Find]:
    """In the text's order; where two overlap the earlier of the list above stands, a company's own before all."""
    found: list[Find] = []
    for each in _candidates(text, own):
        if all(each.end <= other.start or each.start >= other.end for other in found):
            found.append(each)
    return sorted(found, key=lambda each: each.start)


def whole_cut(text: str, at: int, own: Sequence[OwnPattern] = ()) -> int:
    """The place to cut a text at: `at`, or before what would be cut in two."""
    if at >= len(text):
        return len(text)
    start = max(0, at - LONGEST)
    for each in find_personal(text[start : at + LONGEST], own):
        if start + each.start < at < start + each.end:
            return start + each.start
    return at


def compile_own(pattern: str) -> Any:
    """Raises BadPattern."""
    import re2

    try:
        compiled = _compiled(pattern)
    except re2.error as error:
        raise BadPattern(
            "This expression cannot be used: it is none, or has what cannot be searched for in linear time (such as "
            "references back, or looking ahead)."
        ) from error
    if compiled.search("") is not None:
        raise BadPattern("This expression finds nothing at all in every text. Let it match at least one character.")
    return compiled


def _candidates(text: str, own: Iterable[OwnPattern]) -> Iterator[Find]:
    for each in own:
        for match in compile_own(each.pattern).finditer(text):
            yield Find(each.name.upper(), match.start(), match.end())
    if "@" in text:
        yield from (Find("EMAIL", *match.span()) for match in _EMAIL.finditer(text))
    if any(each.isdigit() for each in text):
        yield from _figures(text)
    elif "::" in text:
        yield from _addresses(text)


def _figures(text: str) -> Iterator[Find]:
    for match in _IBAN.finditer(text):
        end = _iban_end(match.group())
        if end:
            yield Find("IBAN", match.start(), match.start() + end)
    for match in _CARD.finditer(text):
        if is_card(match.group()):
            yield Find("CARD", *match.span())
    yield from _addresses(text)
    for match in _PHONE.finditer(text):
        if not _DATE.fullmatch(match.group()):
            yield Find("PHONE", *match.span())


def _addresses(text: str) -> Iterator[Find]:
    for pattern in (_IPV4, _IPV6):
        for match in pattern.finditer(text):
            if _is_address(match.group()):
                yield Find("IP", *match.span())


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return len(text) > len("::1")


def _iban_end(text: str) -> int:
    """Where the account's number ends in it; 0 when there is none. Of a country that is not known any length may be."""
    known = _IBAN_LENGTHS.get(text[:2].upper())
    plain, ends = "", list[int]()
    for place, character in enumerate(text):
        if character.isalnum():
            plain += character
            ends.append(place + 1)
    for length in [known] if known else range(len(plain), 14, -1):
        if length <= len(plain) and is_iban(plain[:length]):
            return ends[length - 1]
    return 0


def is_iban(text: str) -> bool:
    """By its checksum."""
    turned = (text[4:] + text[:4]).upper()
    return int("".join(str(int(each, 36)) for each in turned)) % 97 == 1


def is_card(text: str) -> bool:
    """By its checksum. All noughts pass it, and are none."""
    digits = [int(each) for each in text if each.isdigit()]
    doubled = (
        each if place % 2 else (2 * each - 9 if each > 4 else 2 * each)
        for place, each in enumerate(reversed(digits), 1)
    )
    return any(digits) and sum(doubled) % 10 == 0


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    """By the expression itself: the same for whoever has it."""
    import re2

    options = re2.Options()
    options.max_mem = 1 << 20
    options.log_errors = False
    return re2.compile(pattern, options)
