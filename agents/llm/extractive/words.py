"""Words as the extractive model compares them: tokens with their place, folded, stemmed and numbered alike.

Pure functions over text; knows nothing of questions, passages or models. Two texts are comparable only when they were
read with the same language.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

from agents.llm.extractive.lexicon import NUMBER_WORDS, STEMMERS, STOP_WORDS

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*(?:st|nd|rd|th)?(?![^\W_])|[^\W_]+(?:['’][^\W_]+)?")
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class Word:
    """One token of a text. `stem` is what is compared; `start` and `end` are character offsets into that text."""

    text: str
    stem: str
    start: int
    end: int
    is_stop: bool

    @property
    def is_number(self) -> bool:
        return self.stem[:1].isdigit()

    @property
    def is_capitalised(self) -> bool:
        return self.text[:1].isupper()


def read_words(text: str, *, language: str) -> list[Word]:
    """Tokens of `text` in order. `language` is ISO 639-1; an unknown one is compared without stemming."""
    return [_word(match, language) for match in _TOKEN.finditer(text)]


def guess_language(text: str) -> str:
    """ISO 639-1 code of the language whose function words the text uses most; "en" when nothing tells."""
    tokens = [token.casefold() for token in _TOKEN.findall(text)]
    shares = {code: sum(token in stops for token in tokens) for code, stops in STOP_WORDS.items()}
    best = max(shares, key=lambda code: (shares[code], code == "en"))
    return best if shares[best] else "en"


def _word(match: re.Match[str], language: str) -> Word:
    text = match.group()
    stem, is_stop = _normalise(text, language)
    return Word(text, stem, match.start(), match.end(), is_stop)


@lru_cache(maxsize=30_000)
def _normalise(text: str, language: str) -> tuple[str, bool]:
    folded = _POSSESSIVE.sub("", text.casefold())
    if folded in STOP_WORDS.get(language, frozenset()):
        return fold_accents(folded), True
    if folded[:1].isdigit():
        return folded.replace(",", ""), False
    if folded in NUMBER_WORDS:
        return NUMBER_WORDS[folded], False
    return fold_accents(_stem(folded, language)), False


def fold_accents(text: str) -> str:
    """The text without combining marks, so that a visitor's plain keyboard finds accented names."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _stem(folded: str, language: str) -> str:
    algorithm = STEMMERS.get(language)
    if algorithm is None or len(folded) < 3 or any(c.isdigit() for c in folded):
        return folded
    stem: str = snowballstemmer.stemmer(algorithm).stemWord(folded)
    return stem
