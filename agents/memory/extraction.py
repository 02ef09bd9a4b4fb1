"""Finding facts in what a contact says of itself: rules, no model. The same words always give the same facts.

Questions, conditions, hedges and quoted words give nothing, unless they take it for granted ("where is my order
A-4711?"). Every fact names the characters it came from.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from agents.memory.rules import (
    ASKS_WHETHER_IT_IS,
    CORRECTION,
    HEDGED,
    NEGATED,
    NO_NAMES,
    NO_PLACES,
    NO_STATEMENT,
    OF_OTHERS,
    OF_THE_CONTACT,
    QUOTED,
    RULES,
    Rule,
)

EXTRACTOR = "rules-2"
# A dot ends a sentence when a space follows, but not in "no. 4711" and "Nr. 4711".
_SENTENCE = re.compile(r"[^.!?\n]*(?:\.(?:(?=\S)|(?<=\b[Nn][or]\.)(?= \S*\d))[^.!?\n]*)*[.!?\n]?")
_TAKEN_FOR_GRANTED = tuple(rule for rule in RULES if rule.in_questions)


@dataclass(frozen=True, slots=True)
class Extracted:
    """`value` as it was said, normalised. Spans are of the message."""

    predicate: str
    value: str
    start: int
    end: int
    confidence: float = 0.9
    is_retracted: bool = False
    is_correction: bool = False  # replaces the newest value also where several may stand


def extract(text: str) -> list[Extracted]:
    """The facts in one message, in the order in which they were said; each stretch of text gives at most one."""
    found = [
        replace(each, start=each.start + sentence.start(), end=each.end + sentence.start())
        for sentence in _SENTENCE.finditer(text)
        for each in _facts(sentence.group())
    ]
    return sorted(found, key=lambda each: each.start)


def _facts(sentence: str) -> Iterator[Extracted]:
    is_correction = bool(CORRECTION.search(sentence))
    taken = [match.span() for match in QUOTED.finditer(sentence)]
    for rule in _rules_for(sentence):
        for match in rule.pattern.finditer(sentence):
            start, end = match.span("value")
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            value = _normalise(rule.predicate, match.group("value"))
            if value and _is_meant(rule, match):
                taken.append((start, end))
                yield Extracted(rule.predicate, value, start, end, rule.confidence, rule.is_retracted, is_correction)


def _rules_for(sentence: str) -> tuple[Rule, ...]:
    if HEDGED.match(sentence):
        return ()
    is_statement = not (sentence.rstrip().endswith("?") or NO_STATEMENT.match(sentence))
    if is_statement:
        return RULES
    return () if ASKS_WHETHER_IT_IS.match(sentence) else _TAKEN_FOR_GRANTED


def _is_meant(rule: Rule, match: re.Match[str]) -> bool:
    """The contact says it of itself, and affirms it."""
    before = match.string[: match.start("value")]
    if rule.is_retracted or rule.predicate == "avoids":
        return True
    if NEGATED.search(before) or (rule.is_guarded and not _is_its_own(before)):
        return False
    first, _, rest = match.group("value").partition(" ")
    if rule.predicate == "name":
        return first.lower() not in NO_NAMES and not (len(first) > 6 and first.endswith("ing"))
    return not (rule.predicate == "place" and (first.lower() in NO_PLACES or rest.lower() in NO_PLACES))


def _is_its_own(before: str) -> bool:
    return bool(OF_THE_CONTACT.search(before)) and not OF_OTHERS.search(before)


def _normalise(predicate: str, value: str) -> str:
    """One spelling a value, so that saying it again is the same fact; "" for what cannot be one."""
    value = " ".join(value.split()).strip(" -'’")
    match predicate:
        case "email":
            return value.lower() if len(value) <= 254 else ""
        case "phone":
            digits = re.sub(r"\D", "", value.replace("(0)", ""))
            digits = digits if value.startswith("+") else digits.removeprefix("00")
            return f"+{digits}" if 8 <= len(digits) <= 15 else ""
        case "order":
            return value.removeprefix("#").upper()
        case "name" | "place":
            return value.title() if value.islower() else value
        case _:
            return value[:500]
