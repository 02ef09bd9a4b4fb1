"""What must be equal in two questions before one's answer is given to the other: numbers, dates, negation and names.

"30 days" and "60 days" are close in meaning and far apart in their answers. Closed patterns, English and German; what
no pattern knows is left to the vote.
"""

import re
from dataclasses import dataclass

_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_WORD = re.compile(r"[^\W\d_][\w'’&-]*")
_NEGATIONS = re.compile(
    r"\b(?:not|no|never|without|cannot|nor|neither|nicht|keine?[mnrs]?|nie|niemals|ohne|weder)\b|\bnon-|n['’]t\b",
    re.IGNORECASE,
)
_NUMBERS = {
    word: str(number)
    for number, words in enumerate(
        "zero,null;one;two,zwei;three,drei;four,vier;five,fünf;six,sechs;seven,sieben;eight,acht;nine,neun;ten,zehn".split(";")
    )
    for word in words.split(",")
    if number != 1  # "one" and "ein" say more often which than how many
}  # fmt: skip
_DATES = {
    word: str(place)
    for words in (
        "monday tuesday wednesday thursday friday saturday sunday",
        "montag dienstag mittwoch donnerstag freitag samstag sonntag",
        "january february march april june july august september october november december",
        "januar februar märz april juni juli august september oktober november dezember",
        "today tomorrow yesterday tonight",
        "heute morgen gestern",
        "spring summer autumn winter christmas easter",
        "frühling sommer herbst winter weihnachten ostern",
    )
    for place, word in enumerate(words.split())
}
_SENTENCE_ENDS = re.compile(r"(?:^|[.!?:]\s+)[\"'(]*$")


@dataclass(frozen=True, slots=True)
class Slots:
    numbers: frozenset[str]
    dates: frozenset[str]
    names: frozenset[str]
    is_negated: bool


def read_slots(text: str) -> Slots:
    words = [word.casefold() for word in _WORD.findall(text)]
    numbers = frozenset(re.sub(r"[,/:-]", ".", each).lstrip("0") or "0" for each in _NUMBER.findall(text))
    spelled = frozenset(_NUMBERS[word] for word in words if word in _NUMBERS)
    dates = frozenset(word for word in words if word in _DATES)
    is_negated = len(_NEGATIONS.findall(text)) % 2 == 1
    return Slots(numbers | spelled, dates, frozenset(_names(text)), is_negated)


def _names(text: str) -> list[str]:
    """Words with a capital that no sentence's beginning explains. A text that is written in capitals, or has none, or
    as German has them on every noun, names nobody in this way: its names are compared as any word."""
    words = list(_WORD.finditer(text))
    capital = [each for each in words if each.group()[0].isupper() and len(each.group()) > 1]
    inner = [each.group().casefold() for each in capital if not _SENTENCE_ENDS.search(text[: each.start()])]
    return inner if len(inner) * 3 <= len(words) else []


def are_compatible(asked: str, kept: str) -> bool:
    """Whether nothing of the kind is in one and not in the other. A name may be written without its capital."""
    mine, theirs = read_slots(asked), read_slots(kept)
    if (mine.numbers, mine.dates, mine.is_negated) != (theirs.numbers, theirs.dates, theirs.is_negated):
        return False
    return mine.names <= _all_words(kept) and theirs.names <= _all_words(asked)


def _all_words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}
