"""Which language a text is in, by its most common small words. Enough to choose a stemmer; "" when unsure."""

import re
from collections import Counter

_WORDS = {
    "en": "the of and to in is that for with as are on this be by it not or from you can an was have at which",
    "de": "der die und das ist nicht von mit den ein zu auf für eine im dem des sich werden auch als an es sie bei",
    "fr": "le la les des et est une un du dans pour que qui par sur pas avec plus au ce sont vous ou être cette",
    "es": "el la los las de que y en un una es por con para del se no su al lo como más o pero son",
    "it": "il di che la e un una per è non in con del della sono i le da si dei alla gli come nel più",
    "pt": "o a os as de que e do da em um uma para com não é por no na dos se mais como ao são",
    "nl": "de het een van en in is dat op te zijn voor met die niet aan er om ook als bij door of naar je",
}
_STOP_WORDS = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE_CHARACTERS = 20_000


def detect_language(text: str) -> str:
    """ISO 639-1, or "" when the text is too short or two languages fit as well."""
    counts = Counter(_WORD.findall(text[:_SAMPLE_CHARACTERS].lower()))
    total = counts.total()
    if total < 5:
        return ""
    scores = {language: sum(counts[word] for word in words) / total for language, words in _STOP_WORDS.items()}
    best, second = sorted(scores.values(), reverse=True)[:2]
    if best < 0.08 or best < second * 1.15:
        return ""
    return max(scores, key=lambda language: scores[language])
