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
_KNOWN: Forms = {
    "en": {
        "job": ("I work for {c}.", "I'm working at {c}.", "My employer is {c}."),
        "change": ("I now work for {c}.", "I joined {c}."),
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
        "change": ("Ich arbeite jetzt bei {c}.",),
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
}  # fmt: skip
# Held out once, until rules were mended because of them; at first sight 48 % of the answers were right.
_FORMER: Forms = {
    "en": {
        "job": ("These days I work for {c}.", "I am employed by {c}."),
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
        "her job": ("Meine Schwester arbeitet seit Kurzem für {c}.",),
        "home": ("In {p} wohne ich.", "Ich lebe in {p}."),
        "ask seat": ("Wissen Sie noch, wo meine Firma sitzt?", "Wo ist der Sitz meiner Firma?"),
        "ask her": ("In welcher Stadt wohnt meine Schwester?", "Wo lebt denn meine Schwester?"),
        "ask hers": ("Wo sitzt der Arbeitgeber meiner Schwester?",),
        "ask then": ("Wo ist das Unternehmen, für das ich im Mai gearbeitet habe?",),
        "ask job then": ("Bei wem habe ich im Mai gearbeitet?", "Wer war im Mai mein Arbeitgeber?"),
        "ask home then": ("Wo wohnte ich im Mai?", "Wo war im Mai mein Wohnort?"),
    },
}  # fmt: skip
# The same, at 38 %.
_LATER: Forms = {
    "en": {
        "job": ("The company I work for is {c}.", "I've got a position with {c}."),
        "change": ("My new employer is {c}.",),
        "seat": ("{c} sits in {p}.", "{c} is located in {p}."),
        "ours": ("The company I work for is in {p}.", "We have our office in {p}."),
        "lives": ("My sister {n} has moved to {p}.", "{n} is my sister. {n} lives in {p}."),
        "her job": ("My sister is employed at {c}.", "{n}, my sister, works for {c}."),
        "home": ("My home is in {p}.", "I reside in {p}."),
        "ask seat": ("Which city is my employer located in?",),
        "ask her": ("What city is my sister in?", "Where is my sister living?"),
        "ask hers": ("Where is the employer of my sister?", "In what town is the company my sister works for?"),
        "ask then": ("Where's the company that employed me in May?",
                     "The company I worked for in May, where is it based?"),
        "ask job then": ("Who was my employer in May?", "What company was I with in May?"),
        "ask home then": ("Where was my home in May?", "What town was I living in in May?"),
    },
    "de": {
        "job": ("Ich bin Ingenieur bei {c}.", "Bei {c} arbeite ich."),
        "change": ("Ab heute arbeite ich bei {c}.", "Mein neuer Arbeitgeber ist {c}."),
        "seat": ("Der Hauptsitz von {c} liegt in {p}.", "{c} ist in {p} zu Hause."),
        "ours": ("Die Firma, für die ich arbeite, ist in {p}.", "Unser Unternehmen befindet sich in {p}."),
        "lives": ("Meine Schwester heißt {n}. {n} wohnt in {p}.", "{n}, meine Schwester, lebt in {p}."),
        "her job": ("Meine Schwester ist bei {c} angestellt.", "Für {c} arbeitet meine Schwester."),
        "home": ("Mein Zuhause ist in {p}.", "Wir wohnen in {p}."),
        "ask seat": ("Wo hat meine Firma ihren Sitz?",
                     "In welchem Ort liegt das Unternehmen, bei dem ich arbeite?"),
        "ask her": ("Wo ist meine Schwester zu Hause?", "In welchem Ort wohnt meine Schwester?"),
        "ask hers": ("Wo ist der Arbeitgeber meiner Schwester?",),
        "ask then": ("Wo befindet sich die Firma, bei der ich im Mai war?",),
        "ask job then": ("Wo war ich im Mai angestellt?", "Bei welcher Firma habe ich im Mai gearbeitet?"),
        "ask home then": ("In welchem Ort wohnte ich im Mai?", "Wo war ich im Mai zu Hause?"),
    },
}  # fmt: skip
_APART: Forms = {
    "en": {
        "job": ("I'm an engineer at {c}.", "I started at {c}.", "My job is at {c}."),
        "change": ("I'm now working for {c}.", "I have a new job at {c}.", "I moved over to {c}."),
        "seat": ("{c}'s headquarters are in {p}.", "{c} is a company in {p}.", "You find {c} in {p}."),
        "ours": ("Our headquarters are in {p}.", "My company sits in {p}."),
        "lives": ("My sister {n} moved to {p}.", "My sister is called {n}. {n} lives in {p}."),
        "her job": ("My sister now works for {c}.", "My sister got a job at {c}."),
        "home": ("I moved to {p}.", "My home town is {p}."),
        "ask seat": ("Where does my company have its headquarters?", "What is the location of my company?",
                     "Where is my workplace?"),
        "ask her": ("In which city does my sister live?", "Where's my sister?"),
        "ask hers": ("Where does the company sit that my sister works for?", "Where is my sister's employer located?"),
        "ask then": ("Where is the company where I worked in May?", "What city is my company from May in?"),
        "ask job then": ("For which company did I work in May?", "What was my employer in May?"),
        "ask home then": ("In which city did I live in May?", "Where did we live in May?"),
    },
    "de": {
        "job": ("Ich arbeite als Ingenieurin bei {c}.", "Meine Firma heißt {c}.", "Mein Brötchengeber heißt {c}."),
        "change": ("Ich habe einen neuen Job bei {c}.", "Jetzt arbeite ich für {c}."),
        "seat": ("Die Zentrale von {c} ist in {p}.", "{c} liegt in {p}."),
        "ours": ("Unser Firmensitz ist in {p}.", "Meine Firma liegt in {p}."),
        "lives": ("Meine Schwester {n} ist nach {p} gezogen.", "Ich habe eine Schwester namens {n} in {p}."),
        "her job": ("Meine Schwester hat einen Job bei {c}.", "Meine Schwester arbeitet jetzt für {c}."),
        "home": ("Ich bin nach {p} gezogen.", "Mein Wohnort ist {p}."),
        "ask seat": ("Wo liegt meine Firma?", "In welcher Stadt sitzt das Unternehmen, für das ich arbeite?"),
        "ask her": ("Wo lebt meine Schwester?", "Wissen Sie, wo meine Schwester wohnt?"),
        "ask hers": ("In welcher Stadt sitzt die Firma meiner Schwester?",
                     "Wo sitzt das Unternehmen, bei dem meine Schwester arbeitet?"),
        "ask then": ("Wo ist die Firma, für die ich im Mai tätig war?",
                     "In welcher Stadt ist die Firma, bei der ich im Mai gearbeitet habe?"),
        "ask job then": ("Bei welcher Firma war ich im Mai?", "Wer war im Mai mein Chef?"),
        "ask home then": ("In welcher Stadt wohnte ich im Mai?", "Wo lebte ich im Mai?"),
    },
}  # fmt: skip
FORMS: dict[Split, tuple[Forms, ...]] = {"known": (_KNOWN, _FORMER, _LATER), "apart": (_APART,)}


@dataclass(slots=True)
class Teller:
    rng: random.Random
    language: str
    split: Split

    def say(self, what: str, **values: str) -> str:
        forms = [form for each in FORMS[self.split] for form in each[self.language][what]]
        return self.rng.choice(forms).format(**values)

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
