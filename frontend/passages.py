"""A document's text cut at its passages, so that a page can show each one and open at the one that was cited."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ingestion.selectors import PassageView


@dataclass(frozen=True, slots=True)
class Piece:
    """Text between passages has no `passage`. `before`, `quoted`, `after` join to the piece's text."""

    before: str
    quoted: str
    after: str
    passage: PassageView | None = None
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link asks to see: a passage, and characters `start` to `end` of the document's text inside it."""

    passage_id: UUID | None = None
    start: int = -1
    end: int = -1


def cut_text(text: str, passages: Sequence[PassageView], asked: Asked, *, begin: int = 0) -> list[Piece]:
    """The text from `begin` on, in order, nothing lost and nothing twice, even where passages overlap."""
    pieces: list[Piece] = []
    at = begin
    for passage in sorted(passages, key=lambda each: (each.char_start, each.ordinal)):
        if passage.char_end <= begin or passage.char_start >= len(text):
            continue
        start = max(at, passage.char_start)
        if start > at and text[at:start].strip():
            pieces.append(Piece(text[at:start].strip("\n"), "", ""))
        pieces.append(_piece(text, start, max(start, passage.char_end), passage, asked))
        at = max(at, passage.char_end)
    if text[at:].strip():
        pieces.append(Piece(text[at:].strip("\n"), "", ""))
    return pieces


def window_around(asked: Asked, passages: Sequence[PassageView], *, size: int, whole: int) -> tuple[int, int]:
    """Which `size` characters of a text of `whole` to show, so that what was asked for is among them."""
    start = asked.start
    if start < 0:
        start = next((each.char_start for each in passages if each.id == asked.passage_id), 0)
    begin = 0 if start < size else min(start - size // 2, whole - size)
    return max(begin, 0), min(begin + size, whole)


def find_quote(text: str, passages: Sequence[PassageView], quote: str) -> Asked:
    """The first place where the text says exactly that, and the passage that holds it; nothing when it does not."""
    start = text.find(quote)
    if start < 0:
        return Asked()
    holder = next((each for each in passages if each.char_start <= start < each.char_end), None)
    return Asked(holder.id if holder else None, start, start + len(quote))


def _piece(text: str, start: int, end: int, passage: PassageView, asked: Asked) -> Piece:
    is_asked = passage.id == asked.passage_id
    low, high = max(start, asked.start), min(end, asked.end)
    if asked.start < 0 or low >= high:
        return Piece(text[start:end].strip("\n"), "", "", passage, is_asked)
    return Piece(text[start:low].lstrip("\n"), text[low:high], text[high:end].rstrip("\n"), passage, is_asked)
