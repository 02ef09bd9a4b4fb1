"""Which questions are for the graph, in English and German: from whom or what to begin, along which relations, and as
of when. "In which city is the company that I worked for in May?" begins at the contact, goes to whom it worked for in
May, and on to where that is today.

What is not understood in full is no question for it: documents and models answer that one. Pure; knows no facts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from agents.memory.episodes.times import Named, named_times
from agents.memory.graph.model import Hop, Window, window_of
from agents.memory.questions import asked_predicates
from agents.memory.subjects import PEOPLE, key_of, role_of, words_of

LONGEST = 300  # characters of a question: whoever asks in more words asks for more
_SENTENCE_ENDS = re.compile(r"(?<=[?!\n])\s+|(?<=[^\d]\.)\s+")
_OPENING = re.compile(
    r"^(?:(?:hi|hello|hey|hallo|guten tag|so|and|und|ok|okay|please|bitte|well)[,!. ]+)*"
    r"(?:(?:can|could|would) you (?:please )?tell me,? |(?:do you|weißt du|wissen sie|you) (?:still |noch )?"
    r"(?:know|remember|what|noch)?,? ?(?=wh|wo|in |für |wie|was|bei )|tell me,? |remind me,? |"
    r"(?:sag|sagen sie) mir(?: bitte)?,? )?",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:[, ]+(?:again|please|now|today|bitte|noch ?mal|denn|jetzt|heute|eigentlich))*[\s?.!…]*$", re.IGNORECASE
)
_FILLERS = re.compile(r"\b(?:denn|eigentlich|gerade|genau|currently|actually|exactly)\b ?", re.IGNORECASE)
_PERSON = words_of(*PEOPLE)
_FIRM = words_of("employer")
_MY = r"(?:my|our|meine?[nmrs]?|unsere?[nmrs]?)"
_I = r"(?:I|we|ich|wir)"
_NOUNS = {
    "place": "city town place location home headquarters zuhause stadt ort sitz standort wohnort",
    "employer": "employer company firma arbeitgeber",
    "plan": "plan tariff subscription tarif abo",
    "industry": "industry branche",
    "employees": "employees mitarbeiter",
    "website": "website webseite",
}
_KINDS = {word: kind for kind, words in _NOUNS.items() for word in words.split()}
_NODE = r"(?P<node>.+?)"
_CITY = r"(?:city|town|place|country|stadt|ort|land)"
_WAS = re.compile(
    r"was|were|did|lived|worked|employed|war|waren|saß|lag|hatte|wohnte|lebte|arbeitete|lautete|gewohnt|gelebt|"
    r"gearbeitet",
    re.IGNORECASE,
)
_WORKED = re.compile(r"\b(?:worked|employed|war|was|were|had|used to|gearbeitet|arbeitete)\b", re.IGNORECASE)
_BEFORE_TIME = re.compile(r"\b(?:on|am|in|im|at|during|as of)\s*$", re.IGNORECASE)
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
_NO_NAMES = frozenset("i we you he she it they ich wir sie du er es ihr this that".split())


@dataclass(frozen=True, slots=True)
class AskedPath:
    """`starts_at`: a name (`subjects.key_of`), the key of an order, or "" for the contact. `has_time`: the question
    names a time."""

    hops: tuple[Hop, ...]
    starts_at: str = ""
    has_time: bool = False


@dataclass(frozen=True, slots=True)
class _Way:
    """Relations, each with whether it is asked of the past, and of the time that the question names."""

    steps: tuple[tuple[str, bool], ...]
    starts_at: str = ""

    def then(self, kind: str, is_past: bool) -> "_Way":
        return _Way((*self.steps, (kind, is_past)), self.starts_at)


def read_asked(question: str, asked_at: datetime) -> AskedPath | None:
    """None where it asks for anything else, or for more than one thing. What is asked of the contact itself as of now
    is one kind of fact, and no path (`agents.memory.questions`)."""
    sentences = [each.strip() for each in _SENTENCE_ENDS.split(question.strip()) if each.strip()]
    asking = [each for each in sentences if each.endswith("?")] or sentences[-1:]
    return _read(asking[0], asked_at) if len(asking) == 1 and len(asking[0]) <= LONGEST else None


def asks_of_contact(question: str) -> bool:
    """It begins at whoever asks it: the answer is nobody else's."""
    asked = read_asked(question, _ANY_TIME)
    return asked is not None and not asked.starts_at


