"""A path of the graph in sentences, one a relation, in English and German, each with what says it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agents.memory.graph.model import CONTACT, Evidence, Graph, Node, Path, Relation
from agents.memory.subjects import PEOPLE

_TITLES = {
    "en": {"said": "What you told us, {}", "record": "Our records, {}", "told": "Kept by our team, {}",
           "tool": "What was done for you, {}"},
    "de": {"said": "Was Sie uns gesagt haben, {}", "record": "Unsere Daten, {}", "told": "Von uns festgehalten, {}",
           "tool": "Was für Sie getan wurde, {}"},
}  # fmt: skip
_BY_ITSELF = {"en": ("is", "was"), "de": ("ist", "war")}
# Present and past: of the contact itself, of a person, of anything else. `{s}` is whose, `{v}` the value.
_OWN = {
    "employer": {"en": ("You work for {v}", "You worked for {v}"),
                 "de": ("Sie arbeiten für {v}", "Sie haben für {v} gearbeitet")},
    "place": {"en": ("You live in {v}", "You lived in {v}"), "de": ("Sie wohnen in {v}", "Sie haben in {v} gewohnt")},
    "order": {"en": ("You ordered {v}", "You ordered {v}"), "de": ("Sie haben {v} bestellt", "Sie haben {v} bestellt")},
}  # fmt: skip
_OF_PEOPLE = {
    "employer": {"en": ("{s} works for {v}", "{s} worked for {v}"),
                 "de": ("{s} arbeitet für {v}", "{s} hat für {v} gearbeitet")},
    "place": {"en": ("{s} lives in {v}", "{s} lived in {v}"), "de": ("{s} wohnt in {v}", "{s} hat in {v} gewohnt")},
}  # fmt: skip
_OF_THINGS = {
    "place": {"en": ("{s} is in {v}", "{s} was in {v}"), "de": ("{s} sitzt in {v}", "{s} saß in {v}")},
    "plan": {"en": ("{s} has the plan {v}", "{s} had the plan {v}"),
             "de": ("{s} hat den Tarif {v}", "{s} hatte den Tarif {v}")},
    "contains": {"en": ("Order {s} contains {v}", "Order {s} contained {v}"),
                 "de": ("Bestellung {s} enthält {v}", "Bestellung {s} enthielt {v}")},
}  # fmt: skip
_GERMAN = {
    "employer": ("Ihre", "Firma"), "sister": ("Ihre", "Schwester"), "brother": ("Ihr", "Bruder"),
    "mother": ("Ihre", "Mutter"), "father": ("Ihr", "Vater"), "wife": ("Ihre", "Frau"), "husband": ("Ihr", "Mann"),
    "daughter": ("Ihre", "Tochter"), "son": ("Ihr", "Sohn"), "partner": ("Ihr", "Partner"),
    "friend": ("Ihr", "Freund"), "boss": ("Ihr", "Chef"), "colleague": ("Ihr", "Kollege"),
}  # fmt: skip
_NOUNS = {"de": {"industry": "Branche", "employees": "Mitarbeiter", "website": "Website", "plan": "Tarif"}}
_DATES = {"year": "%Y", "month": "%Y-%m"}


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence without its full stop, and what says it: a title and the words."""

    text: str
    title: str
    quote: str
    relation: Relation


def say_paths(graph: Graph, paths: Sequence[Path], language: str, now: datetime, *, has_time: bool) -> list[Said]:
    """Each relation once, along the paths. A company or person without a name is not introduced: it is said by what it
    is to the contact. `has_time`: since and until when it holds is said, too."""
    relations = dict.fromkeys(relation for path in paths for relation in path)
    return [
        _said(graph, each, language, now, has_time=has_time)
        for each in relations
        if graph.nodes[each.target].is_named and each.evidence
    ]


def say_of_others(graph: Graph, language: str) -> list[tuple[UUID, str]]:
    """A sentence for each fact that is of somebody or something else, with the fact's id."""
    relations = [each for each in graph.relations if each.source != CONTACT or each.kind in PEOPLE]
    return [
        (each.fact_id, f"{_sentence(graph, each, language, is_over=False)}.")
        for each in relations
        if each.fact_id is not None and graph.nodes[each.target].is_named
    ]


def _said(graph: Graph, relation: Relation, language: str, now: datetime, *, has_time: bool) -> Said:
    text = _sentence(graph, relation, language, is_over=not relation.holds_at(now))
    text = f"{text}{_span(relation, language)}" if has_time else text
    newest = max(relation.evidence, key=lambda each: each.at)
    title = _TITLES[language][newest.kind].format(f"{newest.at:%Y-%m-%d}")
    return Said(text, title, _quote(newest, text), relation)


def _quote(evidence: Evidence, text: str) -> str:
    return evidence.text or f"{text}."


def _sentence(graph: Graph, relation: Relation, language: str, *, is_over: bool) -> str:
    source, target = graph.nodes[relation.source], graph.nodes[relation.target]
    forms = _OWN if source.key == CONTACT else _OF_PEOPLE if source.kind == "person" else _OF_THINGS
    if (known := forms.get(relation.kind)) is not None:
        return known[language][is_over].format(s=_called(source, language), v=target.name)
    return _any(source, relation, target, language, is_over=is_over)


def _any(source: Node, relation: Relation, target: Node, language: str, *, is_over: bool) -> str:
    verb = _BY_ITSELF[language][is_over]
    noun = _NOUNS.get(language, {}).get(relation.kind, relation.kind.replace("_", " "))
    if source.key == CONTACT:
        return f"{_your(relation.kind, noun, language)} {verb} {target.name}"
    if language == "de":
        return f"{noun[:1].upper()}{noun[1:]} von {_called(source, language)}: {target.name}"
    return f"{_called(source, language)}’s {noun} {verb} {target.name}"


def _called(node: Node, language: str) -> str:
    return node.name if node.is_named else _your(node.name, node.name, language)


def _your(kind: str, noun: str, language: str) -> str:
    if language == "de":
        pronoun, word = _GERMAN.get(kind, ("Ihr Eintrag", f"„{noun}“"))
        return f"{pronoun} {word}"
    return f"Your {'company' if kind == 'employer' else noun}"


def _span(relation: Relation, language: str) -> str:
    begins = _date(relation.valid_from, relation.precision)
    ends = _date(relation.valid_to, "moment")
    if begins and ends:
        return f" ({begins} – {ends})"
    since, until = ("seit", "bis") if language == "de" else ("since", "until")
    return f" ({since} {begins})" if begins else f" ({until} {ends})" if ends else ""


def _date(moment: datetime | None, precision: str) -> str:
    return moment.strftime(_DATES.get(precision, "%Y-%m-%d")) if moment else ""
