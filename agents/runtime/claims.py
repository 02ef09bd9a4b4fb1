"""What a sentence claims exactly: numbers, dates, names, and addresses of post, mail and the web; and what a text holds
of them, to compare by."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["number", "date", "name", "email", "url"]

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]\"'„“”]+", re.IGNORECASE)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner",
            "february feb februar",
            "march mar märz",
            "april apr",
            "may mai",
            "june jun juni",
            "july jul juli",
            "august aug",
            "september sep sept",
            "october oct oktober okt",
            "november nov",
            "december dec dezember dez",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY, _YEAR = r"(?P<d>\d{1,2})(?:st|nd|rd|th|\.)?", r"(?P<y>\d{4})"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_DAY}\s+(?:of\s+)?(?P<m>{_MONTH})\b\.?,?(?:\s+{_YEAR})?",
        rf"\b(?P<m>{_MONTH})\b\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?:,?\s+{_YEAR})?",
        rf"\b{_YEAR}-(?P<m>\d{{2}})-(?P<d>\d{{2}})\b",
        rf"\b(?P<d>\d{{1,2}})\.(?P<m>\d{{1,2}})\.{_YEAR}\b",
    )
)
_NUMBER = re.compile(r"(?<![A-Za-z_\d])\d[\d.,:/%-]*")
_NAME = re.compile(r"(?<![\w.!?])[A-ZÄÖÜ][\w'’-]{2,}")
_WORD = re.compile(r"[\w'’-]+")
_GERMAN = re.compile(
    r"\b(?:der|die|das|und|ist|sind|nicht|ein|eine|für|mit|wird|werden|sie|ihre?|auf|zu)\b", re.IGNORECASE
)


class Claim(NamedTuple):
    """`value` as `evidence_of` writes it."""

    kind: Kind
    value: str

    @property
    def is_exact(self) -> bool:
        """One of these is right or wrong; a name may be a word that only stands with a capital."""
        return self.kind != "name"


def claims_of(sentence: str, *, has_names: bool) -> Iterator[Claim]:
    """In no particular order. Postal addresses are claimed by their numbers and names. A capital that only begins the
    sentence makes no name."""
    rest = sentence
    for kind, value, place in _addresses_and_dates(sentence):
        yield Claim(kind, value)
        rest = rest[: place[0]] + " " * (place[1] - place[0]) + rest[place[1] :]
    rest = rest.strip(" \"'“”„*_-•")
    yield from (Claim("number", number) for number in sorted(_numbers(rest)))
    for match in _NAME.finditer(rest) if has_names else ():
        if match.start() > 0 and not any(character.isdigit() for character in match.group()):
            yield Claim("name", match.group().casefold())


def evidence_of(text: str) -> dict[Kind, frozenset[str]]:
    """All that a text holds of each kind, written alike. A date's parts are numbers as well; a date that is given with
    its year may be said without it."""
    found: dict[Kind, set[str]] = {"email": set(), "url": set(), "date": set(), "number": _numbers(text)}
    for kind, value, _ in _addresses_and_dates(text):
        found[kind].add(value)
        if kind == "date":
            found[kind].add(value.split("/")[0])
    found["name"] = {word.casefold() for word in _WORD.findall(text)}
    return {kind: frozenset(values) for kind, values in found.items()}


def is_german(text: str) -> bool:
    return len(_GERMAN.findall(text)) * 8 >= max(1, len(_WORD.findall(text)))


def _addresses_and_dates(text: str) -> Iterator[tuple[Kind, str, tuple[int, int]]]:
    for match in _EMAIL.finditer(text):
        yield "email", match.group().rstrip(".").casefold(), match.span()
    for match in _URL.finditer(text):
        url = match.group().rstrip(".,;:!?/").casefold()
        yield "url", re.sub(r"^https?://(?:www\.)?|^www\.", "", url), match.span()
    for pattern in _DATES:
        for match in pattern.finditer(text):
            yield "date", _date(match), match.span()


def _date(match: re.Match[str]) -> str:
    """ "5-3/2026" for 5 March 2026, "5-3" without a year."""
    month = match["m"].casefold()
    number = _MONTHS.get(month) or int(month)
    day = f"{int(match['d'])}-{number}"
    return f"{day}/{match['y']}" if match["y"] else day


def _numbers(text: str) -> set[str]:
    """Figures without their thousands' separators and trailing punctuation: "1,190." and "1190" are the same."""
    found = (match.group().rstrip(".,:/-") for match in _NUMBER.finditer(text))
    return {re.sub(r"(?<=\d)[,](?=\d{3})", "", number) for number in found}
