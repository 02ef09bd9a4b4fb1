"""Whether what a model wrote of a conversation says nothing that the conversation lacks: no number, date or address, no
name. Pure. What fails is not kept; the summary by rules stands.
"""

import re

from agents.memory.episodes.terms import terms_of
from agents.runtime.claims import claims_of, evidence_of

LONGEST = 700
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_NAME = re.compile(r"\b[A-ZÄÖÜ][\w'’-]*")
_NUMBERS = frozenset(
    """
    two three four five six seven eight nine ten eleven twelve twenty thirty hundred thousand zwei drei vier
    fünf sechs sieben acht neun zehn elf zwölf zwanzig dreißig hundert tausend
    """.split()
)
# What summaries call people and things without naming any.
_GENERIC = frozenset(
    """
    customer customers assistant agent colleague person team company conversation chat call question questions
    answer answers request order delivery ticket callback document documents kunde kundin kunden assistent
    assistentin agent kollege kollegin mitarbeiter mitarbeiterin mensch menschen team unternehmen firma
    gespräch chat anruf frage fragen antwort antworten anfrage anliegen bestellung lieferung ticket rückruf
    termin rechnung problem lösung hilfe auskunft information informationen thema unterlagen dokumente
    dokumenten nachfrage bitte wunsch dank der die das er sie es ein eine im in am an zu zum zur auf mit nach
    und aber danach außerdem daraufhin zuletzt offen the a an he she they it this that then finally afterwards
    """.split()
)


def is_borne(summary: str, evidence: str) -> bool:
    """A word with a capital, wherever it stands, is one of the conversation's or names nobody."""
    text = summary.strip()
    if not text or len(text) > LONGEST:
        return False
    held = evidence_of(evidence)
    claims = [claim for each in _SENTENCE.split(text) for claim in claims_of(each, has_names=False)]
    if any(claim.value not in held[claim.kind] for claim in claims):
        return False
    words = {word.casefold() for word in re.findall(r"[\w'’-]+", evidence)}
    if {word for word in re.findall(r"\w+", text.casefold()) if word in _NUMBERS} - words:
        return False
    stems = set(terms_of(evidence))
    return all(_is_known(match.group(), words, stems) for match in _NAME.finditer(text))


def _is_known(name: str, words: set[str], stems: set[int]) -> bool:
    plain = name.casefold().removesuffix("'s").removesuffix("’s")
    return plain in words or plain in _GENERIC or bool(stems.intersection(terms_of(plain)))
