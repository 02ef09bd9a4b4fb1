"""Stories whose questions go over somebody or something else: from the contact to whom it works for, and on to where
that is; as of a month; with a link that was never told, or was erased. Each question is asked in words, and has exact
answers. "apart": other words for the same, written apart from the rules."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.benchmarks.remembering.stories import Line, Story
from tests.benchmarks.remembering.templates import Split
from tests.benchmarks.remembering.words import PLACES

ASKED_AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
_DAY = 24 * 60  # minutes from 2 March 2026
JULY = 130 * _DAY  # a job begins in March, and another one in July
COMPANIES = ("Nordwind", "Bolt", "ACME", "Silberfluss", "Hanse Optik", "Müller & Söhne", "Tecta", "Blue Ridge")
NAMES = ("Anna", "Lena", "Mara", "Ida", "Paula", "Nora")


@dataclass(frozen=True, slots=True)
class Ask:
    text: str
    expected: frozenset[str] = frozenset()


@dataclass(slots=True)
class PathStory(Story):
    asks: list[Ask] = field(default_factory=list)


Forms = dict[str, dict[str, tuple[str, ...]]]
FORMS: dict[Split, Forms] = {
    "known": {
        "en": {
            "job": ("I work for {c}.", "I'm working at {c}.", "My employer is {c}."),
            "change": ("I now work for {c}.", "I switched to {c}.", "I joined {c}."),
            "seat": ("{c} is based in {p}.", "{c} is headquartered in {p}."),
            "ours": ("My company is based in {p}.", "Our company is in {p}."),
            "lives": ("My sister {n} lives in {p}.",),
            "her job": ("My sister works for {c}.", "My sister {n} works for {c}."),
            "home": ("I live in {p}.",),
            "ask seat": ("Where is the company that I work for?", "In which city is my company?",
                         "Where is my company?"),
            "ask her": ("Where does my sister live?",),
            "ask hers": ("Where is the company that my sister works for?", "Where is my sister's company?"),
            "ask then": ("In which city is the company that I worked for in May?",
                         "Where is the company I worked for in May?"),
            "ask job then": ("Who did I work for in May?",),
            "ask home then": ("Where did I live in May?", "In May, where did I live?"),
        },
        "de": {
            "job": ("Ich arbeite bei {c}.", "Ich arbeite für {c}.", "Mein Arbeitgeber ist {c}."),
            "change": ("Ich arbeite jetzt bei {c}.", "Ich bin zu {c} gewechselt."),
            "seat": ("{c} sitzt in {p}.", "{c} hat ihren Sitz in {p}."),
            "ours": ("Meine Firma sitzt in {p}.", "Unsere Firma ist in {p}."),
            "lives": ("Meine Schwester {n} wohnt in {p}.",),
            "her job": ("Meine Schwester arbeitet bei {c}.", "Meine Schwester {n} arbeitet für {c}."),
            "home": ("Ich wohne in {p}.",),
            "ask seat": ("Wo sitzt die Firma, für die ich arbeite?", "In welcher Stadt ist meine Firma?"),
            "ask her": ("Wo wohnt meine Schwester?", "In welcher Stadt lebt meine Schwester?"),
            "ask hers": ("Wo sitzt die Firma meiner Schwester?",
                         "Wo ist die Firma, für die meine Schwester arbeitet?"),
            "ask then": ("In welcher Stadt sitzt die Firma, für die ich im Mai gearbeitet habe?",
                         "Wo sitzt die Firma, bei der ich im Mai gearbeitet habe?"),
            "ask job then": ("Für wen habe ich im Mai gearbeitet?", "Wo habe ich im Mai gearbeitet?"),
            "ask home then": ("Wo habe ich im Mai gewohnt?", "In welcher Stadt habe ich im Mai gelebt?"),
        },
    },
    "apart": {
        "en": {
            "job": ("These days I work for {c}.", "I am employed by {c}.", "I've been with {c} for years."),
            "change": ("As of this week I work for {c}.", "I started working for {c}.", "I took a job at {c}."),
            "seat": ("{c} has its headquarters in {p}.", "The head office of {c} is in {p}."),
            "ours": ("Our firm is located in {p}.", "My employer sits in {p}."),
            "lives": ("My sister, {n}, lives in {p}.", "I have a sister, {n}, in {p}."),
            "her job": ("My sister is working for {c}.", "My sister has a job at {c}."),
            "home": ("We live in {p}.", "I'm based in {p}."),
            "ask seat": ("Can you tell me where my employer is based?", "What city is the firm I work for in?"),
            "ask her": ("Which city does my sister live in?", "Do you know where my sister lives?"),
            "ask hers": ("What city is my sister's employer in?", "Where's the firm my sister works at?"),
            "ask then": ("Where is the firm that I was working for in May?",
                         "What city is the company I worked at in May in?"),
            "ask job then": ("Where did I work in May?", "Which company employed me in May?"),
            "ask home then": ("What was my city in May?", "Which town did I live in in May?"),
        },
        "de": {
            "job": ("Seit Jahren arbeite ich bei {c}.", "Ich bin bei {c} angestellt.", "Angestellt bin ich bei {c}."),
            "change": ("Inzwischen arbeite ich für {c}.", "Ich habe bei {c} angefangen."),
            "seat": ("{c} hat seinen Sitz in {p}.", "Der Sitz von {c} ist {p}."),
            "ours": ("Mein Arbeitgeber sitzt in {p}.", "Der Firmensitz ist in {p}."),
            "lives": ("Meine Schwester {n} lebt in {p}.", "Ich habe eine Schwester, {n}, in {p}."),
            "her job": ("Meine Schwester ist bei {c}.", "Meine Schwester arbeitet seit Kurzem für {c}."),
            "home": ("In {p} wohne ich.", "Ich lebe in {p}."),
            "ask seat": ("Wissen Sie noch, wo meine Firma sitzt?", "Wo ist der Sitz meiner Firma?"),
            "ask her": ("In welcher Stadt wohnt meine Schwester?", "Wo lebt denn meine Schwester?"),
            "ask hers": ("Wo sitzt der Arbeitgeber meiner Schwester?",
                         "Wo arbeitet meine Schwester, in welcher Stadt?"),
            "ask then": ("Wo ist das Unternehmen, für das ich im Mai gearbeitet habe?",
                         "Wo sitzt meine Firma vom Mai?"),
            "ask job then": ("Bei wem habe ich im Mai gearbeitet?", "Wer war im Mai mein Arbeitgeber?"),
            "ask home then": ("Wo wohnte ich im Mai?", "Wo war im Mai mein Wohnort?"),
        },
    },
}  # fmt: skip


@dataclass(slots=True)
class Teller:
    rng: random.Random
    language: str
    split: Split

    def say(self, what: str, **values: str) -> str:
        return self.rng.choice(FORMS[self.split][self.language][what]).format(**values)

    def companies(self, count: int) -> list[str]:
        return self.rng.sample(COMPANIES, count)

    def places(self, count: int) -> list[str]:
        return self.rng.sample(sorted(set(PLACES[self.language])), count)


Made = tuple[list[Line], list[Ask]]


def two_hops(t: Teller) -> Made:
    (company, other), (place, there) = t.companies(2), t.places(2)
    told = [("job", company, ""), ("seat", company, place), ("seat", other, there)]
    return _lines(t, told), [Ask(t.say("ask seat"), frozenset({place}))]


def of_my_company(t: Teller) -> Made:
    """What is said of "my company" is of the one that it was then."""
    (first, second), (place, there) = t.companies(2), t.places(2)
    told = [("job", first, ""), ("ours", first, place), ("change", second, ""), ("ours", second, there)]
    return _lines(t, told, apart=JULY // 2), [
        Ask(t.say("ask seat"), frozenset({there})),
        Ask(t.say("ask then"), frozenset({place})),
    ]


def three_hops(t: Teller) -> Made:
    (mine, hers), (place, there, home) = t.companies(2), t.places(3)
    lines = [
        t.say("job", c=mine),
        t.say("seat", c=mine, p=place),
        t.say("lives", n=t.rng.choice(NAMES), p=home),
        t.say("her job", c=hers, n=t.rng.choice(NAMES[:1])),
        t.say("seat", c=hers, p=there),
    ]
    name = next(each for each in NAMES if each in lines[2])
    lines[3] = lines[3].replace(NAMES[0], name)
    return [Line(minute, text, comes=minute) for minute, text in enumerate(lines)], [
        Ask(t.say("ask her"), frozenset({home})),
        Ask(t.say("ask hers"), frozenset({there})),
    ]


def as_of(t: Teller) -> Made:
    """Whom the contact worked for in May is not whom it works for; where that is, is asked of today."""
    (first, second), (place, there) = t.companies(2), t.places(2)
    told = [("job", first, ""), ("change", second, ""), ("seat", first, place), ("seat", second, there)]
    lines = _lines(t, told)
    lines = [Line((0, JULY, JULY + 1, JULY + 2)[number], each.text, comes=number) for number, each in enumerate(lines)]
    return lines, [
        Ask(t.say("ask then"), frozenset({place})),
        Ask(t.say("ask seat"), frozenset({there})),
        Ask(t.say("ask job then"), frozenset({first})),
    ]


def at_another_time(t: Teller) -> Made:
    before, now = t.places(2)
    lines = [Line(0, t.say("home", p=before)), Line(JULY, t.say("home", p=now), comes=1)]
    return lines, [Ask(t.say("ask home then"), frozenset({before}))]


def link_missing(t: Teller) -> Made:
    """What was told of another company is no answer."""
    (company, other), (place,) = t.companies(2), t.places(1)
    return _lines(t, [("job", company, ""), ("seat", other, place)]), [Ask(t.say("ask seat")), Ask(t.say("ask her"))]


def link_erased(t: Teller) -> Made:
    (company,), (place,) = t.companies(1), t.places(1)
    lines = _lines(t, [("job", company, ""), ("seat", company, place)])
    erased = t.rng.randrange(2)
    lines[erased] = Line(erased, lines[erased].text, comes=erased, is_deleted=True)
    return lines, [Ask(t.say("ask seat"))]


def _lines(t: Teller, told: Sequence[tuple[str, str, str]], *, apart: int = 1) -> list[Line]:
    texts = [t.say(what, c=company, p=place) for what, company, place in told]
    return [Line(number * apart, text, comes=number) for number, text in enumerate(texts)]


PATHS: dict[str, Callable[[Teller], Made]] = {
    "two hops": two_hops,
    "of my company": of_my_company,
    "three hops": three_hops,
    "hops as of": as_of,
    "asked as of": at_another_time,
    "link missing": link_missing,
    "link erased": link_erased,
}


def make_paths(seed: int, split: Split, rounds: int) -> Iterator[PathStory]:
    """Four of each suite and language a round."""
    rng = random.Random(seed)
    for language in ("en", "de"):
        for _ in range(rounds * 4):
            for suite, make in PATHS.items():
                lines, asks = make(Teller(rng, language, split))
                yield PathStory(suite, language, split, lines, asks=asks)
