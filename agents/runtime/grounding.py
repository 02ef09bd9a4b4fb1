"""Does an answer keep to what it cites? Names and numbers of each sentence must occur in the passages it names.

A deterministic check without a model: it catches made-up figures and names, not a wrong use of right ones.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MINIMUM_SCORE = 0.7

_MARKER = re.compile(r"\[(\d{1,3})\]")
_MARKERS_AFTER_STOP = re.compile(r"([.!?])((?:\s*\[\d{1,3}\])+)")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_LIST_NUMBER = re.compile(r"^\s*\d{1,2}[.)]\s+", re.MULTILINE)
_NUMBER = re.compile(r"(?<![A-Za-z_\d])\d[\d.,:/%-]*")
_NAME = re.compile(r"(?<![\w.!?])[A-ZÄÖÜ][\w'’-]{2,}")
_WORD = re.compile(r"[\w'’-]+")
_GERMAN = re.compile(
    r"\b(?:der|die|das|und|ist|sind|nicht|ein|eine|für|mit|wird|werden|sie|ihre?|auf|zu)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Grounding:
    """`score`: part of the checked claims that are supported, 0 to 1 (1 when there is nothing to check)."""

    score: float
    checked: int
    unsupported: tuple[str, ...]
    is_grounded: bool


def check_grounding(answer: str, passages: Mapping[int, str], *, known: str = "") -> Grounding:
    """`passages` by marker; `known` is what may be said without a citation: the question and the agent's own name.

    A sentence without a marker is held against all passages. One unsupported number is enough to fail. German writes
    every noun with a capital: there only numbers are checked.
    """
    has_names = len(_GERMAN.findall(answer)) * 8 < len(_WORD.findall(answer))
    everything = " ".join(passages.values())
    checked, unsupported, has_false_number = 0, [], False
    for sentence in _sentences(answer):
        cited = [passages[int(number)] for number in _MARKER.findall(sentence) if int(number) in passages]
        evidence = f"{' '.join(cited) or everything} {known}"
        numbers, words = _numbers(evidence), _words(evidence)
        for claim, is_number in _claims(sentence, has_names=has_names):
            checked += 1
            if claim not in (numbers if is_number else words):
                unsupported.append(claim)
                has_false_number |= is_number
    score = 1 - len(unsupported) / checked if checked else 1.0
    is_grounded = score >= MINIMUM_SCORE and not has_false_number
    return Grounding(round(score, 3), checked, tuple(unsupported), is_grounded)


def _sentences(answer: str) -> list[str]:
    """Markers that stand behind a full stop belong to the sentence before it."""
    joined = _MARKERS_AFTER_STOP.sub(r"\2\1", _LIST_NUMBER.sub("", answer))
    return [part for part in _SENTENCE_END.split(joined) if part.strip()]


def _claims(sentence: str, *, has_names: bool) -> Iterator[tuple[str, bool]]:
    """Numbers, and capitalised words that do not merely begin the sentence; (claim, is_number)."""
    text = _MARKER.sub(" ", sentence).strip(" \"'“”„*_-•")
    for number in _numbers(text):
        yield number, True
    for match in _NAME.finditer(text) if has_names else ():
        if match.start() > 0 and not any(character.isdigit() for character in match.group()):
            yield match.group().casefold(), False


def _numbers(text: str) -> set[str]:
    """Figures without their thousands' separators and trailing punctuation: "1,190." and "1190" are the same."""
    found = (match.group().rstrip(".,:/-") for match in _NUMBER.finditer(text))
    return {re.sub(r"(?<=\d)[,](?=\d{3})", "", number) for number in found}


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}
