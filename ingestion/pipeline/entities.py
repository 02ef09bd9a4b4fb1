"""What a passage mentions, by its looks: names, identifiers, settings, commands. No model, so always the same.

Precision over recall: an entity links passages, and a wrong link costs more than a missing one.
"""

import re
from collections import Counter
from dataclasses import dataclass

_IDENTIFIERS = re.compile(
    r"(?<![\w./-])(?:"
    r"--[a-z][a-z0-9-]{2,40}"  # --option
    r"|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"  # SOME_SETTING
    r"|[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?:\(\))?"  # some_name, some_name()
    r"|[a-z]+(?:[A-Z][a-z0-9]+)+"  # camelCase
    r"|[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+"  # CamelCase
    r"|[a-z][a-z0-9]*(?:\.[a-z][a-z0-9_]*){1,4}\(\)"  # module.function()
    r")(?![\w-])"
)
_NAMES = re.compile(
    r"(?<![\w.])(?:[A-ZÀ-Þ][\w'’&-]*[a-z0-9][\w'’&-]*|[A-Z]{2,}[0-9]*)"
    r"(?:[ \t](?:of|for|de|von|van)(?=[ \t][A-ZÀ-Þ]))?"
    r"(?:[ \t](?:[A-ZÀ-Þ][\w'’&-]*|[0-9]+(?:\.[0-9]+)*)(?:[ \t](?:of|for|de|von|van)(?=[ \t][A-ZÀ-Þ]))?){0,4}(?![\w])"
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:;…]\s+[\"'“(]?|\n\s*(?:[-*•]|\d+\.)?\s*|[|]\s*)$")
_COMMON = frozenset(
    "The This That These Those It Its If In On At For From With When Where Which While You Your We Our They He "
    "She I A An And Or But Not No Yes To Of As By Is Are Was Be Can May Will See Note Also However There Here "
    "What How Why Who Each Every All Any Some Other After Before Since Then Than So Use Using Used Section "
    "Chapter Table Figure Example Der Die Das Ein Eine Und Oder Nicht Wenn Wie Was Wir Sie Ihr Es Ist Im Am "
    "Zum Zur".split()
)
_MOST = 12  # per passage
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Entity:
    """`key` is the same for spellings that differ in case and space only."""

    key: str
    name: str
    kind: str  # "identifier" | "name"
    count: int


def find_entities(text: str) -> list[Entity]:
    """The passage's most mentioned entities, at most a dozen, in a fixed order."""
    names: Counter[str] = Counter()
    kinds: dict[str, str] = {}
    for match in _IDENTIFIERS.finditer(text):
        name = match.group().removesuffix("()")
        names[name] += 1
        kinds[name] = "identifier"
    for match in _NAMES.finditer(text):
        name = _name(text, match)
        if name and name not in kinds:
            names[name] += 1
    return _ranked(names, kinds)


def _name(text: str, match: re.Match[str]) -> str:
    """The match without small words at its ends; "" when only a sentence's first word is capital."""
    words = match.group().rstrip("'’-&").split()
    starts_sentence = bool(_SENTENCE_START.search(text[max(0, match.start() - 12) : match.start()]))
    while words and words[0].capitalize() in _COMMON:
        words, starts_sentence = words[1:], False
    single = len(words) == 1
    if not words or (single and (len(words[0]) < 3 or (starts_sentence and not words[0][1:].isupper()))):
        return ""
    name = " ".join(words)
    return name if len(name) <= _LONGEST else ""


def _ranked(names: Counter[str], kinds: dict[str, str]) -> list[Entity]:
    merged: dict[str, Entity] = {}
    for name, count in names.items():
        key = " ".join(name.casefold().split())
        known = merged.get(key)
        total = count + (known.count if known else 0)
        merged[key] = Entity(key, known.name if known else name, kinds.get(name, "name"), total)
    return sorted(merged.values(), key=lambda entity: (-entity.count, entity.key))[:_MOST]
