"""Plain text → blocks: paragraphs between blank lines, lists where lines begin with a mark."""

import re
from pathlib import PurePosixPath

from ingestion.parsing.charset import decode_text
from ingestion.parsing.document import BlockKind, DocumentKind, Draft, ParsedDocument, lay_out
from ingestion.parsing.errors import FileHasNoText
from ingestion.parsing.language import detect_language

_PARAGRAPHS = re.compile(r"\n[ \t]*\n+")
_ITEM = re.compile(r"\s*(?:[-*•–]|\d{1,3}[.)])\s+\S")
_LONGEST_TITLE = 80


def parse_text(content: bytes, *, name: str) -> ParsedDocument:
    """Lines stay as they are inside a paragraph: in plain text they may carry meaning."""
    drafts = [_draft(part) for part in _PARAGRAPHS.split(decode_text(content)) if part.strip()]
    text, blocks = lay_out(drafts)
    if not text:
        raise FileHasNoText("This file has no readable text. Upload a file that has text in it.")
    return ParsedDocument(DocumentKind.TEXT, _title(text, name), detect_language(text), text, blocks)


def _draft(part: str) -> Draft:
    lines = [line for line in part.splitlines() if line.strip()]
    is_list = len(lines) > 1 and sum(bool(_ITEM.match(line)) for line in lines) >= max(2, len(lines) / 2)
    return Draft(BlockKind.LIST if is_list else BlockKind.PARAGRAPH, "\n".join(line.rstrip() for line in lines))


def _title(text: str, name: str) -> str:
    first = text.partition("\n")[0].strip().strip("=-#* ")
    is_title = 2 < len(first) <= _LONGEST_TITLE and first[-1] not in ".:;,!?" and "\n" in text
    return first if is_title else PurePosixPath(name).stem or name