def _read(sentence: str, asked_at: datetime) -> AskedPath | None:
    times = named_times(sentence, asked_at)
    if len(times) > 1 or (not times and asked_predicates(sentence)):
        return None
    window = Window(times[0].time.start, times[0].time.end) if times else None
    way = _way(_bare(_without(sentence, times[0]) if times else sentence))
    if way is None or (window is None and any(is_past for _, is_past in way.steps)):
        return None
    now = window_of(asked_at)
    marked = _marked(way, has_window=window is not None)
    hops = tuple(Hop(kind, window if window and is_then else now) for kind, is_then in marked)
    return AskedPath(hops, way.starts_at, window is not None)


def _without(sentence: str, time: Named) -> str:
    return f"{_BEFORE_TIME.sub('', sentence[: time.start])} {sentence[time.end :]}"


def _marked(way: _Way, *, has_window: bool) -> list[tuple[str, bool]]:
    """Of which relations the time is asked: those in the past tense; where none is, of all."""
    is_any = any(is_past for _, is_past in way.steps)
    return [(kind, has_window and (is_past or not is_any)) for kind, is_past in way.steps]


def _bare(sentence: str) -> str:
    words = _FILLERS.sub("", " ".join(sentence.split())).replace(" ,", ",").lstrip(" ,")
    return _CLOSING.sub("", _OPENING.sub("", words)).strip(" ,")


def _way(question: str) -> _Way | None:
    for pattern, kind in _QUESTIONS:
        match = pattern.fullmatch(question)
        node = _node(match.group("node")) if match else None
        if match is not None and node is not None:
            asked = _kind(match, kind)
            return node if asked == "name" and node.steps else node.then(asked, _is_past(match))
    for pattern, kind in _OWN:
        if (match := pattern.fullmatch(question)) is not None:
            return _Way(((_kind(match, kind), _is_past(match)),))
    match = _WHO.fullmatch(question)
    way = _node(match.group("node")) if match else None
    return way if way is not None and way.steps else None


def _kind(match: re.Match[str], kind: str) -> str:
    if kind:
        return kind
    word = match.group("noun").casefold()
    return _KINDS.get(word, role_of(word) or "_".join(word.split()))


def _is_past(match: re.Match[str]) -> bool:
    """By the verb of the question's own clause. What was in an order is in it."""
    words = match.groupdict()
    return any(_WAS.fullmatch(words.get(name) or "") for name in ("verb", "done"))


def _node(text: str) -> _Way | None:
    """Whom or what some words mean."""
    text = text.strip(" ,")
    for pattern, read in _NODES:
        match = pattern.fullmatch(text)
        if match is not None and (found := read(match)) is not None:
            return found
    return None


def _mine(match: re.Match[str]) -> _Way | None:
    role = role_of(match.group("role"))
    return _Way(((role, False),)) if role else None


def _worked_for(match: re.Match[str]) -> _Way | None:
    """ "The company (that) I worked for", and that somebody else works for."""
    is_past = bool(_WORKED.search(match.group("rel")))
    if re.fullmatch(rf"{_I}|me", match.group("who"), re.IGNORECASE):
        return _Way((("employer", is_past),))
    node = _node(match.group("who"))
    return node.then("employer", is_past) if node else None


def _of(match: re.Match[str]) -> _Way | None:
    """ "My sister's company", "die Firma meiner Schwester", "the employer of my sister"."""
    node, role = _node(match.group("who")), role_of(match.group("role"))
    return node.then(role, False) if node and role else None


def _order(match: re.Match[str]) -> _Way:
    return _Way((), f"order:{key_of(match.group('order'))}")


def _name(match: re.Match[str]) -> _Way | None:
    name = key_of(match.group("name"))
    return None if name in _NO_NAMES else _Way((), name)


def _patterns(*forms: str) -> Iterator[re.Pattern[str]]:
    for form in forms:
        yield re.compile(form, re.IGNORECASE)


