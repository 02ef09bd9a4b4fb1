"""In which of its two languages the product speaks to whoever wrote something."""

import re

from ingestion.parsing.language import detect_question_language

_GERMAN = re.compile(
    r"\b(?:ich|mein\w*|mir|mich|wie|was|wer|wo|wei(?:ß|ss)t|sie|ist|du|bitte|noch|für|welche\w*|habe|sitzt|wohnt|firma)\b",
    re.IGNORECASE,
)


def language_of(text: str, *, otherwise: str = "en") -> str:
    """ "de" or "en": in which of the two the product says its own sentences to whoever wrote this. `otherwise`: where
    nothing in it tells a language."""
    if len(_GERMAN.findall(text)) >= 2:
        return "de"
    detected = detect_question_language(text)
    return "de" if detected == "de" else "en" if detected else otherwise
