"""Chooses what to quote: the best segments, widened so that a list, a listing or a table is not torn.

Quotes are spans of the passages, verbatim. This module never changes a word.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agents.llm.extractive.questions import Question
from agents.llm.extractive.ranking import Ranked, Ranking
from agents.llm.extractive.reading import ReadPassage
from agents.llm.port import Passage

MOST_QUOTES = 3
LEAST_SHARE_OF_BEST = 0.35  # a further quote must be at least so likely, against the best, to hold the answer
MOST_BLOCK_CHARACTERS = 900
_FENCE_BEFORE = re.compile(r"(?:```|~~~)[^\n]*\n\Z")
_FENCE_AFTER = re.compile(r"\A\s*\n(?:```|~~~)")
_BLOCK_KINDS = frozenset(("item", "row", "record", "code"))


@dataclass(frozen=True, slots=True)
class Quote:
    """Characters `start` to `end` of passage number `passage` (from 0). `is_block`: a list, listing or table."""

    passage: int
    start: int
    end: int
    is_block: bool


def choose_quotes(question: Question, ranking: Ranking, passages: Sequence[Passage]) -> list[Quote]:
    """At most three quotes, best first, none within another. A ranking of nothing gives none."""
    quotes: list[Quote] = []
    for ranked in ranking.ranked[: 2 * MOST_QUOTES]:
        if quotes and ranked.share < LEAST_SHARE_OF_BEST * ranking.ranked[0].share:
            break
        quote = _widen(ranked, ranking.read[ranked.passage], passages[ranked.passage].text, question)
        if not any(_overlap(quote, other) for other in quotes):
            quotes.append(quote)
    return quotes[:MOST_QUOTES]


def _widen(ranked: Ranked, read: ReadPassage, text: str, question: Question) -> Quote:
    first = last = ranked.position
    kind = read.segments[first].segment.kind
    if kind in _BLOCK_KINDS:
        first, last = _whole_block(read, first)
        first = _with_introduction(read, first)
    elif _introduces(read, first, question):
        last = _whole_block(read, first + 1)[1]
    start, end = read.segments[first].segment.start, read.segments[last].segment.end
    if end - start > MOST_BLOCK_CHARACTERS and last > first:
        first = last = ranked.position
        start, end = read.segments[first].segment.start, read.segments[last].segment.end
    is_block = any(read.segments[i].segment.kind in _BLOCK_KINDS for i in range(first, last + 1))
    return Quote(ranked.passage, _before_fence(text, start), _after_fence(text, end), is_block)


def _whole_block(read: ReadPassage, position: int) -> tuple[int, int]:
    block = read.segments[position].segment.block
    same = [i for i, segment in enumerate(read.segments) if segment.segment.block == block]
    return same[0], same[-1]


def _with_introduction(read: ReadPassage, first: int) -> int:
    """The sentence before a block, when it announces it."""
    if first and read.segments[first - 1].text.rstrip().endswith((":", "：")):
        return first - 1
    return first


def _introduces(read: ReadPassage, position: int, question: Question) -> bool:
    """True for a sentence that announces the block after it, or that a how-to would be cut short without."""
    if position + 1 >= len(read.segments) or read.segments[position + 1].segment.kind not in _BLOCK_KINDS:
        return False
    announces = read.segments[position].text.rstrip().endswith((":", "："))
    return announces or (question.wanted == "procedure" and read.segments[position + 1].segment.kind == "code")


def _before_fence(text: str, start: int) -> int:
    match = _FENCE_BEFORE.search(text[:start])
    return match.start() if match else start


def _after_fence(text: str, end: int) -> int:
    match = _FENCE_AFTER.match(text[end:])
    return end + match.end() if match else end


def _overlap(a: Quote, b: Quote) -> bool:
    return a.passage == b.passage and a.start < b.end and b.start < a.end
