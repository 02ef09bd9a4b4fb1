"""Stories: what contacts and agents say, in which order it comes in, what is deleted, and the exact answers to what is
asked afterwards. The same seed makes the same stories."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.benchmarks.remembering.templates import Kind, Split, forms_of
from tests.benchmarks.remembering.words import DISLIKES, FILLERS, LIKES, NAMES, ORDERS, PLACES, SMALL_TALK

SINGLE = ("name", "email", "phone", "place", "budget")
MANY = ("order", "prefers", "avoids", "instruction")
LANGUAGES = ("en", "de")


@dataclass(frozen=True, slots=True)
class Line:
    """Said at `minute`; `who` is a contact's number, -1 the agent. `comes` is its place in the order of arrival."""

    minute: int
    text: str
    who: int = 0
    comes: int = 0
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Which values of a predicate hold at `minute` (None: now), as known when `after` lines had come in (None: all)."""

    predicate: str
    expected: frozenset[str]
    who: int = 0
    minute: int | None = None
    after: int | None = None


@dataclass(slots=True)
class Story:
    suite: str
    language: str
    split: Split
    lines: list[Line]
    questions: list[Question] = field(default_factory=list)


@dataclass(slots=True)
class Teller:
    """What a story is made with."""

    rng: random.Random
    language: str
    split: Split

    def say(self, predicate: str, kind: Kind, value: str, other: str = "") -> str:
        form = self.rng.choice(forms_of(self.split, predicate, self.language, kind))
        return form.format(v=value, V=value[:1].upper() + value[1:], w=other or "Springfield")

    def values(self, predicate: str, count: int) -> list[tuple[str, str]]:
        """As they are said, and as they are remembered; all different."""
        found: dict[str, str] = {}
        while len(found) < count:
            said, kept = self._value(predicate)
            found[said] = kept
        return list(found.items())

    def _value(self, predicate: str) -> tuple[str, str]:
        rng, language = self.rng, self.language
        match predicate:
            case "name":
                value = rng.choice(NAMES[language])
            case "place":
                value = rng.choice(PLACES[language])
            case "email":
                value = f"{rng.choice('abcdefgh')}.{rng.randint(1, 999)}@mail{rng.randint(1, 9)}.example"
            case "phone":
                digits = f"{rng.randint(1000000, 9999999)}"
                form = rng.choice(("+49 171 {}", "+49 (0)171 {}", "0049 171 {}"))
                return form.format(digits), f"+49171{digits}"
            case "order":
                value = f"{rng.choice('ABCX')}-{rng.randint(1000, 99999)}"
            case "budget":
                number = rng.randint(2, 90) * 50
                written = f"{number:,}" if language == "en" else f"{number:,}".replace(",", ".")
                return written, f"{number} EUR"
            case "prefers":
                value = rng.choice(LIKES[language])
            case "avoids":
                value = rng.choice(DISLIKES[language])
            case _:
                how = rng.choice(sorted(ORDERS[language]))
                value = f"{how} {rng.choice(ORDERS[language][how])}"
                return value, value[:1].upper() + value[1:]
        return value, value

    def filler(self, minute: int) -> Line:
        return Line(minute, self.rng.choice(FILLERS[self.language]))


def make_stories(seed: int, split: Split, rounds: int) -> Iterator[Story]:
    """`rounds` of each suite, kind and language."""
    rng = random.Random(seed)
    for language in LANGUAGES:
        for _ in range(rounds):
            for suite, (make, kinds) in SUITES.items():
                for predicate in kinds:
                    teller = Teller(rng, language, split)
                    lines, questions = make(teller, predicate)
                    yield Story(suite, language, split, _arranged(lines), questions)


def _arranged(lines: Sequence[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: line.comes)


def _come(lines: Sequence[Line]) -> list[Line]:
    """In the order in which they were said."""
    return [Line(each.minute, each.text, each.who, place, each.is_deleted) for place, each in enumerate(lines)]


Made = tuple[list[Line], list[Question]]


def update(t: Teller, predicate: str) -> Made:
    values = t.values(predicate, 3)
    lines = [Line(0, t.say(predicate, "state", values[0][0])), t.filler(5)]
    for number, ((said, _), (before, _)) in enumerate(zip(values[1:], values, strict=False), start=1):
        lines.append(Line(number * 10, t.say(predicate, "update", said, before)))
    return _come(lines), [_one(predicate, values[-1][1]), _one(predicate, values[0][1], minute=5)]


def contradiction(t: Teller, predicate: str) -> Made:
    (first, _), (second, kept) = t.values(predicate, 2)
    lines = [Line(0, t.say(predicate, "state", first)), Line(1, t.say(predicate, "correct", second, first))]
    return _come(lines), [_one(predicate, kept)]


def late(t: Teller, predicate: str) -> Made:
    """Said in one order, remembered in another."""
    values = t.values(predicate, 3)
    lines = [Line(number * 10, t.say(predicate, "state", said)) for number, (said, _) in enumerate(values)]
    places = list(range(3))
    t.rng.shuffle(places)
    lines = [Line(each.minute, each.text, comes=place) for each, place in zip(lines, places, strict=True)]
    return lines, [
        _one(predicate, values[2][1]),
        *(_one(predicate, values[number][1], minute=number * 10 + 5) for number in range(3)),
    ]


def as_of(t: Teller, predicate: str) -> Made:
    """What held then, what was known then, and what was known then of another time."""
    values = t.values(predicate, 3)
    told = (0, 2, 1)  # the middle one is told last
    lines = [
        Line(number * 10, t.say(predicate, "state", values[number][0]), comes=place)
        for place, number in enumerate(told)
    ]
    kept = [value for _, value in values]
    return lines, [
        Question(predicate, frozenset(), minute=-5),
        _one(predicate, kept[1], minute=15),
        Question(predicate, frozenset({kept[0]}), minute=15, after=1),
        Question(predicate, frozenset({kept[0]}), minute=15, after=2),
        Question(predicate, frozenset({kept[2]}), minute=25, after=2),
        Question(predicate, frozenset(), minute=15, after=0),
    ]


def homonyms(t: Teller, predicate: str) -> Made:
    """Two contacts of one name are two, whatever they are called like."""
    [(name, kept)] = t.values("name", 1)
    first, second = t.values(predicate, 2)
    lines = [
        Line(0, t.say("name", "state", name), 0),
        Line(1, t.say("name", "state", name), 1),
        Line(2, t.say(predicate, "state", first[0]), 0),
        Line(3, t.say(predicate, "state", second[0]), 1),
    ]
    return _come(lines), [
        *(Question("name", frozenset({kept}), who=who) for who in (0, 1)),
        Question(predicate, frozenset({first[1]}), who=0),
        Question(predicate, frozenset({second[1]}), who=1),
    ]


def speaker_swap(t: Teller, predicate: str) -> Made:
    """What the agent says, and what is said of others, is nobody's own."""
    (mine, kept), (theirs, _), (agents, _) = t.values(predicate, 3)
    lines = [
        Line(0, t.say(predicate, "state", agents), -1),
        Line(1, t.say(predicate, "other", theirs)),
        Line(2, t.say(predicate, "state", mine)),
        Line(3, t.say(predicate, "other", theirs)),
        Line(4, t.say(predicate, "state", agents), -1),
    ]
    return _come(lines), [
        Question(predicate, frozenset(), minute=1, after=None),
        Question(predicate, frozenset({kept})),
    ]


