"""What kinds of facts are remembered, how they are said back, and which questions ask for them."""

import re
from dataclasses import dataclass

_ASKING = re.compile(
    r"\b(what|which|who|where|how|do you (know|remember|have)|can you (tell|remind)|tell me|remind me|"
    r"wie|was|welche\w*|wo|wer|kennst|weißt|wissen sie|kennen sie)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Predicate:
    """`sentence` takes one value, `sentences` several joined ones; `asked` is matched against a question."""

    name: str
    label: str
    is_single_valued: bool
    sentence: str
    sentences: str
    asked: re.Pattern[str]


def _asked(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


PREDICATES: dict[str, Predicate] = {
    each.name: each
    for each in (
        Predicate(
            "name",
            "name",
            True,
            "Your name is {}.",
            "Your names are {}.",
            _asked(r"\b(my|mein) name\b|\bwho am i\b|\bwer bin ich\b|\bwie hei(ß|ss)e ich\b"),
        ),
        Predicate(
            "email",
            "e-mail address",
            True,
            "Your e-mail address is {}.",
            "Your e-mail addresses are {}.",
            _asked(r"\b(my|meine?) e-?mail\b"),
        ),
        Predicate(
            "phone",
            "phone number",
            True,
            "Your phone number is {}.",
            "Your phone numbers are {}.",
            _asked(r"\b(my|meine?) (tele)?(phone|mobile|cell|telefon|handy)(( )?(number|nummer))?\b"),
        ),
        Predicate(
            "order",
            "order number",
            False,
            "Your order number is {}.",
            "Your order numbers are {}.",
            _asked(r"\bmy orders?( (numbers?|ids?|no\.?|references?)\b|\s*[?.!]*$)|\bmeine bestellnummern?\b"),
        ),
        Predicate(
            "place",
            "place",
            True,
            "You live in {}.",
            "You live in {}.",
            _asked(r"\bwhere (do i live|am i from)\b|\bwo wohne ich\b|\bmy (city|town|place)\b"),
        ),
        Predicate(
            "prefers",
            "preference",
            False,
            "You prefer {}.",
            "You prefer {}.",
            _asked(r"\bdo i (prefer|like)\b|\bmy preferences?\b|\bmeine vorlieben?\b"),
        ),
        Predicate(
            "avoids",
            "dislike",
            False,
            "You do not want {}.",
            "You do not want {}.",
            _asked(r"\bdo i (not|dislike|avoid)\b|\bdon'?t i (like|want)\b|\bmy preferences?\b"),
        ),
    )
}
_EVERYTHING = _asked(
    r"\bwhat (do|did) you (know|remember) about me\b|\bwhat do you remember\b|\bwas (weißt du|wissen sie) über mich\b"
)


def asked_predicates(question: str) -> frozenset[str]:
    """Which remembered facts a question asks for; empty for a question about anything else."""
    if _EVERYTHING.search(question):
        return frozenset(PREDICATES)
    if not _ASKING.search(question):
        return frozenset()
    return frozenset(name for name, each in PREDICATES.items() if each.asked.search(question))