_THE_FIRM = rf"(?:the|die|das|der|dem|den) (?:{_FIRM})"
_NODES = (
    *((each, _worked_for) for each in _patterns(
        rf"{_THE_FIRM},? ?(?:that |which |where |who )?(?P<who>.+?) (?P<rel>(?:now )?(?:works?|worked|(?:am|is|was|"
        rf"were) working|(?:had|have|has) worked|used to work))(?: for| at)?",
        rf"{_THE_FIRM},? (?:for|at) (?:which|whom) (?P<who>.+?) (?P<rel>works?|worked|used to work)",
        rf"{_THE_FIRM},? (?:für|bei) (?:die|das|den|der|dem) (?P<who>.+?) (?P<rel>arbeite[tn]?|arbeitete|war|bin|"
        rf"gearbeitet (?:habe|hat|haben|hatte))",
        rf"{_THE_FIRM} (?:that|which|who) (?P<rel>employ(?:s|ed)) (?P<who>me)",
        rf"{_THE_FIRM},? wo (?P<who>.+?) (?P<rel>arbeite[tn]?|arbeitete|gearbeitet (?:habe|hat|haben|hatte))",
    )),
    *((each, _of) for each in _patterns(
        rf"(?P<who>.+)['’]s (?P<role>{_FIRM}|{_PERSON})",
        rf"the (?P<role>{_FIRM}|{_PERSON}) of (?P<who>.+)",
        rf"(?:die|das|der|dem|den) (?P<role>{_FIRM}|{_PERSON}) (?:von )?(?P<who>(?:meine[rsm]|unsere[rsm]) .+)",
        rf"(?:die|das|der|dem|den) (?P<role>{_FIRM}|{_PERSON}) von (?P<who>.+)",
    )),
    *((each, _mine) for each in _patterns(rf"{_MY} (?P<role>{_FIRM}|{_PERSON})")),
    *((each, _order) for each in _patterns(
        r"(?:(?:my|the|meine[rm]?|die|der) )?(?:order|bestellung) (?:number |no\.? |nummer |nr\.? )?"
        r"#?(?P<order>(?=[\w-]*\d)[\w-]{3,30})",
    )),
    (re.compile(r"(?P<name>[A-ZÄÖÜ][\w&.'’-]*(?: (?:& )?[A-ZÄÖÜ][\w&.'’-]*){0,3})"), _name),
)  # fmt: skip
_QUESTIONS = tuple(
    (re.compile(form, re.IGNORECASE), kind)
    for kind, forms in {
        "place": (
            rf"where(?:['’]s| (?P<verb>is|are|was|were|sits?)) {_NODE}"
            r"(?: (?:based|located|headquartered|situated|living))?",
            rf"{_NODE}[,:] where (?P<verb>is|was) (?:it|that|she|he)(?: (?:based|located))?",
            rf"{_NODE}[,:] wo (?P<verb>ist|sitzt|liegt|war|saß) (?:sie|er|es|das)",
            rf"where {_NODE} (?P<verb>is|was|lives?|lived|sits?)(?: (?:based|located))?",
            rf"wo (?P<verb>ist|war|liegt|lag) (?:der|die) (?:haupt|firmen)?(?:sitz|zentrale|standort) (?:von )?{_NODE}",
            rf"wo {_NODE} (?P<verb>ist|liegt|sitzt|war|lag|saß|wohnt|lebt)",
            rf"where (?P<verb>does|did) {_NODE} (?:live|sit|have (?:its|their) (?:headquarters|office))",
            rf"(?:in |at )?(?:which|what) {_CITY} (?P<verb>is|are|was|were) {_NODE}"
            r"(?: (?:in|based|located|headquartered|based in|located in))?",
            rf"(?:in )?(?:which|what) {_CITY} (?P<verb>does|did) {_NODE} (?:live|sit)(?: in)?",
            rf"wo (?P<verb>ist|liegt|sitzt|war|lag|saß|befindet sich|wohnt|lebt|wohnte|lebte) {_NODE}(?: zu hause)?",
            rf"wo hat {_NODE} (?:ihren sitz|seinen sitz|(?P<done>gewohnt|gelebt))",
            rf"in (?:welcher|welchem) {_CITY} (?P<verb>ist|liegt|sitzt|war|lag|saß|befindet sich|wohnt|lebt|wohnte|"
            rf"lebte) {_NODE}",
            rf"in (?:welcher|welchem) {_CITY} hat {_NODE} (?P<done>gewohnt|gelebt)",
        ),
        "employer": (
            rf"(?:who|whom|where) (?P<verb>does|did) {_NODE} work(?: for| at)?",
            rf"(?:for|at) (?:which|what) (?:{_FIRM}) (?P<verb>does|did) {_NODE} work",
            rf"(?:which|what) (?:{_FIRM}) (?P<verb>does|did) {_NODE} work (?:for|at)",
            rf"(?:wo|für wen|bei wem|(?:für|bei) welche[rsmn]? (?:{_FIRM})) (?P<verb>arbeitet|arbeitete) {_NODE}",
            rf"(?:wo|für wen|bei wem|(?:für|bei) welche[rsmn]? (?:{_FIRM})) hat {_NODE} (?P<done>gearbeitet)",
        ),
        "contains": (
            rf"what (?:is|was) in {_NODE}",
            rf"(?:which|what) (?:products?|items?|things?|articles?) (?:are|is|were|was) in {_NODE}",
            rf"what (?:does|did) {_NODE} contain",
            rf"was (?:ist|war) in {_NODE}",
            rf"welche (?:produkte|artikel|sachen) (?:sind|waren) in {_NODE}",
            rf"was enthält {_NODE}",
        ),
        "": (
            rf"(?:which|what) (?P<noun>[\w-]+) (?P<verb>does|did) {_NODE} (?:have|use)",
            rf"(?:which|what) (?P<noun>plan|tariff|subscription|industry) (?P<verb>is|was) {_NODE}(?: on| using| in)?",
            rf"(?:on|in) (?:which|what) (?P<noun>plan|tariff|industry) (?P<verb>is|was) {_NODE}",
            rf"in (?:welchem|welcher) (?P<noun>tarif|abo|branche) (?P<verb>ist|war|arbeitet) {_NODE}",
            rf"what(?:['’]s| (?P<verb>is|was)) the (?P<noun>[\w-]+) of {_NODE}",
            rf"what(?:['’]s| (?P<verb>is|was)) {_NODE}['’]s (?P<noun>[\w-]+)",
            rf"welche[nrs]? (?P<noun>[\wäöüß-]+) (?P<verb>hat|hatte|nutzt) {_NODE}",
            rf"was (?P<verb>ist|war) (?:der|die|das) (?P<noun>[\wäöüß-]+) (?:von )?{_NODE}",
            rf"wie lautet (?:der|die|das) (?P<noun>[\wäöüß-]+) (?:von )?{_NODE}",
        ),
    }.items()
    for form in forms
)  # fmt: skip
_OWN = tuple(
    (re.compile(form, re.IGNORECASE), kind)
    for kind, forms in {
        "place": (
            rf"where (?P<verb>do|did) {_I} (?:live|used to live)",
            rf"(?:in )?(?:which|what) {_CITY} (?P<verb>do|did) {_I} live(?: in)?",
            rf"(?:where|(?:in )?(?:which|what) {_CITY}) (?P<verb>was|were) {_I} living(?: in)?",
            rf"wo (?P<verb>war|waren) {_I} zu hause",
            rf"wo (?:habe|haben|hatte) {_I} (?P<done>gewohnt|gelebt)",
            rf"in (?:welcher|welchem) {_CITY} (?:habe|haben|hatte) {_I} (?P<done>gewohnt|gelebt)",
            rf"(?:wo|in (?:welcher|welchem) {_CITY}) (?P<verb>wohnte|lebte)n? {_I}",
        ),
        "employer": (
            rf"(?:who|whom|where) (?P<verb>do|did) {_I} work(?: for| at)?",
            rf"(?:which|what) (?:{_FIRM}) (?P<verb>do|did) {_I} work (?:for|at)",
            r"(?:who|(?:which|what) company) (?P<verb>employed) (?:me|us)",
            rf"(?:which|what) (?:{_FIRM}) (?P<verb>was|were) {_I} (?:with|at|employed (?:by|at)|working (?:for|at))",
            rf"(?:who|where) (?P<verb>was|were) {_I} working(?: for| at)?",
            rf"(?:wo|bei wem|bei welche[rm] (?:{_FIRM})) (?P<verb>war|waren) {_I} (?:angestellt|beschäftigt|tätig)",
            rf"(?:wo|für wen|bei wem|(?:für|bei) welche[rsmn]? (?:{_FIRM})) (?:habe|haben|hatte) {_I} "
            r"(?P<done>gearbeitet)",
        ),
        "": (
            rf"(?:what|who|where) (?P<verb>was|were) {_MY} (?P<noun>[\w-]+)",
            rf"(?:which|what) (?P<noun>[\w-]+) (?P<verb>did) {_I} have",
            rf"(?:which|what) (?P<noun>plan|tariff|subscription) (?P<verb>was) {_I} on",
            rf"(?:was|wie|wer|wo) (?P<verb>war|lautete) {_MY} (?P<noun>[\wäöüß-]+)",
            rf"welche[nrs]? (?P<noun>[\wäöüß-]+) (?P<verb>hatte)n? {_I}",
        ),
    }.items()
    for form in forms
)  # fmt: skip
_WHO = re.compile(
    rf"(?:who is|who['’]s|what is|what['’]s|wie hei(?:ß|ss)t|wer ist) {_NODE}(?: called|['’]s name)?", re.IGNORECASE
)