def negation(t: Teller, predicate: str) -> Made:
    [(said, _)] = t.values(predicate, 1)
    lines = [Line(0, t.say(predicate, "state", said)), t.filler(5), Line(10, t.say(predicate, "deny", said))]
    return _come(lines), [Question(predicate, frozenset())]


def deletion(t: Teller, predicate: str) -> Made:
    """As if it had never been said: what it had ended holds again."""
    (first, kept), (second, _) = t.values(predicate, 2)
    lines = [
        Line(0, t.say(predicate, "state", first)),
        Line(10, t.say(predicate, "state", second), is_deleted=True),
    ]
    return _come(lines), [_one(predicate, kept), _one(predicate, kept, minute=20)]


def hedges(t: Teller, predicate: str) -> Made:
    (first, kept), (second, _) = t.values(predicate, 2)
    lines = [
        Line(0, t.say(predicate, "doubt", second)),
        Line(5, t.say(predicate, "state", first)),
        Line(10, t.say(predicate, "doubt", second)),
    ]
    return _come(lines), [Question(predicate, frozenset(), minute=2), _one(predicate, kept)]


def statement(t: Teller, predicate: str) -> Made:
    [(said, kept)] = t.values(predicate, 1)
    lines = [
        t.filler(0),
        Line(1, t.say(predicate, "state", said)),
        t.filler(2),
        Line(3, t.say(predicate, "state", said)),
    ]
    return _come(lines), [_one(predicate, kept)]


def small_talk(t: Teller, predicate: str) -> Made:
    """Nothing is to be remembered of this."""
    lines = [t.filler(minute) for minute in range(5)]
    lines += [Line(6, t.rng.choice(SMALL_TALK[t.language]), -1)]
    return _come(lines), [Question(each, frozenset()) for each in (*SINGLE, *MANY)]


def _one(predicate: str, value: str, minute: int | None = None) -> Question:
    return Question(predicate, frozenset({value}), minute=minute)


SUITES = {
    "statements": (statement, (*SINGLE, *MANY)),
    "updates": (update, SINGLE),
    "contradictions": (contradiction, SINGLE),
    "late arrivals": (late, SINGLE),
    "as of": (as_of, SINGLE),
    "homonyms": (homonyms, ("place", "email", "order")),
    "speaker swap": (speaker_swap, (*SINGLE, *MANY)),
    "negation": (negation, ("name", "email", "phone", "place", "order", "prefers")),
    "deletion": (deletion, SINGLE),
    "hedges": (hedges, (*SINGLE, "order", "prefers")),
    "small talk": (small_talk, ("",)),
}
