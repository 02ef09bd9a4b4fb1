"""Finding facts in what a contact says about itself: rules, no model. The same words always give the same facts.

Questions, conditions, hedges and quoted words give nothing. Every fact names the characters it came from.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

EXTRACTOR = "rules-1"

_EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}"
_WORD = r"[A-ZÄÖÜ][\w'’-]*"
_NAME = rf"(?-i:(?P<value>{_WORD}(?: {_WORD}){{0,2}}))"
_PLACE = rf"(?-i:(?P<value>{_WORD}(?:[ -]{_WORD}){{0,3}}))"
_ORDER = r"(?P<value>#?(?=[\w-]*\d{3})[A-Za-z0-9][A-Za-z0-9-]{2,29})"
_CLAUSE = r"(?P<value>[^.!?,;\n]{2,120}?)(?=\s*(?:[.!?,;\n]|$|\bbut\b|\baber\b))"
_I_AM = r"(?:I am|I'm|I’m|ich bin)"
_NAME_ENDS = r"(?=\s*(?:[.,!?;\n]|$|\b(?:and|from|und|aus|here|with)\b))"

_SENTENCE = re.compile(r"[^.!?\n]*(?:\.(?=\S)[^.!?\n]*)*[.!?\n]?")
_NO_STATEMENT = re.compile(
    r"^\s*(?:if|whether|suppose|imagine|is|are|was|were|do|does|did|what|which|who|where|when|how|why|can|could|would|"
    r"maybe|perhaps|wenn|falls|ist|sind|was|wer|wo|wie|vielleicht)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»")
_CORRECTION = re.compile(
    r"\b(?:actually|correction|i meant|sorry|wrong|instead|eigentlich|korrektur|ich meinte)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Extracted:
    """`value` as it was said, normalised; "" in a retraction means whatever the value was. Spans are of the message."""

    predicate: str
    value: str
    start: int
    end: int
    confidence: float = 0.9
    is_retracted: bool = False
    is_correction: bool = False  # replaces the newest value also where several may stand


@dataclass(frozen=True, slots=True)
class Rule:
    predicate: str
    pattern: re.Pattern[str]
    confidence: float = 0.9
    is_retracted: bool = False


def _rule(predicate: str, pattern: str, confidence: float = 0.9, *, is_retracted: bool = False) -> Rule:
    return Rule(predicate, re.compile(pattern, re.IGNORECASE), confidence, is_retracted)


# Retractions first: what they cover, later rules do not read again.
RULES: tuple[Rule, ...] = (
    _rule("name", rf"\bmy name (?:is not|isn't|isn’t) {_NAME}", is_retracted=True),
    _rule(
        "email",
        rf"\b(?:e-?mail\w*(?: address)? (?:is not|isn't|isn’t|is no longer)) (?P<value>{_EMAIL})",
        is_retracted=True,
    ),
    _rule("order", rf"\border (?:number |id |no\.? )?(?:is not|isn't|isn’t) {_ORDER}", is_retracted=True),
    _rule(
        "place",
        rf"\bI (?:no longer live|don't live|don’t live|do not live|moved away)(?: in| from) {_PLACE}",
        is_retracted=True,
    ),
    _rule("prefers", rf"\bI no longer (?:prefer|want|like) {_CLAUSE}", is_retracted=True),
    _rule("name", rf"\b(?:my name(?: is|'s|’s)|call me|mein name ist|ich heiße) {_NAME}"),
    _rule("name", rf"\b(?:{_I_AM}|this is) {_NAME}{_NAME_ENDS}", 0.7),
    _rule("email", rf"(?P<value>{_EMAIL})", 0.8),
    _rule("phone", r"(?P<value>(?:\+|\b00)\d[\d\s()./-]{6,20}\d)", 0.9),
    _rule(
        "order",
        rf"\b(?:order|bestellung|bestellnummer)(?: number| id| no\.?| nr\.?| reference)?(?: is|:| lautet| ist| was)?\s+{_ORDER}",
    ),
    _rule(
        "place",
        rf"\b(?:I live in|I moved to|I'm from|I’m from|I am from|I'm based in|ich wohne in|ich komme aus) {_PLACE}",
    ),
    _rule("avoids", rf"\bI (?:don't|don’t|do not|never) (?:want|like)(?: to be)? {_CLAUSE}", 0.8),
    _rule("prefers", rf"\b(?:I prefer|I'd prefer|I would prefer|I'd rather have|ich bevorzuge) {_CLAUSE}", 0.8),
)
_OTHERS_ADDRESS = re.compile(r"\b(?:your|his|her|their|support|eure?|ihre?)\b[^.!?]{0,25}$", re.IGNORECASE)
_NEGATED = re.compile(r"\b(?:not|never|n't|n’t|nicht|kein\w*)\s*$", re.IGNORECASE)
_NO_NAMES = frozenset(
    "I The A An Not Just Here Sorry Happy Sure Back Tomorrow Today Later Monday Tuesday Wednesday Thursday Friday "
    "Saturday Sunday Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split()
)


def extract(text: str) -> list[Extracted]:
    """The facts in one message, in the order in which they were said; each stretch of text gives at most one."""
    found: list[Extracted] = []
    for sentence in _SENTENCE.finditer(text):
        if not _is_statement(sentence.group()):
            continue
        taken: list[tuple[int, int]] = [match.span() for match in _QUOTED.finditer(sentence.group())]
        for each in _facts(sentence.group(), taken):
            offset = sentence.start()
            found.append(replace(each, start=each.start + offset, end=each.end + offset))
    return sorted(found, key=lambda each: (not each.is_retracted, each.start))


def _is_statement(sentence: str) -> bool:
    return not (sentence.rstrip().endswith("?") or _NO_STATEMENT.match(sentence))


def _facts(sentence: str, taken: list[tuple[int, int]]) -> Iterator[Extracted]:
    is_correction = bool(_CORRECTION.search(sentence))
    for rule in RULES:
        for match in rule.pattern.finditer(sentence):
            span = match.span("value")
            if any(span[0] < end and start < span[1] for start, end in taken) or not _is_plausible(rule, match):
                continue
            value = _normalise(rule.predicate, match.group("value"))
            if value:
                taken.append(span)
                yield Extracted(rule.predicate, value, *span, rule.confidence, rule.is_retracted, is_correction)


def _is_plausible(rule: Rule, match: re.Match[str]) -> bool:
    before = match.string[: match.start("value")]
    if _NEGATED.search(before) and not rule.is_retracted:
        return False
    if rule.predicate in ("email", "phone"):
        return not _OTHERS_ADDRESS.search(before)
    return not (rule.predicate == "name" and match.group("value").split()[0] in _NO_NAMES)


def _normalise(predicate: str, value: str) -> str:
    value = " ".join(value.split()).strip(" -'’")
    match predicate:
        case "email":
            return value.lower()
        case "phone":
            digits = re.sub(r"\D", "", value)
            digits = digits.removeprefix("00") if not value.startswith("+") else digits
            return f"+{digits}" if 8 <= len(digits) <= 15 else ""
        case "order":
            return value.removeprefix("#").upper()
        case _:
            return value[:500]
