"""`chunk_document`: sections, then blocks packed up to the limit, blocks torn only when they cannot fit."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingestion.chunking.chunk import ChunkingOptions, TextChunk, TokenCounts, hash_text, text_to_embed
from ingestion.chunking.sections import Section, join_small, split_sections
from ingestion.chunking.splitting import Counter, Span, tear
from ingestion.parsing.document import Block, BlockKind, ParsedDocument

DEFAULT_OPTIONS = ChunkingOptions()
_LEAST_BUDGET = 24  # tokens of body, however long the title and headings are
_SHORT_LEAD = 60  # tokens: "Do the following:" belongs to what follows


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk before it is counted and numbered."""

    path: tuple[str, ...]
    start: int
    end: int


def chunk_document(
    document: ParsedDocument, count_tokens: TokenCounts, options: ChunkingOptions = DEFAULT_OPTIONS
) -> list[TextChunk]:
    """Passages in order, each ≤ `options.max_tokens` as `count_tokens` counts its embedded text."""
    counter = Counter(count_tokens, count_tokens([""])[0])
    tokens = counter.count([block.text for block in document.blocks])
    sections = split_sections(document.blocks, tokens)
    room = options.max_tokens - counter.special - counter.count([text_to_embed(title=document.title)])[0]
    sections = join_small(_untitled(sections, document), at_least=options.min_tokens, at_most=room)
    budgets = _budgets(document.title, sections, counter, options)
    packer = Packer(document, tokens, counter, options)
    passages = [
        passage for section, budget in zip(sections, budgets, strict=True) for passage in packer.pack(section, budget)
    ]
    return _finish(document, passages, counter, options)


def _untitled(sections: list[Section], document: ParsedDocument) -> list[Section]:
    """The title is embedded with every passage; as a heading it would only come twice."""
    title = document.title.casefold()
    return [
        replace(section, path=section.path[1:]) if section.path and section.path[0].casefold() == title else section
        for section in sections
    ]


def _budgets(title: str, sections: Sequence[Section], counter: Counter, options: ChunkingOptions) -> list[int]:
    """Tokens left for the body under each section's title and headings."""
    heads = counter.count([text_to_embed(title=title, heading_path=section.path) for section in sections])
    return [max(options.max_tokens - counter.special - head, _LEAST_BUDGET) for head in heads]


@dataclass(frozen=True, slots=True)
class Packer:
    document: ParsedDocument
    tokens: Sequence[int]
    counter: Counter
    options: ChunkingOptions

    def pack(self, section: Section, budget: int) -> list[Passage]:
        """The section's passages, as even in size as its blocks allow."""
        spans = self._spans(section, budget)
        rest = sum(span.tokens for span in spans)
        target = rest / max(-(-rest // budget), 1)
        passages: list[Passage] = []
        current: list[Span] = []
        for span in spans:
            size = sum(part.tokens for part in current)
            is_full = size + span.tokens > budget
            is_even = size >= target and rest >= min(self.options.min_tokens, target)
            if current and (is_full or is_even):
                kept = self._lead(current)
                closed = current[: len(current) - len(kept)]
                passages.append(_passage(section, closed))
                current = kept or self._overlap(closed, span, budget)
                if sum(part.tokens for part in current) + span.tokens > budget:
                    passages += [_passage(section, kept)] if kept else []
                    current = []
            current.append(span)
            rest -= span.tokens
        return [*passages, _passage(section, current)] if current else passages

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


def _passage(section: Section, spans: Sequence[Span]) -> Passage:
    return Passage(section.path, spans[0].start, spans[-1].end)


def _finish(
    document: ParsedDocument, passages: list[Passage], counter: Counter, options: ChunkingOptions
) -> list[TextChunk]:
    """Count what will be embedded; a passage that came out too large is halved until it fits."""
    texts = [_embedded(document, passage) for passage in passages]
    counts = counter.count_tokens(texts) if texts else []
    while any(count > options.max_tokens for count in counts):
        passages = [
            part
            for passage, count in zip(passages, counts, strict=True)
            for part in (_halved(document, passage) if count > options.max_tokens else [passage])
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


def _embedded(document: ParsedDocument, passage: Passage) -> str:
    return text_to_embed(
        title=document.title, heading_path=passage.path, text=document.text[passage.start : passage.end]
    )


def _halved(document: ParsedDocument, passage: Passage) -> list[Passage]:
    middle = (passage.start + passage.end) // 2
    space = document.text.rfind(" ", passage.start + 1, middle)
    cut = space if space > passage.start else middle
    if not document.text[passage.start : cut].strip() or not document.text[cut : passage.end].strip():
        cut = middle
    return [Passage(passage.path, passage.start, cut), Passage(passage.path, cut, passage.end)]


class _Anchors:
    """The page's anchor at or before a place in the text."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._marked = [block for block in blocks if block.anchor]
        self._starts = [block.char_start for block in self._marked]

    def before(self, position: int) -> str:
        place = bisect_right(self._starts, position)
        return self._marked[place - 1].anchor if place else ""
