"""Finds, in a sentence, what could be an answer of the wanted kind: dates, amounts, names, places, reasons.

Light patterns, for ranking only: they prefer a sentence, they never decide that something is true.
"""

import re
from collections.abc import Sequence

from agents.llm.extractive.questions import Wanted
from agents.llm.extractive.words import Word

_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "januar|februar|märz|mai|juni|juli|oktober|dezember"
)
_NUMBER_WORD = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|hundreds?|"
    "thousands?|millions?|billions?|dozens?|half|third|quarter|twice|once|several|zwei|drei|vier|fünf|sechs|sieben|"
    "acht|neun|zehn|hundert|tausend|millionen"
)
_UNIT_OF_TIME = (
    "years?|months?|weeks?|days?|hours?|minutes?|seconds?|centur(?:y|ies)|decades?|"
    "jahre?n?|monate?n?|wochen?|tage?n?|stunden?|minuten?|sekunden?"
)
_AMOUNT = rf"(?:\d[\d.,]*|\b(?:{_NUMBER_WORD})\b)"
_SOURCES: dict[Wanted, str] = {
    "date": rf"\b(?:1\d{{3}}|20\d\d)s?\b|\b(?:{_MONTHS})\b|\b\w+ centur(?:y|ies)\b|\b\d+ ?(?:bc|ad|bce|ce)\b|"
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\bjahrhundert\w*",
    "count": _AMOUNT,
    "money": rf"[$€£¥]\s?\d|\b{_AMOUNT}[\w .-]{{0,16}}(?:dollars?|euros?|pounds?|cents?|usd|eur|gbp|francs?|yen)\b",
    "percent": r"\d\s?%|\bper ?cent\b|\bprozent\b|\b(?:half|third|quarter|two-thirds|majority)\b",
    "duration": rf"{_AMOUNT}[\w -]{{0,14}}?\b(?:{_UNIT_OF_TIME})\b|\b\d{{4}}\s?(?:–|-|to|until)\s?\d{{2,4}}\b|"
    rf"\ba (?:{_UNIT_OF_TIME})\b",
    "reason": r"\b(?:because|due to|owing to|since|so that|in order to|as a result|therefore|thus|caused? by|"
    r"led to|results? (?:in|from)|reason|weil|wegen|aufgrund|da(?:her|durch)|um)\b|\bto \w+",
    "procedure": r"^\W*(?:\d+[.)]\s)?(?:run|use|open|click|select|set|add|create|install|go|choose|enter|type|copy|"
    r"start|paste|press|call|send|write|edit|put|make|upload|sign|log)\b|`|\byou can\b|\bto \w+",
}
_PATTERNS = {wanted: re.compile(source, re.IGNORECASE) for wanted, source in _SOURCES.items()}
_PLACE_OPENERS = frozenset(
    "in at from near to of into on through across around outside via bei aus nach von im am".split()
)


def answer_spans(text: str, words: Sequence[Word], wanted: Wanted) -> list[tuple[int, int]]:
    """Character spans of `text` that could answer a question that wants `wanted`; "any" finds nothing."""
    pattern = _PATTERNS.get(wanted)
    if pattern is not None:
        return [match.span() for match in pattern.finditer(text)]
    if wanted in ("person", "name"):
        return _names(words)
    if wanted == "place":
        return _places(words)
    return []


def _names(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Runs of capitalised words. One alone at the start of a sentence is only its first word, not a name."""
    spans: list[tuple[int, int]] = []
    previous_end = -2
    for index, word in enumerate(words):
        if not word.is_capitalised or word.is_stop:
            continue
        if spans and word.start - previous_end <= 2:
            spans[-1] = (spans[-1][0], word.end)
        elif index or (len(words) > 1 and words[1].is_capitalised):
            spans.append((word.start, word.end))
        previous_end = word.end
    return spans


def _places(words: Sequence[Word]) -> list[tuple[int, int]]:
    openers = {word.end for word in words if word.text.casefold() in _PLACE_OPENERS}
    articles = {w.end for w, before in zip(words[1:], words, strict=False) if w.text == "the" and before.end in openers}
    return [span for span in _names(words) if span[0] - 1 in openers or span[0] - 1 in articles]
