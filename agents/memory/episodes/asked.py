"""What a question wants of past conversations: its words, who is meant, which time, and what of it has a meaning. Pure.

Who speaks is known of each turn, so a name that only says whose words are wanted is no word to look for: it is left out
of what is embedded, and lends weight to that side's turns.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agents.memory.episodes.segments import AGENT, CONTACT
from agents.memory.episodes.terms import Term, question_terms
from agents.memory.episodes.times import Range, asks_when, times_in

_SAYING = (
    r"(?:sa(?:y|id)|t(?:ell|old)|mention(?:ed)?|ask(?:ed)?|talk(?:ed)?|promised?|recommend(?:ed)?|suggest(?:ed)?|"
    r"writ(?:e|ten)|wrote|explain(?:ed)?|offer(?:ed)?|agreed?|gesagt|erzählt|erwähnt|gefragt|versprochen|empfohlen|"
    r"vorgeschlagen|geschrieben|erklärt|angeboten|besprochen|vereinbart)"
)
_OF_CONTACT = re.compile(
    rf"\b(?:(?:did|have|had) I\b|I (?:had |have )?{_SAYING}|(?:habe|hatte) ich\b|ich (?:habe|hatte)\b|my|mine|"
    r"meine?[nmrs]?)\b",
    re.IGNORECASE,
)
_OF_AGENT = re.compile(
    rf"\b(?:(?:did|have|had) you\b|you (?:had |have )?{_SAYING}|(?:hast|hattest) du\b|(?:habt|hattet) ihr\b|"
    r"(?:haben|hatten) sie (?:mir|uns)\b)",
    re.IGNORECASE,
)
_FRAME = re.compile(
    rf"\b(?:do you (?:still )?(?:remember|know|recall)|can you remind me|remind me|"
    rf"(?:did|have|had) (?:I|you|we) (?:ever |already )?{_SAYING}(?: (?:you|me|us))?(?: (?:about|of|that))?|"
    rf"(?:habe|hatte) ich (?:dir|ihnen|euch)?|(?:hast|hattest) du (?:mir)?|(?:haben|hatten) sie (?:mir|uns)?|"
    rf"(?:weißt|erinnerst) du (?:dich )?(?:noch)?|erinnern sie sich (?:noch)?)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    rf"\b(?:remember|recall|remind|last time|earlier|before|previous(?:ly)?|again|discuss(?:ed)?|conversation|"
    rf"our (?:call|chat|talk)|{_SAYING}|letztes mal|früher|vorhin|damals|gespräch|erinner\w*|noch ?mal)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """`speaker`: whose words are wanted, one of `segments`' numbers, or None for anybody's; `meaning`: what is
    embedded."""

    terms: tuple[Term, ...]
    meaning: str
    speaker: int | None
    times: tuple[Range, ...]
    is_when: bool


def read_question(question: str, *, asked_at: datetime, contact_name: str = "", agent_name: str = "") -> Asked:
    names = {CONTACT: _spoken_names(contact_name), AGENT: _spoken_names(agent_name)}
    named = [side for side, spellings in names.items() if _names_any(question, spellings)]
    return Asked(
        terms=tuple(question_terms(question)),
        meaning=_meaning(question, [each for spellings in names.values() for each in spellings]),
        speaker=named[0] if len(named) == 1 else _side(question) if not named else None,
        times=tuple(times_in(question, asked_at)),
        is_when=asks_when(question),
    )


def asks_past(question: str, asked_at: datetime) -> bool:
    """It wants to know what was said before: something said is an answer to it, whatever documents say."""
    has_side = bool(_OF_CONTACT.search(question) or _OF_AGENT.search(question))
    return has_side and bool(_PAST.search(question) or times_in(question, asked_at) or asks_when(question))


def _side(question: str) -> int | None:
    of_contact, of_agent = bool(_OF_CONTACT.search(question)), bool(_OF_AGENT.search(question))
    return None if of_contact == of_agent else CONTACT if of_contact else AGENT


def _spoken_names(name: str) -> list[str]:
    """The whole name and its first part, by which people are called."""
    words = name.split()
    return list(dict.fromkeys([name.strip(), words[0]])) if words and len(words[0]) > 1 else []


def _names_any(question: str, names: Sequence[str]) -> bool:
    return any(re.search(rf"\b{re.escape(each)}\b", question, re.IGNORECASE) for each in names)


def _meaning(question: str, names: Sequence[str]) -> str:
    rest = question
    for each in names:
        rest = re.sub(rf"\b{re.escape(each)}\b(?:['’]s)?", "", rest, flags=re.IGNORECASE)
    rest = " ".join(_FRAME.sub("", rest).split())
    return rest if re.search(r"\w", rest) else question
