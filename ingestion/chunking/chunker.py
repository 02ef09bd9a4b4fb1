"""`chunk_document`: sections, then blocks packed up to the limit, blocks torn only when they cannot fit."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingestion.chunking.chunk import ChunkingOptions, TextChunk, TokenCounts, hash_text, text_to_embed
from ingestion.chunking.sections import Section, join_small, split_sections
from ingestion.chunking.splitting import Counter, Span, tear
from ingestion.parsing.document import Block, BlockKind, ParsedDocument

DEFAULT_OPTIONS = ChunkingOptions()
_MOST_SHRINK = 512  # nothing is left of title and headings
_SHORT_LEAD = 60  # tokens: "Do the following:" belongs to what follows


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk before it is counted and numbered."""

    path: tuple[str, ...]
    shrink: int
    start: int
    end: int


def chunk_document(
    document: ParsedDocument, count_tokens: TokenCounts, options: ChunkingOptions = DEFAULT_OPTIONS
) -> list[TextChunk]:
    """Passages in order, each ≤ `options.max_tokens` as `count_tokens` counts its embedded text."""
    blocks = [block.text for block in document.blocks]
    title = text_to_embed(title=document.title)
    special, of_title, *counts = count_tokens(["", title, *blocks])  # at once: asking costs more than counting
    counter = Counter(count_tokens, special)
    tokens = counter.without_special(blocks, counts)
    sections = split_sections(document.blocks, tokens)
    room = options.max_tokens - special - counter.without_special([title], [of_title])[0]
    sections = join_small(_untitled(sections, document), at_least=options.min_tokens, at_most=room)
    heads = _heads(document.title, sections, counter, options)
    packer = Packer(document, tokens, counter, options)
    passages = [
        passage for section, head in zip(sections, heads, strict=True) for passage in packer.pack(section, head)
    ]
    return _finish(document, passages, counter, options)


def _untitled(sections: list[Section], document: ParsedDocument) -> list[Section]:
    """The title is embedded with every passage; as a heading it would only come twice."""
    title = document.title.casefold()
    return [
        replace(section, path=section.path[1:]) if section.path and section.path[0].casefold() == title else section
        for section in sections
    ]


@dataclass(frozen=True, slots=True)
class Head:
    """How far title and headings were cut, and how many tokens they leave for the body."""

    shrink: int
    budget: int


def _heads(title: str, sections: Sequence[Section], counter: Counter, options: ChunkingOptions) -> list[Head]:
    """Title and headings get at most half of a passage."""
    counts = counter.count([text_to_embed(title=title, heading_path=section.path) for section in sections])
    heads = []
    for section, first in zip(sections, counts, strict=True):
        count, shrink = first, 1
        while count > options.max_tokens // 2 and shrink < _MOST_SHRINK:
            shrink *= 2
            count = counter.count([text_to_embed(title=title, heading_path=section.path, shrink=shrink)])[0]
        heads.append(Head(shrink, options.max_tokens - counter.special - count))
    return heads


