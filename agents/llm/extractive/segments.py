"""Cuts a passage into the pieces that can be quoted: sentences, list items, table rows, records, code, headings.

Understands Markdown, and the plain text that parsing leaves of documents, by lines. Every piece is a verbatim span of
the passage; nothing is rewritten.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from agents.llm.extractive.sentences import split_sentences

SegmentKind = Literal["sentence", "item", "row", "record", "code", "heading"]
_LineKind = Literal["blank", "heading", "fence", "row", "item", "indented", "prose"]

_FENCE = re.compile(r"^\s{0,3}(```|~~~)")
_HEADING = re.compile(r"^#{1,6}\s+\S")
_ITEM = re.compile(r"^\s*(?:[-*+•‣–]|\(?\d{1,3}[.)]|[a-z][.)])\s+\S")
_ROW = re.compile(r"^\s*\|.*\|\s*$|^[^|]+(?: \|(?: [^|]*)?)+$")
_LINE_PATTERNS: tuple[tuple[_LineKind, re.Pattern[str]], ...] = (
    ("heading", _HEADING),
    ("row", _ROW),
    ("item", _ITEM),
)
_TITLE = re.compile(r"^[A-ZÀ-Þ0-9¿“\"][^<>{}=$`|]*[^.!:;,<>{}=$`|\s]$")
_COMMAND = re.compile(r"^(?:\$ |> |#|//)?[a-z_./~$-][\w./-]*(?: [^.?!]*[^.?!:,]| -.*)?$")
_CODE_SIGNS = re.compile(r"[<>{}=$`\\;]|--\w|://|\w/\w|\w_\w|\(\)")
_ENDS = re.compile(r"[.!?:…][\"'”’)]*$")
MOST_TITLE_WORDS = 12
_PAIR = re.compile(r"^[^\s:][^:]{0,39}: \S")
_INDENTED = re.compile(r"^(?: {4}|\t)\s*\S")


@dataclass(frozen=True, slots=True)
class Segment:
    """A quotable span of a passage. Segments with the same `block` stand in one paragraph, list, table or listing."""

    kind: SegmentKind
    start: int
    end: int
    block: int


@dataclass(frozen=True, slots=True)
class _Line:
    kind: _LineKind
    start: int
    end: int


def split_segments(text: str) -> list[Segment]:
    """Quotable spans of `text`, in order; together they cover everything in it except white space and fences' marks."""
    segments: list[Segment] = []
    blocks = list(_blocks(text))
    for block, (kind, lines) in enumerate(blocks):
        is_plain = kind == "prose" and len(blocks) > 1
        seen_as = _kind_among_others(text, lines, is_last=block == len(blocks) - 1) if is_plain else kind
        segments.extend(_block_segments(text, seen_as, lines, block))
    return segments


def _kind_among_others(text: str, lines: list[_Line], *, is_last: bool) -> _LineKind:
    """Plain text names no headings and no code: a short line without an end is one, lines of commands are the other."""
    written = [text[line.start : line.end] for line in lines]
    if len(lines) == 1 and not is_last and _TITLE.match(written[0]) and len(written[0].split()) <= MOST_TITLE_WORDS:
        return "heading"
    if all(_COMMAND.match(line) for line in written) or (
        not any(_ENDS.search(line) for line in written) and any(_CODE_SIGNS.search(line) for line in written)
    ):
        return "indented"
    return "prose"


def _blocks(text: str) -> Iterator[tuple[_LineKind, list[_Line]]]:
    for kind, group in groupby(_lines(text), key=lambda line: line.kind):
        lines = list(group)
        if kind != "blank":
            yield kind, lines


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    position, fence, previous = 0, "", "blank"
    for raw in text.splitlines(keepends=True):
        line = raw.rstrip()
        kind, fence = _line_kind(line, previous, fence)
        lines.append(_Line(kind, position, position + len(line)))
        position += len(raw)
        previous = kind
    return lines


def _line_kind(line: str, previous: str, fence: str) -> tuple[_LineKind, str]:
    """The line's kind, and the mark of the fence that is open after it ("" for none)."""
    mark = _FENCE.match(line)
    if fence:
        return "fence", "" if mark and mark.group(1) == fence else fence
    if mark:
        return "fence", mark.group(1)
    return _plain_line_kind(line, previous), ""


def _plain_line_kind(line: str, previous: str) -> _LineKind:
    if not line.strip():
        return "blank"
    for kind, pattern in _LINE_PATTERNS:
        if pattern.match(line):
            return kind
    if previous == "item" and line[0].isspace():
        return "item"
    if _INDENTED.match(line) and previous in ("blank", "indented"):
        return "indented"
    return "prose"


def _block_segments(text: str, kind: _LineKind, lines: list[_Line], block: int) -> Iterator[Segment]:
    start, end = lines[0].start, lines[-1].end
    if kind in ("fence", "indented"):
        yield from _listing(text, kind, lines, block)
    elif kind == "item":
        yield from _items(text, lines, block)
    elif kind == "row":
        yield from (Segment("row", line.start, line.end, block) for line in lines if _is_data_row(text, line))
    elif kind == "heading":
        yield from (Segment("heading", line.start, line.end, block) for line in lines)
    elif len(lines) > 1 and all(_PAIR.match(text[line.start : line.end]) for line in lines):
        yield Segment("record", start, end, block)
    else:
        yield from (Segment("sentence", start + a, start + b, block) for a, b in split_sentences(text[start:end]))


def _listing(text: str, kind: _LineKind, lines: list[_Line], block: int) -> Iterator[Segment]:
    inner = lines
    if kind == "fence":
        inner = [line for line in lines if not _FENCE.match(text[line.start : line.end])]
    if inner and text[inner[0].start : inner[-1].end].strip():
        yield Segment("code", inner[0].start, inner[-1].end, block)


def _items(text: str, lines: list[_Line], block: int) -> Iterator[Segment]:
    """One segment an item: its first line and the indented lines that continue it."""
    start = lines[0].start
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        if following is None or _ITEM.match(text[following.start : following.end]):
            indent = len(text[start : line.end]) - len(text[start : line.end].lstrip())
            yield Segment("item", start + indent, line.end, block)
            start = following.start if following else line.end


def _is_data_row(text: str, line: _Line) -> bool:
    return any(c.isalnum() for c in text[line.start : line.end])
