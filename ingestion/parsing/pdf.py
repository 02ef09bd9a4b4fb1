"""PDF → blocks: text by page, headings from the outline, running headers gone. Pictures are not read."""

import re
from collections import Counter
from io import BytesIO
from pathlib import PurePosixPath

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError
from pypdf.generic import Destination

from ingestion.parsing.document import BlockKind, DocumentKind, Draft, ParsedDocument, lay_out
from ingestion.parsing.errors import FileBroken, FileTooLong, PdfEncrypted, PdfHasNoText
from ingestion.parsing.language import detect_language

_MOST_PAGES = 3_000
_NUMBERED_HEADING = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+[A-ZÀ-Þ][^.!?]{2,80}$")
_ITEM = re.compile(r"^\s*(?:[-•*–▪‣]|\d{1,2}[.)])\s+")
_SENTENCE_END = (".", "!", "?", ":", "…", "”", '"')
_DIGITS = re.compile(r"\d+")


def parse_pdf(content: bytes, *, name: str) -> ParsedDocument:
    """Each page's first block has the anchor "page=N". Raises FileBroken, PdfEncrypted, PdfHasNoText."""
    try:
        reader = _open(content, name)
        pages = _page_lines(reader)
        outline = _outline(reader)
        title = _title(reader, outline, name)
    except (FileNotDecryptedError, DependencyError) as error:
        raise _encrypted(name) from error
    except RecursionError as error:
        raise _broken(name) from error
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError, OSError) as error:
        raise _broken(name) from error  # a hostile or damaged file raises whatever it meets inside the library
    drafts = [draft for number, lines in enumerate(pages, start=1) for draft in _page_drafts(lines, number, outline)]
    text, blocks = lay_out(drafts)
    if len(text.strip()) < 2 * max(len(pages), 1):
        raise PdfHasNoText(
            f"{name} has pages but no text in them; it is probably a scan. Run text recognition (OCR) over it and "
            "upload the result."
        )
    return ParsedDocument(DocumentKind.PDF, title, detect_language(text), text, blocks)


def _broken(name: str) -> FileBroken:
    return FileBroken(f"{name} is damaged and cannot be read as a PDF. Export it again and upload that copy.")


def _encrypted(name: str) -> PdfEncrypted:
    return PdfEncrypted(f"{name} is protected with a password. Remove the password and upload it again.")


def _open(content: bytes, name: str) -> PdfReader:
    reader = PdfReader(BytesIO(content), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise _encrypted(name)
    if len(reader.pages) > _MOST_PAGES:
        raise FileTooLong(f"{name} has more than {_MOST_PAGES:,} pages. Split it into several files.")
    return reader


def _page_lines(reader: PdfReader) -> list[list[str]]:
    pages = [[line.rstrip() for line in page.extract_text().splitlines()] for page in reader.pages]
    repeated = _running_lines(pages)
    return [[line for line in lines if _shape(line) not in repeated] for lines in pages]


def _running_lines(pages: list[list[str]]) -> set[str]:
    """Lines (digits aside) that stand at the top or bottom of most pages: headers, footers, page numbers."""
    if len(pages) < 4:
        return set()
    counts: Counter[str] = Counter()
    for lines in pages:
        filled = [line for line in lines if line.strip()]
        counts.update({_shape(line) for line in [*filled[:2], *filled[-2:]]})
    return {shape for shape, count in counts.items() if shape and count > len(pages) * 0.6}


def _shape(line: str) -> str:
    return _DIGITS.sub("#", line.strip())


def _outline(reader: PdfReader) -> dict[tuple[int, str], int]:
    """(page number, title) → level, from the bookmarks; empty when there are none or they are damaged."""
    found: dict[tuple[int, str], int] = {}

    def walk(entries: list[object], level: int) -> None:
        for entry in entries:
            if isinstance(entry, list):
                walk(entry, min(level + 1, 6))
            elif isinstance(entry, Destination) and entry.title:
                page = reader.get_destination_page_number(entry)
                found[((page if page is not None else -1) + 1, _key(str(entry.title)))] = level

    try:
        walk(list(reader.outline), 1)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    return found


def _key(text: str) -> str:
    return "".join(text.split()).casefold()


def _title(reader: PdfReader, outline: dict[tuple[int, str], int], name: str) -> str:
    information = reader.metadata
    title = str((information.title if information else "") or "").strip()
    is_real = len(title) > 2 and not title.lower().endswith((".doc", ".docx", ".pdf", ".indd", ".tex"))
    return (
        title[:300]
        if is_real and not title.lower().startswith(("untitled", "microsoft word"))
        else PurePosixPath(name).stem
    )


def _page_drafts(lines: list[str], number: int, outline: dict[tuple[int, str], int]) -> list[Draft]:
    drafts: list[Draft] = []
    for group in _groups(lines, number, outline):
        level = _heading_level(group[0], number, outline) if len(group) == 1 else 0
        if level:
            kind = BlockKind.HEADING
        else:
            kind = BlockKind.LIST if len(group) > 1 and all(map(_ITEM.match, group)) else BlockKind.PARAGRAPH
        text = "\n".join(group) if kind is BlockKind.LIST else _joined(group)
        drafts.append(Draft(kind, text, level, f"page={number}"))
    return drafts


def _heading_level(line: str, number: int, outline: dict[tuple[int, str], int]) -> int:
    level = outline.get((number, _key(line)), 0)
    numbered = None if outline else _NUMBERED_HEADING.match(line.strip())
    return level or (min(numbered.group(1).count(".") + 1, 6) if numbered else 0)


def _groups(lines: list[str], number: int, outline: dict[tuple[int, str], int]) -> list[list[str]]:
    """Lines that belong together. A paragraph ends at a blank line, a heading, a list mark, or a short closing line."""
    widest = max((len(line) for line in lines), default=0)
    groups: list[list[str]] = [[]]
    for line in lines:
        if not line.strip():
            groups.append([])
        elif _heading_level(line, number, outline):
            groups += [[line.strip()], []]
        elif _ITEM.match(line):
            is_in_list = bool(groups[-1]) and bool(_ITEM.match(groups[-1][0]))
            groups[-1].append(line.strip()) if is_in_list else groups.append([line.strip()])
        else:
            _continue(groups[-1], line.strip())
            if line.rstrip().endswith(_SENTENCE_END) and len(line) < widest * 0.75:
                groups.append([])
    return [group for group in groups if group]


def _continue(group: list[str], line: str) -> None:
    if group and _ITEM.match(group[0]):
        group[-1] = _joined([group[-1], line])
    else:
        group.append(line)


def _joined(lines: list[str]) -> str:
    """One line; a word cut at the line's end is put together again."""
    text = ""
    for line in lines:
        if text.endswith("-") and len(text) > 1 and text[-2].isalpha() and line[:1].islower():
            text = text[:-1] + line
        else:
            text = f"{text} {line}" if text else line
    return text
