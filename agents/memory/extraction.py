"""Finding facts in what a contact says of itself: rules, no model. The same words said at the same time always give the
same facts.

What is doubted, supposed, quoted or told by others is only proposed; questions give nothing, unless they take it for
granted ("where is my order A-4711?"). Every fact names the characters it came from.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from agents.memory import guards
from agents.memory.names import NO_NAMES, NO_PLACES
from agents.memory.predicates import is_single_valued
from agents.memory.relations import NO_COMPANIES, NO_SUBJECTS, RELATIONS
from agents.memory.rules import IDENTITY, RETRACTIONS, Rule
from agents.memory.subjects import Subject, key_of, predicate_of, role_of
from agents.memory.validity import Validity, validity_of
from agents.memory.values import normalise, taken_back_instruction
from agents.memory.wishes import WISHES

EXTRACTOR, VERSION = "rules", 4
RULES: tuple[Rule, ...] = (
    *RETRACTIONS,
    *RELATIONS,
    *IDENTITY,
    *WISHES,
)  # the words of a retraction are not read by a later rule
DOUBTED = 0.5  # how sure a proposal may be
# A dot ends a sentence when a space follows, but not in "no. 4711", "Nr. 4711", "3. Mai" and "St. Gallen".
_SENTENCE = re.compile(
    r"[^.!?\n]*(?:\.(?:(?=\S)|(?<=\b[Nn][or]\.)(?= \S*\d)|(?<=\b[Ss]t\.)(?= [A-ZÄÖÜ])"
    r"|(?<=\b\d\.)(?= ?(?:[A-ZÄÖÜa-z]{3}|\d))|(?<=\d\d\.)(?= ?(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|"
    r"\d)))[^.!?\n]*)*[.!?\n]?"
)
_TAKEN_FOR_GRANTED = tuple(rule for rule in RULES if rule.in_questions)
_SHARE = (
    {"order", "cancels"},
    {"prefers", "avoids"},
    {"instruction", "language"},
    {"instruction", "email"},
    {"instruction", "order"},
)
_AS_THEY_ARE = ("avoids", "instruction", "cancels", "language")  # a negation is part of what they say


@dataclass(frozen=True, slots=True)
class Extracted:
    """`value` as it was said, normalised; "" with `is_retracted` takes back whatever holds. Spans are of the message.

    `holds_from`, `holds_to`: since and until when it says that it is so; `is_lasting`: and that it still is.
    `is_correction` replaces the newest value also where several may stand; `is_implied`: takes back by the way, if
    there is something. `is_proposal`: said with a doubt, supposed, quoted or told by others.
    """

    predicate: str
    value: str
    start: int
    end: int
    confidence: float = 0.9
    is_retracted: bool = False
    is_correction: bool = False
    is_proposal: bool = False
    is_implied: bool = False
    holds_from: datetime | None = None
    holds_to: datetime | None = None
    precision: str = "moment"
    is_lasting: bool = False


@dataclass(frozen=True, slots=True)
class _Sentence:
    """`text` has blanks where quotation marks only stressed a word; `quoted` are the spans of real quotations."""

    text: str
    rules: tuple[Rule, ...]
    is_supposed: bool
    is_correction: bool
    quoted: tuple[tuple[int, int], ...]


def extract(text: str, said_at: datetime | None = None) -> list[Extracted]:
    """The facts in one message, in the order in which they were said; each stretch of text gives at most one of a
    kind. Without `said_at` nothing that is counted from it is found."""
    found = [
        replace(each, start=each.start + sentence.start(), end=each.end + sentence.start())
        for sentence in _SENTENCE.finditer(text)
        if sentence.group().strip()
        for each in _facts(_prepared(sentence.group()), said_at)
    ]
    once = {(each.predicate, each.value, each.start, each.is_retracted): each for each in reversed(found)}
    return sorted(once.values(), key=lambda each: (each.start, not each.is_retracted))


def _prepared(text: str) -> _Sentence:
    quoted = []
    for match in guards.QUOTED.finditer(text):
        if len(match.group().split()) <= guards.SPOKEN_WORDS:
            text = f"{text[: match.start()]} {text[match.start() + 1 : match.end() - 1]} {text[match.end() :]}"
        else:
            quoted.append(match.span())
    is_supposed = bool(guards.SUPPOSES.search(text))
    is_asked = text.rstrip().endswith("?") or bool(guards.ASKS.match(text))
    rules = RULES
    if guards.DENIES_SAYING.search(text) or (is_asked and guards.ASKS_WHETHER_IT_IS.match(text)):
        rules = ()
    elif is_asked or is_supposed:
        rules = (*_TAKEN_FOR_GRANTED, *RULES) if is_supposed else _TAKEN_FOR_GRANTED
    return _Sentence(text, rules, is_supposed, bool(guards.CORRECTION.search(text)), tuple(quoted))


def _facts(sentence: _Sentence, said_at: datetime | None) -> Iterator[Extracted]:
    taken: list[tuple[int, int, str]] = []
    for rule in sentence.rules:
        for match in rule.pattern.finditer(sentence.text):
            start, end = match.span("value")
            if any(
                start < its_end and its_start < end and not _may_share(rule, its) for its_start, its_end, its in taken
            ):
                continue
            value = _value(rule, match.group("value"), said_at)
            if not value or not _is_meant(rule, match) or not _is_subject(rule, match):
                continue
            end -= len(match.group("value")) - len(match.group("value").rstrip(" .,"))
            taken.append((start, end, rule.predicate))
            said = Extracted(
                predicate_of(rule.predicate, _subject(rule, match)),
                value,
                start,
                end,
                rule.confidence,
                rule.is_retracted,
                sentence.is_correction,
                is_implied=rule.is_implied,
            )
            said = _doubted(said, rule, match, sentence)
            yield _placed(said, rule, sentence.text, (start, end), said_at)
            yield from _the_other_way(said, rule)


def _subject(rule: Rule, match: re.Match[str]) -> Subject | None:
    """Whom or what it is said of; None: the contact. Who has a name is called by it, else by what it is to the
    contact."""
    if not rule.of:
        return None
    found = match.groupdict()
    if name := found.get("subject"):
        return Subject(rule.of, key_of(name))
    return Subject("role", role_of(found.get("role") or rule.of))


def _is_subject(rule: Rule, match: re.Match[str]) -> bool:
    if not rule.of:
        return True
    name = match.groupdict().get("subject")
    first = name.split()[0].lower() if name else ""
    return first not in NO_SUBJECTS and first not in NO_NAMES and _subject(rule, match) != Subject("role", "")


def _may_share(rule: Rule, other: str) -> bool:
    """Words that say two things: an order and that it is cancelled, a wish and that another one is over."""
    return any({rule.predicate, other} == pair for pair in _SHARE)


def _value(rule: Rule, text: str, said_at: datetime | None) -> str:
    if rule.is_retracted and rule.predicate == "appointment":
        return "*"
    if rule.is_retracted and rule.predicate == "instruction":
        return taken_back_instruction(text)
    return normalise(rule.predicate, text, said_at)


def _the_other_way(said: Extracted, rule: Rule) -> Iterator[Extracted]:
    """Who wants it no longer avoids it, and the other way round: taken back by the way."""
    other = {"prefers": "avoids", "avoids": "prefers"}.get(said.predicate)
    if other and not said.is_retracted and not said.is_proposal:
        yield replace(said, predicate=other, is_retracted=True, is_implied=True, is_correction=False)


def _doubted(said: Extracted, rule: Rule, match: re.Match[str], sentence: _Sentence) -> Extracted:
    if rule.in_questions and not guards.HEDGED.search(match.group()):
        return said  # taken for granted
    is_quoted = any(begin <= match.start() < end for begin, end in sentence.quoted)
    if is_quoted or sentence.is_supposed or _is_doubted(sentence.text, match.start(), match.end()):
        return replace(said, is_proposal=True, confidence=min(said.confidence, DOUBTED))
    return said


def doubts(text: str, start: int, end: int) -> bool:
    """Whether the words around these characters doubt, suppose, ask, quote or deny them, or give them to others."""
    for found in _SENTENCE.finditer(text):
        if found.start() <= start < found.end():
            sentence, begin, finish = _prepared(found.group()), start - found.start(), end - found.start()
            before, after = sentence.text[:begin], sentence.text[finish:]
            return (
                sentence.rules is not RULES
                or any(first <= begin < last for first, last in sentence.quoted)
                or _is_doubted(sentence.text, begin, finish)
                or bool(guards.NEGATED.search(before))
                or guards.is_of_others(before)
                or guards.is_given_to_others(after)
            )
    return True


def _is_doubted(text: str, start: int, end: int) -> bool:
    """In its own clause, right behind it, or for the whole sentence. Whoever else says it says it for itself."""
    before = text[:start]
    bounds = [each.end() for each in guards.BOUNDARY.finditer(before)]
    bounds = [each for each in bounds if not guards.DOUBT_GOES_ON.search(before[:each])]
    clause = text[bounds[-1] if bounds else 0 : end]
    return bool(
        guards.HEDGED.search(clause)
        or guards.TOLD_BY_OTHERS.search(before)
        or guards.DOUBTS_ALL.search(before)
        or guards.DOUBTED_AFTER.match(text[end:])
    )


def _placed(said: Extracted, rule: Rule, text: str, span: tuple[int, int], said_at: datetime | None) -> Extracted:
    """Since when, or until when, the sentence says that it is so; a change that has no date and is not yet is none."""
    if rule.is_past and said_at is None:
        return replace(said, is_retracted=True, is_implied=True)
    if said_at is None or said.is_retracted or not is_single_valued(said.predicate) or said.predicate in _DATED:
        return said
    found: Validity = validity_of(text, span, said_at)
    if rule.is_past and found.until is None:
        return replace(said, is_retracted=True, is_implied=True)
    if found.is_planned and found.since is None:
        return replace(said, is_proposal=True, confidence=DOUBTED)
    return replace(
        said, holds_from=found.since, holds_to=found.until, precision=found.precision, is_lasting=found.is_lasting
    )


_DATED = ("appointment", "birthday")  # the date is what they say


def _is_meant(rule: Rule, match: re.Match[str]) -> bool:
    """The contact says it of itself, and affirms it."""
    before = match.string[: match.start("value")]
    if not rule.is_retracted and rule.predicate not in _AS_THEY_ARE and guards.NEGATED.search(before):
        return False
    if rule.is_guarded and not _is_its_own(rule, before, match.string[match.end("value") :]):
        return False
    if rule.predicate in ("appointment", "birthday", "name") and not rule.of and guards.is_of_others(before):
        return False
    return _is_named(rule.predicate, match.group("value"))


def _is_its_own(rule: Rule, before: str, after: str) -> bool:
    if guards.is_given_to_others(after):
        return False
    if rule.predicate == "order":
        return not guards.is_of_others(before)
    return guards.is_of_the_contact(before)


def _is_named(predicate: str, value: str) -> bool:
    """What looks like a name, or a place, and is one."""
    first, _, rest = value.partition(" ")
    if predicate == "name":
        return first.lower() not in NO_NAMES and not (len(first) > 6 and first.endswith("ing"))
    if predicate == "employer":
        return first.lower() not in NO_COMPANIES and first.lower() not in NO_NAMES
    return not (predicate == "place" and (first.lower() in NO_PLACES or rest.lower() in NO_PLACES))
