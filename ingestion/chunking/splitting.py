"""Tearing what does not fit: a span of text into smaller spans, at the best boundary that its kind of block has."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingestion.chunking.chunk import TokenCounts
from ingestion.parsing.document import BlockKind

_LINES = re.compile(r"\n+")
_BLANK_LINES = re.compile(r"\n[ \t]*\n+")
_TOP_ITEMS = re.compile(r"\n(?=\S)")
_SENTENCES = re.compile(r"(?<=[.!?…。！？])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-ZÀ-ÞА-Я0-9一-龥])|\n+|(?<=[。！？])")
_CLAUSES = re.compile(r"(?<=[,;:])\s+")
_WORDS = re.compile(r"\s+")

# To some tokenizers an endless word is one unknown token: text counts at least one token for so many characters.
_CHARACTERS = 16
_GRAIN = 8  # parts are put together again up to this fraction of the limit: fine enough for an even cut and an overlap

_BOUNDARIES: dict[BlockKind, tuple[re.Pattern[str], ...]] = {
    BlockKind.LIST: (_TOP_ITEMS, _LINES, _SENTENCES, _CLAUSES, _WORDS),
    BlockKind.TABLE: (_LINES, _SENTENCES, _CLAUSES, _WORDS),
    BlockKind.CODE: (_BLANK_LINES, _LINES, _WORDS),
}
_PROSE = (_SENTENCES, _CLAUSES, _WORDS)


@dataclass(frozen=True, slots=True)
class Span:
    """[start, end) of the document's text. `block` is its block's place in the document; `is_torn`: a part of it."""

    start: int
    end: int
    tokens: int
    block: int
    is_torn: bool = False


@dataclass(frozen=True, slots=True)
class Counter:
    """Counts body tokens: what a text adds to a passage, without the special tokens that come once."""

    count_tokens: TokenCounts
    special: int

    def count(self, texts: Sequence[str]) -> list[int]:
        return self.without_special(texts, self.count_tokens(texts) if texts else [])

    def without_special(self, texts: Sequence[str], counts: Sequence[int]) -> list[int]:
        return [max(count - self.special, len(text) // _CHARACTERS) for text, count in zip(texts, counts, strict=True)]


def tear(text: str, span: Span, *, kind: BlockKind, limit: int, counter: Counter) -> list[Span]:
    """The span's parts in order, each ≤ `limit` tokens; together they cover all of it but the space between."""
    spans = [span]
    for boundary in _BOUNDARIES.get(kind, _PROSE):
        spans = _tear_large(text, spans, boundary, limit, counter)
    while any(part.tokens > limit and part.end - part.start > 1 for part in spans):
        spans = _halve_large(text, spans, limit, counter)
    return spans


def _tear_large(text: str, spans: list[Span], boundary: re.Pattern[str], limit: int, counter: Counter) -> list[Span]:
    parts = [
        (span, [(span.start, span.end)] if span.tokens <= limit else list(_cut(text, span, boundary))) for span in spans
    ]
    counts = iter(counter.count([text[a:b] for span, cuts in parts if len(cuts) > 1 for a, b in cuts]))
    torn: list[Span] = []
    for span, cuts in parts:
        if len(cuts) == 1:
            torn.append(span)
        else:
            cut = (Span(start, end, next(counts), span.block, is_torn=True) for start, end in cuts)
            torn += _put_together(cut, limit // _GRAIN)
    return torn


def _put_together(parts: Iterable[Span], most: int) -> list[Span]:
    """Neighbours joined while they stay small: a text of a million words is not a million spans."""
    joined: list[Span] = []
    for part in parts:
        if joined and joined[-1].tokens + part.tokens <= most:
            before = joined[-1]
            joined[-1] = Span(before.start, part.end, before.tokens + part.tokens, part.block, is_torn=True)
        else:
            joined.append(part)
    return joined


def _cut(text: str, span: Span, boundary: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    start = span.start
    for match in boundary.finditer(text, span.start, span.end):
        if text[start : match.start()].strip() and text[match.end() : span.end].strip():
            yield start, match.start()
            start = match.end()
    yield start, span.end


def _halve_large(text: str, spans: list[Span], limit: int, counter: Counter) -> list[Span]:
    """One endless word (a key, a data address): only its middle is left to cut at."""
    halves: list[Span] = []
    for span in spans:
        if span.tokens <= limit or span.end - span.start < 2:
            halves.append(span)
            continue
        middle = (span.start + span.end) // 2
        counts = counter.count([text[span.start : middle], text[middle : span.end]])
        halves.append(Span(span.start, middle, counts[0], span.block, is_torn=True))
        halves.append(Span(middle, span.end, counts[1], span.block, is_torn=True))
    return halves
