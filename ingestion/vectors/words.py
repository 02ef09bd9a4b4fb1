"""Texts and questions as terms, for both vector stores: they only count what this module says is the same word.

A passage's words are stemmed as its language does it; a question's in the language it is asked in, and plainly besides,
so that passages whose language nobody knows are found too. Whatever people type is words; no syntax of theirs reaches
an engine.
"""

import re
import threading
import unicodedata
from functools import lru_cache

import snowballstemmer

from ingestion.parsing.language import STOP_WORDS, detect_question_language

# Snowball's algorithms by ISO 639-1. "": a language that is not known, or has no stemmer here.
STEMMERS = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "pt": "portuguese",
    "nl": "dutch",
    "": "porter",
}
_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 64
_SHORTEST_STEMMED, _LONGEST_STEMMED = 3, 64


def analyse(text: str, language: str = "") -> list[str]:
    """The terms of a passage, in order. `language` is ISO 639-1."""
    known = language if language in STEMMERS else ""
    return [term_of(word, known) for word in _WORD.findall(text.lower())]


def analyse_query(text: str) -> list[str]:
    """A person's question as terms, each once, without stop words unless there is nothing else.

    When its language does not show ("Kündigungsfristen?"), each word is stemmed in all of them.
    """
    detected = detect_question_language(text)
    languages = (detected, "") if detected in STEMMERS and detected else tuple(STEMMERS)
    words = _telling_words(text, detected)
    return list(dict.fromkeys(term_of(word, language) for word in words for language in languages))


def _telling_words(text: str, language: str) -> list[str]:
    found = list(dict.fromkeys(_WORD.findall(text.lower())))
    stops = STOP_WORDS.get(language) or STOP_WORDS["en"] | STOP_WORDS["de"]
    return ([word for word in found if word not in stops] or found)[:_MOST_WORDS]


@lru_cache(maxsize=100_000)
def term_of(word: str, language: str) -> str:
    """A small-lettered word as its language stems it; "": one that is not known."""
    is_stemmed = _SHORTEST_STEMMED <= len(word) <= _LONGEST_STEMMED
    if language == "":  # as SQLite's porter does: marks off first, and nothing but English letters
        plain = _without_marks(word)
        return _stem(plain, language) if is_stemmed and plain.isascii() else plain or word
    return _without_marks(_stem(word, language) if is_stemmed else word) or word


def _without_marks(word: str) -> str:
    """So that a visitor's plain keyboard finds accented names."""
    if word.isascii():
        return word
    return "".join(each for each in unicodedata.normalize("NFKD", word) if not unicodedata.combining(each))


def _stem(word: str, language: str) -> str:
    stem: str = _stemmers(language).stemWord(word)
    return stem or word


_local = threading.local()


def _stemmers(language: str) -> "snowballstemmer.stemmer":
    """One for each thread: a stemmer keeps the word it works on."""
    made = _local.__dict__
    if language not in made:
        made[language] = snowballstemmer.stemmer(STEMMERS[language])
    return made[language]