@dataclass(frozen=True, slots=True)
class Packer:
    document: ParsedDocument
    tokens: Sequence[int]
    counter: Counter
    options: ChunkingOptions

    def pack(self, section: Section, head: Head) -> list[Passage]:
        """The section's passages, as even in size as its blocks allow."""
        budget = head.budget
        spans = self._spans(section, budget)
        rest = sum(span.tokens for span in spans)
        target = rest / max(-(-rest // budget), 1)
        passages: list[Passage] = []
        current: list[Span] = []
        size = 0
        for span in spans:
            is_full = size + span.tokens > budget
            is_even = size >= target and rest >= min(self.options.min_tokens, target)
            if current and (is_full or is_even):
                kept = self._lead(current)
                closed = current[: len(current) - len(kept)]
                passages.append(_passage(section, head, closed))
                current = kept or self._overlap(closed, span, budget)
                size = sum(part.tokens for part in current)
                if size + span.tokens > budget:
                    passages += [_passage(section, head, kept)] if kept else []
                    current, size = [], 0
            current.append(span)
            size += span.tokens
            rest -= span.tokens
        return [*passages, _passage(section, head, current)] if current else passages

    def _spans(self, section: Section, budget: int) -> list[Span]:
        spans: list[Span] = []
        for place in range(section.first, section.last):
            block = self.document.blocks[place]
            span = Span(block.char_start, block.char_end, self.tokens[place], place)
            if span.tokens <= budget:
                spans.append(span)
            else:
                spans += tear(self.document.text, span, kind=block.kind, limit=budget, counter=self.counter)
        return spans

    def _lead(self, spans: list[Span]) -> list[Span]:
        """What must not stand at the end of a passage: a heading, or "as follows:"."""
        kept = len(spans)
        while kept > 1 and self._is_lead(spans[kept - 1]):
            kept -= 1
        return spans[kept:]

    def _is_lead(self, span: Span) -> bool:
        block = self.document.blocks[span.block]
        ends_open = self.document.text[span.start : span.end].rstrip().endswith(":")
        return block.kind is BlockKind.HEADING or (ends_open and span.tokens <= _SHORT_LEAD)

    def _overlap(self, closed: list[Span], following: Span, budget: int) -> list[Span]:
        """The end of a passage that broke off inside a block, repeated before the block goes on."""
        if not (following.is_torn and closed[-1].block == following.block):
            return []
        wanted = int(self.options.max_tokens * self.options.overlap_share)
        room = min(int(self.options.max_tokens * 0.2), budget - following.tokens)
        overlap: list[Span] = []
        for span in reversed(closed):
            size = sum(part.tokens for part in overlap)
            if span.block != following.block or size >= wanted or size + span.tokens > room:
                break
            overlap.insert(0, span)
        return overlap or self._tail(closed[-1], min(wanted, room))

    def _tail(self, span: Span, tokens: int) -> list[Span]:
        """The last words of one long sentence, about `tokens` of it."""
        length = span.end - span.start
        start = span.end - length * tokens // max(span.tokens, 1)
        start = self.document.text.find(" ", start, span.end) + 1
        if tokens < 8 or start <= span.start:
            return []
        counted = self.counter.count([self.document.text[start : span.end]])[0]
        return [Span(start, span.end, counted, span.block, is_torn=True)] if counted <= tokens * 1.2 else []


def _passage(section: Section, head: Head, spans: Sequence[Span]) -> Passage:
    return Passage(section.path, head.shrink, spans[0].start, spans[-1].end)


def _finish(
    document: ParsedDocument, passages: list[Passage], counter: Counter, options: ChunkingOptions
) -> list[TextChunk]:
    """Count what will be embedded; a passage that came out too large is halved until it fits."""
    texts = [_embedded(document, passage) for passage in passages]
    counts = counter.count_tokens(texts) if texts else []
    while any(_is_over(passage, count, options) for passage, count in zip(passages, counts, strict=True)):
        passages = [
            part
            for passage, count in zip(passages, counts, strict=True)
            for part in (_halved(document, passage) if _is_over(passage, count, options) else [passage])
        ]
        texts = [_embedded(document, passage) for passage in passages]
        counts = counter.count_tokens(texts)
    anchors = _Anchors(document.blocks)
    return [
        TextChunk(
            ordinal=ordinal,
            heading_path=passage.path,
            anchor=anchors.before(passage.start),
            text=document.text[passage.start : passage.end],
            char_start=passage.start,
            char_end=passage.end,
            token_count=count,
            content_hash=hash_text(text),
            embedded_text=text,
        )
        for ordinal, (passage, text, count) in enumerate(zip(passages, texts, counts, strict=True))
    ]


def _is_over(passage: Passage, count: int, options: ChunkingOptions) -> bool:
    return count > options.max_tokens and passage.end - passage.start > 1


def _embedded(document: ParsedDocument, passage: Passage) -> str:
    text = document.text[passage.start : passage.end]
    return text_to_embed(title=document.title, heading_path=passage.path, text=text, shrink=passage.shrink)


def _halved(document: ParsedDocument, passage: Passage) -> list[Passage]:
    middle = (passage.start + passage.end) // 2
    space = document.text.rfind(" ", passage.start + 1, middle)
    cut = space if space > passage.start else middle
    if not document.text[passage.start : cut].strip() or not document.text[cut : passage.end].strip():
        cut = middle
    return [replace(passage, end=cut), replace(passage, start=cut)]


class _Anchors:
    """The page's anchor at or before a place in the text."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._marked = [block for block in blocks if block.anchor]
        self._starts = [block.char_start for block in self._marked]

    def before(self, position: int) -> str:
        place = bisect_right(self._starts, position)
        return self._marked[place - 1].anchor if place else ""
