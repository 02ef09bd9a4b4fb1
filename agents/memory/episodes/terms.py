"""Turns and questions as terms: stemmed words as numbers, without those that nearly every sentence has. Pure."""

import re
from zlib import crc32

from ingestion.parsing.language import STOP_WORDS, detect_question_language
from ingestion.vectors.words import STEMMERS, term_of

_WORD = re.compile(r"[^\W_]+")
_EVERYWHERE = STOP_WORDS["en"] | STOP_WORDS["de"]
MOST_TERMS = 64  # of a question

Term = tuple[int, ...]
"""A word of a question: the numbers of its stems, one for each language that it may be of."""


def terms_of(text: str) -> list[int]:
    """Of a turn, in order and as often as they are said."""
    language = detect_question_language(text)
    language = language if language in STEMMERS else ""
    return [_number(term_of(word, language)) for word in _telling(text, language)]


def question_terms(text: str) -> list[Term]:
    """Each once. A question of small words only ("what was that?") has none."""
    detected = detect_question_language(text)
    languages = (detected, "") if detected in STEMMERS and detected else tuple(STEMMERS)
    words = dict.fromkeys(_telling(text, detected))
    found = (tuple(dict.fromkeys(_number(term_of(word, each)) for each in languages)) for word in words)
    return list(dict.fromkeys(found))[:MOST_TERMS]


def count_words(text: str) -> int:
    return len(_WORD.findall(text))


def _telling(text: str, language: str) -> list[str]:
    small = STOP_WORDS.get(language, _EVERYWHERE)
    return [word for word in _WORD.findall(text.lower()) if word not in small]


def _number(stem: str) -> int:
    return crc32(stem.encode())
