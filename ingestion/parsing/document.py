"""What parsing yields: a canonical text, and the blocks (headings, paragraphs, lists, tables, code) that lie in it.

Every offset is a character offset into `ParsedDocument.text`, so that a citation can open the passage.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class DocumentKind(StrEnum):
    MARKDOWN = "markdown"
    HTML = "html"
    TEXT = "text"
    PDF = "pdf"
    DOCX = "docx"
    CSV = "csv"


class BlockKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Block:
    """`text == document.text[char_start:char_end]`. `level` is 1–6 for headings, else 0. `anchor` is the page's own
    fragment ("install" for `#install`, "page=3" in a PDF) or ""."""

    kind: BlockKind
    level: int
    text: str
    char_start: int
    char_end: int
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link as written (not resolved). `is_content` is false for navigation, headers and footers."""

    target: str
    text: str
    is_content: bool = True


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """`language` is ISO 639-1 or "". `metadata` holds what a page says of itself (canonical, robots, base)."""

    kind: DocumentKind
    title: str
    language: str
    text: str
    blocks: tuple[Block, ...]
    links: tuple[Link, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A block before it has a place in the text."""

    kind: BlockKind
    text: str
    level: int = 0
    anchor: str = ""


SEPARATOR = "\n\n"


def lay_out(drafts: Sequence[Draft]) -> tuple[str, tuple[Block, ...]]:
    """Join the drafts that hold any text, blank line between, and give each its offsets."""
    blocks: list[Block] = []
    position = 0
    for draft in drafts:
        text = draft.text.strip("\n") if draft.kind is BlockKind.CODE else draft.text.strip()
        if not text.strip():
            continue
        end = position + len(text)
        blocks.append(Block(draft.kind, draft.level, text, position, end, draft.anchor))
        position = end + len(SEPARATOR)
    return SEPARATOR.join(block.text for block in blocks), tuple(blocks)
