"""Where sentences end in running prose: abbreviations, initials, decimals, ordinals and quotes do not end one.

Works on one paragraph of prose; lists, code and tables are kept apart by `segments`.
"""

import re

from agents.llm.extractive.lexicon import ABBREVIATIONS

_CANDIDATE = re.compile(r"[.!?…]+[\"'”’»)\]]*(?:\[\d+\])*(?=\s+)|[。！？]+[」』”]*")
_NEXT_OPENS = re.compile(r"\s+[\"'“‘„«(\[]*([^\W_])")
_LAST_WORD = re.compile(r"([^\s(\[\"“„«]+)$")
_INITIAL = re.compile(r"^(?:[^\W\d_]\.)*[^\W\d_]$")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Character spans of the sentences of `text`, in order, without the white space around them."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _CANDIDATE.finditer(text):
        if _ends_sentence(text, match):
            spans.append((start, match.end()))
            start = match.end()
    spans.append((start, len(text)))
    return _join_bare_marks(text, [trimmed for span in spans if (trimmed := _trim(text, span))])


def _join_bare_marks(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Dots that stand alone belong to the sentence before them."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and not any(c.isalnum() for c in text[start:end]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    mark = match.group()
    if mark[0] in "。！？":
        return True
    following = _NEXT_OPENS.match(text, match.end())
    if mark[0] in "!?":
        return following is None or not following.group(1).islower()
    if following is None:
        return _next_is_new_sentence_sign(text, match.end())
    if following.group(1).islower():
        return False
    return mark != "." or not _is_open_abbreviation(text[: match.start()])


def _next_is_new_sentence_sign(text: str, at: int) -> bool:
    rest = text[at:].lstrip()
    return not rest or rest[0] not in ",;:"


def _is_open_abbreviation(before: str) -> bool:
    found = _LAST_WORD.search(before[-40:])
    if found is None:
        return False
    word = found.group(1)
    if word.isdigit():
        return len(word) <= 2 and not before[: found.start()].rstrip().endswith((",", ".")) and _is_ordinal(before)
    if _INITIAL.match(word):
        return word != "I" and not _closes_clause(before, word)
    return word.casefold() in ABBREVIATIONS


_GERMAN_ORDINAL = re.compile(r"\b(?:am|vom|zum|der|dem|den|des|im|bis|und|seit|ab|die|das)\s+\d{1,2}$", re.IGNORECASE)


def _is_ordinal(before: str) -> bool:
    return _GERMAN_ORDINAL.search(before[-20:]) is not None


def _closes_clause(before: str, word: str) -> bool:
    """A dotted name of two letters or more ("U.S", "D.C") may close a sentence; a lone initial hardly ever does."""
    return "." in word and word.casefold() not in ABBREVIATIONS


def _trim(text: str, span: tuple[int, int]) -> tuple[int, int] | None:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if end > start else None
