"""What a service said, in the page's language. Errors are in English, as the API answers them and as they are stored;
here the sentence is found again among the msgids, and its values are put into the translation of it."""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

import polib
from django.utils.translation import get_language, gettext

from frontend.catalogues import FOLDER, compiled
from frontend.formats import format_date, localised
from frontend.lower_words import METERS, VALUES

# Values that are words of ours: what else stands in a sentence is a name that somebody gave.
_WORDS = {each: each for each in VALUES} | {each.lower(): each for each in METERS}
_VALUE = re.compile(r"\{(\w+)\}")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_BETWEEN = re.compile(r"(?<=[.!?”]) (?=[A-Z\d])")


def said(text: str) -> str:
    """Sentence by sentence where the whole is not known; what is not known at all stays as it is."""
    if not text or (get_language() or "en").startswith("en"):
        return text
    return _written(text, longest_first=True)


def told(text: str) -> str:
    """As `said`, for what is put together of sentences that each stand alone, as summaries are."""
    if not text or (get_language() or "en").startswith("en"):
        return text
    return _written(text, longest_first=False)


def _written(text: str, *, longest_first: bool) -> str:
    sentences = _BETWEEN.split(text)
    written = []
    while sentences:
        length, translation = _first_known(sentences, longest_first=longest_first)
        written.append(translation)
        del sentences[:length]
    return " ".join(written)


def _first_known(sentences: list[str], *, longest_first: bool) -> tuple[int, str]:
    """How many of the first sentences stand together in the catalogue, and their translation."""
    lengths = range(1, len(sentences) + 1)
    for length in reversed(lengths) if longest_first else lengths:
        if found := _translation(" ".join(sentences[:length])):
            return length, found
    return 1, sentences[0]


def _translation(text: str) -> str | None:
    exact = gettext(text)
    if exact != text:
        return exact
    for pattern, msgid in _patterns(get_language() or ""):
        if found := pattern.fullmatch(text):
            return _VALUE.sub(_values(found.groups(), msgid), gettext(msgid))
    return None


def _values(values: tuple[str, ...], msgid: str) -> Callable[[re.Match[str]], str]:
    by_name = dict(zip(_VALUE.findall(msgid), values, strict=True))
    return lambda found: _value(by_name.get(found[1], found[0]))


def _value(text: str) -> str:
    """A sentence within a sentence is one of ours as well; a number is written as the language does."""
    if text in _WORDS:
        return gettext(_WORDS[text])
    if " " in text and text.endswith((".", "!", "?")):
        return said(text)
    if _DAY.fullmatch(text):
        return written_day(text)
    return localised(text) if _NUMBER.fullmatch(text) else text


def written_day(text: str) -> str:
    """2026-11-26 → 26 Nov 2026."""
    try:
        return format_date(date.fromisoformat(text), "j M Y")
    except ValueError:
        return text


@lru_cache(maxsize=8)
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Of every msgid with values, those that say most by themselves first."""
    path = compiled(FOLDER / f"{language}.po")
    entries = polib.mofile(str(path)) if path.exists() else ()
    msgids = [each.msgid for each in entries if not each.msgctxt and _VALUE.search(each.msgid)]
    msgids.sort(key=lambda each: len(_VALUE.sub("", each)), reverse=True)
    return tuple((_pattern(each), each) for each in msgids)


def _pattern(msgid: str) -> re.Pattern[str]:
    words = [re.escape(each) for each in re.split(r"\{\w+\}", msgid)]
    return re.compile("(.+?)".join(words), re.DOTALL)
