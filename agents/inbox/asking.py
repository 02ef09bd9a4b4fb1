"""Whether a contact asks for a person, decided by code: no model has to say a magic word for it.

What a rule's own phrase says is looked for as it stands; of a topic's name all words must be said, in whatever form. A
sentence about people ("who is the contact person for…") asks for none; the patterns want a verb of wanting or
reaching, or the wish alone.
"""

import re
from collections.abc import Iterable

from agents.configuration.sections.handoff import Rule
from agents.llm.extractive.words import guess_language, read_words

_PERSON_EN = (
    r"(?:(?:a|an|the|some|your|any)\s+)?(?:real\s+|live\s+|actual\s+)?"
    r"(?:humans?(?:\s+(?:being|agent|person))?|persons?|someone\s+(?:real|human)|people|"
    r"(?:live|service|support)\s+agents?|representative|operator|support\s+team|team\s+member|"
    r"colleague|employee|staff|supervisor|customer\s+service)"
)
_PERSON_DE = (
    r"(?:(?:einem|einen|einer|eine|ein|dem|den|der|jemandem|jemanden|ihrem|ihren|eurem|euren)\s+)?"
    r"(?:echten?r?m?\s+|richtigen?r?m?\s+|menschlichen?r?m?\s+)?"
    r"(?:mensch(?:en)?|person|mitarbeiter(?:in|innen|n)?|kolleg(?:e|en|in)|berater(?:in|n)?|ansprechpartner(?:in|n)?|"
    r"kundenservice|kundendienst|support-?mitarbeiter(?:in|n)?|jemandem?\s+(?:vom|aus\s+dem)\s+team)"
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:talk|speak|chat|connect(?:ed)?|transfer(?:red)?|escalate|put)\b[^.?!]{{0,25}}?\b(?:to|with|through\s+to)\s+"
        rf"{_PERSON_EN}\b",
        rf"\b(?:want|need|get|give|prefer|have)\b(?:\s+me)?\s+{_PERSON_EN}\b(?!\s+(?:who|that|'s|name))",
        rf"^\W*(?:{_PERSON_EN})(?:\s+please|\s+now)?\W*$",
        rf"\b(?:mit|zu|an)\s+{_PERSON_DE}\b[^.?!]{{0,25}}?\b(?:sprechen|reden|chatten|schreiben|verb(?:inden|unden)|"
        r"weiter(?:leiten|geleitet))\b",
        rf"\b(?:sprech|red|verbind|leit)\w*\b[^.?!]{{0,25}}?\b(?:mit|an|zu)\s+{_PERSON_DE}\b",
        rf"\b(?:m[öo]chte|will|brauche|h[äa]tte\s+gerne?)\b[^.?!]{{0,15}}?\s{_PERSON_DE}\b",
        rf"^\W*(?:{_PERSON_DE})(?:\s+bitte)?\W*$",
    )
)

_HINT = re.compile(
    r"\b(?:humans?|persons?|people|someone|somebody|agents?|representative|operator|colleague|employee|staff|supervisor|"
    r"manager|team|bots?|robots?|machines?|mensch(?:en)?|person(?:en)?|jemand(?:en|em)?|mitarbeiter(?:in|innen|n)?|"
    r"kolleg(?:e|en|in)|berater(?:in|n)?|chef(?:in)?|kundenservice|kundendienst|maschinen?|automaten?|roboter)\b",
    re.IGNORECASE,
)


def asks_for_person(text: str) -> bool:
    return any(pattern.search(text) for pattern in _PATTERNS)


def hints_at_person(text: str) -> bool:
    """It speaks of people or of machines, and may ask for a person in words that no pattern knows."""
    return _HINT.search(text) is not None


def is_about(text: str, topic: str) -> bool:
    """Every word of the topic that means something is said."""
    language = guess_language(f"{topic} {text}")
    wanted = {word.stem for word in read_words(topic, language=language) if not word.is_stop}
    return bool(wanted) and wanted <= {word.stem for word in read_words(text, language=language)}


def reason_to_hand_off(text: str, rules: Iterable[Rule]) -> str:
    """By which of the agent's rules the message itself wants a person: "asked", "phrase", or "" for none."""
    said = " ".join(text.casefold().split())
    for rule in rules:
        if rule.when == "asked" and asks_for_person(text):
            return rule.when
        if rule.when == "phrase" and " ".join(rule.phrase.casefold().split()) in said:
            return rule.when
    return ""
