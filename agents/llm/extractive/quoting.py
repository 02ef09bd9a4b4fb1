"""Chooses what to quote: the best segments, widened so that a list, a listing or a table is not torn.

Quotes are spans of the passages, verbatim. This module never changes a word.
"""

from dataclasses import dataclass
from itertools import groupby

from agents.llm.extractive.questions import Question
from agents.llm.extractive.ranking import Ranked, Ranking, heading_share
from agents.llm.extractive.reading import ReadPassage, ReadSegment
from agents.llm.extractive.segments import Segment, SegmentKind

MOST_QUOTES = 3
LEAST_SHARE_OF_BEST = 0.5  # a further quote must be at least so likely, against the best, to hold the answer
MOST_BLOCK_CHARACTERS = 900
MOST_SECTION_CHARACTERS = 700
LITTLE = 3  # content words under which a sentence says too little alone
TOPICAL = 0.6  # share of a how-to question that a heading must name for its section to be the answer
TOPICAL_FACT = 0.75  # the same of other questions
_BLOCK_KINDS = frozenset(("item", "row", "record", "code"))


@dataclass(frozen=True, slots=True)
class Quote:
    """Characters `start` to `end` of passage number `passage` (from 0); `segments` are the ones within."""

    passage: int
    start: int
    end: int
    segments: tuple[Segment, ...]


def choose_quotes(question: Question, ranking: Ranking) -> list[Quote]:
    """At most three quotes, best first, none within another. A ranking of nothing gives none."""
    quotes: list[Quote] = []
    for ranked in ranking.ranked[: 2 * MOST_QUOTES]:
        if quotes and ranked.share < LEAST_SHARE_OF_BEST * ranking.ranked[0].share:
            break
        quote = _widen(ranked, ranking.read[ranked.passage], question)
        if not any(_overlap(quote, other) for other in quotes):
            quotes.append(quote)
    return quotes[:MOST_QUOTES]


def _widen(ranked: Ranked, read: ReadPassage, question: Question) -> Quote:
    first = last = ranked.position
    kind = read.segments[first].segment.kind
    if kind in _BLOCK_KINDS:
        first, last = _whole_block(read, first)
        first = _with_introduction(read, first)
    elif _introduces(read, first, question):
        last = _whole_block(read, first + 1)[1]
    elif _says_little(read, first):
        last = first + 1
    if _is_topical(read.segments[ranked.position], question):
        first, last = _section(read, first, last, is_whole=question.wanted == "procedure")
    start, end = read.segments[first].segment.start, read.segments[last].segment.end
    if end - start > MOST_BLOCK_CHARACTERS and last > first:
        first = last = ranked.position
        start, end = read.segments[first].segment.start, read.segments[last].segment.end
    segments = tuple(segment.segment for segment in read.segments[first : last + 1])
    return Quote(ranked.passage, start, end, segments)


def _says_little(read: ReadPassage, position: int) -> bool:
    """ "Not yet." needs the sentence after it."""
    if read.segments[position].length >= LITTLE or position + 1 >= len(read.segments):
        return False
    return read.segments[position + 1].segment.block == read.segments[position].segment.block


def _is_topical(segment: ReadSegment, question: Question) -> bool:
    needed = TOPICAL if question.wanted == "procedure" else TOPICAL_FACT
    return heading_share(segment, question) >= needed


def _section(read: ReadPassage, first: int, last: int, *, is_whole: bool) -> tuple[int, int]:
    """From the section's beginning to the end of the paragraph, or through further whole blocks, as far as a quote may
    go: what stands under a heading that asks the question answers it together."""
    low, high = first, last
    while low and read.segments[low - 1].segment.kind != "heading":
        low -= 1
    if _length(read, low, high) > MOST_SECTION_CHARACTERS:
        low = first
    while high + 1 < len(read.segments) and read.segments[high + 1].segment.kind != "heading":
        if not is_whole and read.segments[high + 1].segment.block != read.segments[last].segment.block:
            break
        following = _whole_block(read, high + 1)[1]
        if _length(read, low, following) > MOST_SECTION_CHARACTERS:
            break
        high = following
    return low, high


def _length(read: ReadPassage, first: int, last: int) -> int:
    return read.segments[last].segment.end - read.segments[first].segment.start


def write_quote(quote: Quote, text: str) -> str:
    """The quote as Markdown: its blocks apart, listings fenced, table rows as items. Words stay as they are."""
    blocks = []
    for _, group in groupby(quote.segments, key=lambda segment: segment.block):
        segments = list(group)
        raw = text[segments[0].start : segments[-1].end].strip("\n")
        blocks.append(_as_markdown(raw, segments[0].kind))
    return "\n\n".join(blocks)


def _as_markdown(raw: str, kind: SegmentKind) -> str:
    if kind == "code":
        return f"```\n{raw}\n```"
    if kind == "row" and not raw.startswith("|"):
        return "\n".join(f"- {line.strip()}" for line in raw.splitlines())
    if kind == "record":
        return "\n".join(f"- {line.strip()}" for line in raw.splitlines())
    return raw


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


def _overlap(a: Quote, b: Quote) -> bool:
    return a.passage == b.passage and a.start < b.end and b.start < a.end
