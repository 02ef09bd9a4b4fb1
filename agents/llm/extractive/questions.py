"""Reads a question: its words, and what kind of answer would satisfy it.

Closed patterns over function words, per language; a question that fits none wants anything, which is always safe.
"""

import re
from dataclasses import dataclass
from typing import Literal

from agents.llm.extractive.words import Word, read_words

Wanted = Literal[
    "person", "date", "place", "count", "money", "percent", "duration", "reason", "procedure", "name", "any"
]

_PATTERNS: dict[str, tuple[tuple[Wanted, str], ...]] = {
    "en": (
        ("money", r"how much (?:money|does .* cost|did .* cost|do .* (?:pay|cost)|is the (?:fee|price)|was .* paid)"),
        ("money", r"what(?:'s| is| are| was| were)? (?:the )?(?:\w+ )?(?:price|cost|fee|salary|revenue|budget|profit)"),
        ("percent", r"(?:what|which|how (?:many|much)|the) (?:percent|percentage|proportion|share|fraction)\b|"
                    r"percent\w*\?"),
        ("duration", r"how (?:long|old)\b|(?:what|which) (?:duration|age)\b|"
                     r"for how many (?:years|days|hours|months|weeks)"),
        ("duration", r"how many (?:years|days|hours|months|weeks|minutes|seconds)\b"),
        ("count", r"how (?:many|much|far|tall|high|large|big|deep|fast|often|wide|heavy|hot|cold)\b"),
        ("count", r"(?:what|which)(?:'s| is| was| are| were)? (?:the |its )?(?:\w+ ){0,2}(?:number|"
                  r"population|amount|size|area|total|limit|maximum|minimum|height|speed|temperature|rate|score|length|distance|capacity|port)\b"),
        ("date", r"\bwhen\b|(?:what|which|in what|in which) (?:\w+ )?(?:year|date|day|month|century|"
                 r"decade|time|era|period)\b"),
        ("person", r"\b(?:who|whom|whose)\b|(?:what|which) (?:\w+ )?(?:person|man|woman|player|author|king|queen|"
                   r"president|leader|scientist|actor|singer|emperor|general|artist|coach|writer|director|architect)\b"),
        ("place", r"\bwhere\b|(?:what|which|in what|in which) (?:\w+ )?(?:city|cities|country|countries|state|place|"
                  r"town|region|river|county|location|continent|street|island|province|area|district|stadium|village)\b"),
        ("reason", r"\bwhy\b|what (?:is|was|were|are) the (?:reason|cause|purpose)|what (?:caused|causes|led)|"
                   r"for what reason"),
        ("procedure", r"\bhow (?:do|can|should|could|would|to|must|may) ?(?:i|we|you|one|my)?\b"),
        ("name", r"\b(?:what|which)\b"),
    ),
    "de": (
        ("percent", r"(?:wie ?viel|welcher|wie hoch) .{0,20}(?:prozent|anteil)"),
        ("money", r"wie ?viel (?:geld|kostet|kosten|zahlt|verdient)|was kostet|wie teuer|"
                  r"wie hoch .{0,20}(?:preis|kosten)"),
        ("duration", r"wie (?:lange|alt)\b|wie viele (?:jahre|tage|stunden|monate|wochen|minuten)"),
        ("count", r"wie ?(?:viele?|hoch|groß|weit|oft|schnell|tief)\b|welche (?:anzahl|zahl|größe|höhe)"),
        ("date", r"\bwann\b|(?:welche[mnrs]?|im) (?:jahr|datum|tag|monat|jahrhundert|jahrzehnt|zeit)"),
        ("person", r"\b(?:wer|wen|wem|wessen)\b"),
        ("place", r"\b(?:wo|wohin|woher)\b|welche[mnrs]? (?:stadt|land|ort|region|fluss|staat|insel)"),
        ("reason", r"\b(?:warum|weshalb|wieso|wozu)\b|aus welchem grund"),
        ("procedure", r"\bwie (?:kann|können|mache|muss|soll|lässt|richte)\b"),
        ("name", r"\b(?:was|welche[mnrs]?)\b"),
    ),
}  # fmt: skip
_COMPILED = {
    code: [(wanted, re.compile(pattern, re.IGNORECASE)) for wanted, pattern in patterns]
    for code, patterns in _PATTERNS.items()
}
_QUOTED = re.compile(r"[\"“„«']([^\"“”„«»']{2,80})[\"”“»']")
_FOCUS_OPENER = {
    "what",
    "which",
    "whose",
    "many",
    "much",
    "viele",
    "welche",
    "welcher",
    "welches",
    "welchem",
    "welchen",
}


QUESTION_WORDS = frozenset(
    """what which who whom whose when where how why many much
    was welche welcher welches welchem welchen wer wen wem wessen wann wo wie warum viele viel""".split()
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as read. `stems`: content words once each, in order; `focus`: the stems right after the question word,
    which name the kind of the answer ("what *city*") and are often missing from the sentence that gives it."""

    text: str
    language: str
    words: tuple[Word, ...]
    stems: tuple[str, ...]
    focus: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]
    wanted: Wanted


def read_question(text: str, *, language: str) -> Question:
    """Analyse one question. `language` is ISO 639-1; languages without patterns want "any"."""
    words = tuple(read_words(text, language=language))
    content = [word for word in words if not word.is_stop] or list(words)
    return Question(
        text=text,
        language=language,
        words=words,
        stems=tuple(dict.fromkeys(word.stem for word in content)),
        focus=_focus(words),
        names=frozenset(word.stem for word in words[1:] if word.is_capitalised and not word.is_stop),
        numbers=frozenset(word.stem for word in content if word.is_number),
        wanted=_wanted(text, language),
    )


def _wanted(text: str, language: str) -> Wanted:
    return next((wanted for wanted, pattern in _COMPILED.get(language, ()) if pattern.search(text)), "any")


def _focus(words: tuple[Word, ...]) -> frozenset[str]:
    for index, word in enumerate(words[:-1]):
        if word.text.casefold() in _FOCUS_OPENER:
            following = [w for w in words[index + 1 : index + 3] if not w.is_stop and not w.is_capitalised]
            return frozenset(w.stem for w in following)
    return frozenset()
