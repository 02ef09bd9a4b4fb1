"""DOCX → blocks, from its XML, with limits on what the archive may unpack to. Macros and objects are never read."""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from lxml import etree

from ingestion.parsing.document import BlockKind, DocumentKind, Draft, Link, ParsedDocument, lay_out
from ingestion.parsing.errors import ArchiveTooLarge, DocxEncrypted, FileBroken, FileHasNoText
from ingestion.parsing.language import detect_language

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_BODY = "word/document.xml"
_MOST_UNPACKED_BYTES = 512 * 1024 * 1024  # of the whole archive, as it declares
_MOST_PART_BYTES = 64 * 1024 * 1024  # of one XML part, as it really unpacks
_MOST_RATIO = 200
_HEADING_STYLE = re.compile(r"^(?:heading|überschrift|titre|título|titolo|kop)\s*([1-9])$", re.IGNORECASE)


def parse_docx(content: bytes, *, name: str) -> ParsedDocument:
    """Raises ArchiveTooLarge (a zip bomb), DocxEncrypted, FileBroken, FileHasNoText."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _refuse_bomb(archive, len(content), name)
            body = _part(archive, _BODY, name)
            styles = _read_styles(_optional_part(archive, "word/styles.xml", name))
            relations = _relations(_optional_part(archive, "word/_rels/document.xml.rels", name))
            title = _core_title(_optional_part(archive, "docProps/core.xml", name))
    except (
        zipfile.BadZipFile,
        KeyError,
        NotImplementedError,
        EOFError,
        OSError,
        etree.XMLSyntaxError,
        ValueError,
    ) as error:
        raise FileBroken(
            f"{name} is damaged and cannot be read as a Word document. Save it again in Word and upload that copy."
        ) from error
    drafts = _drafts(body, styles)
    text, blocks = lay_out(drafts)
    if not text:
        raise FileHasNoText(f"{name} has no text in it; pictures cannot be read. Upload a document that has text.")
    top = next((draft.text for draft in drafts if draft.level == 1), "")
    title = title or top or PurePosixPath(name).stem
    return ParsedDocument(DocumentKind.DOCX, title[:300], detect_language(text), text, blocks, _links(body, relations))


def _refuse_bomb(archive: zipfile.ZipFile, size: int, name: str) -> None:
    members = archive.infolist()
    if any(member.flag_bits & 0x1 for member in members):
        raise DocxEncrypted(f"{name} is protected with a password. Remove the password and upload it again.")
    unpacked = sum(member.file_size for member in members)
    if unpacked > _MOST_UNPACKED_BYTES or (unpacked > _MOST_PART_BYTES and unpacked > size * _MOST_RATIO):
        raise _expands(name)


def _expands(name: str) -> ArchiveTooLarge:
    return ArchiveTooLarge(
        f"{name} would unpack to far more than a document needs, so it was not opened. "
        "Save it again in Word, without embedded files, and upload that copy."
    )


def _part(archive: zipfile.ZipFile, path: str, name: str) -> etree._Element:
    """One XML part. The declared size is not believed: reading stops at the limit."""
    with archive.open(path) as stream:
        content = stream.read(_MOST_PART_BYTES + 1)
    if len(content) > _MOST_PART_BYTES:
        raise _expands(name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    return etree.fromstring(content, parser=parser)


def _optional_part(archive: zipfile.ZipFile, path: str, name: str) -> etree._Element | None:
    return _part(archive, path, name) if path in archive.namelist() else None


@dataclass(frozen=True, slots=True)
class Styles:
    """What style ids mean: heading levels, and which are lists."""

    levels: dict[str, int]
    lists: frozenset[str]


def _read_styles(part: etree._Element | None) -> Styles:
    styles = list(part.iter(f"{_W}style")) if part is not None else []
    listed = {style.get(f"{_W}styleId") or "" for style in styles if style.find(f"{_W}pPr/{_W}numPr") is not None}
    levels = _heading_levels(styles)
    return Styles(levels, frozenset(listed - levels.keys()))


def _heading_levels(styles: list[etree._Element]) -> dict[str, int]:
    """Style id → heading level, by outline level or by the style's name; "Title" counts as level 1."""
    levels: dict[str, int] = {}
    for style in styles:
        identity = style.get(f"{_W}styleId") or ""
        name = _value(style, "name")
        outline = _value(style, "pPr", "outlineLvl")
        named = _HEADING_STYLE.match(name)
        if named:
            levels[identity] = min(int(named.group(1)), 6)
        elif outline.isdigit() and int(outline) < 9:
            levels[identity] = min(int(outline) + 1, 6)
        elif name.lower() == "title":
            levels[identity] = 1
    return levels


def _value(element: etree._Element, *path: str) -> str:
    found: etree._Element | None = element
    for tag in path:
        found = found.find(f"{_W}{tag}") if found is not None else None
    return (found.get(f"{_W}val") or "") if found is not None else ""


def _relations(part: etree._Element | None) -> dict[str, str]:
    if part is None:
        return {}
    return {
        relation.get("Id") or "": relation.get("Target") or ""
        for relation in part.iter(_RELATION)
        if relation.get("TargetMode") == "External"
    }


def _core_title(part: etree._Element | None) -> str:
    return (part.findtext(_TITLE) or "").strip() if part is not None else ""


def _drafts(document: etree._Element, styles: Styles) -> list[Draft]:
    body = document.find(f"{_W}body")
    drafts: list[Draft] = []
    for element in body if body is not None else ():
        drafts += _element_drafts(element, styles)
    return _merged_lists(drafts)


def _element_drafts(element: etree._Element, styles: Styles) -> list[Draft]:
    if element.tag == f"{_W}p":
        return [_paragraph(element, styles)]
    if element.tag == f"{_W}tbl":
        return [Draft(BlockKind.TABLE, "\n".join(filter(None, map(_row, element.iter(f"{_W}tr")))))]
    if element.tag == f"{_W}sdt":  # content controls wrap ordinary paragraphs
        return [draft for child in element.iter(f"{_W}p") for draft in _element_drafts(child, styles)]
    return []


def _paragraph(element: etree._Element, styles: Styles) -> Draft:
    text = _text(element)
    style = _value(element, "pPr", "pStyle")
    level = styles.levels.get(style, 0)
    if level:
        return Draft(BlockKind.HEADING, text.replace("\n", " "), level)
    properties = element.find(f"{_W}pPr")
    is_numbered = properties is not None and properties.find(f"{_W}numPr") is not None
    if text.strip() and (is_numbered or style in styles.lists):
        indent = _value(element, "pPr", "numPr", "ilvl")
        return Draft(BlockKind.LIST, f"{'  ' * int(indent if indent.isdigit() else 0)}- {text.strip()}")
    return Draft(BlockKind.PARAGRAPH, text)


def _text(element: etree._Element) -> str:
    """Visible runs in order; deleted and hidden text is not visible."""
    parts = []
    for node in element.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}noBreakHyphen"):
        run = next(node.iterancestors(f"{_W}r"), None)
        if run is not None and run.find(f"{_W}rPr/{_W}vanish") is not None:
            continue
        if node.tag == f"{_W}t":
            parts.append(node.text or "")
        else:
            parts.append("\t" if node.tag == f"{_W}tab" else "-" if node.tag.endswith("Hyphen") else "\n")
    return "".join(parts)


def _row(row: etree._Element) -> str:
    cells = [" ".join(_text(cell).split()) for cell in row.findall(f"{_W}tc")]
    return " | ".join(cells) if any(cells) else ""


def _merged_lists(drafts: list[Draft]) -> list[Draft]:
    """Word has no list element: items that follow one another become one list."""
    merged: list[Draft] = []
    for draft in drafts:
        if draft.kind is BlockKind.LIST and merged and merged[-1].kind is BlockKind.LIST:
            merged[-1] = Draft(BlockKind.LIST, f"{merged[-1].text}\n{draft.text}")
        else:
            merged.append(draft)
    return merged


def _links(document: etree._Element, relations: dict[str, str]) -> tuple[Link, ...]:
    links = []
    for element in document.iter(f"{_W}hyperlink"):
        target = relations.get(element.get(f"{_R}id") or "", "")
        if target:
            links.append(Link(target[:2_000], " ".join(_text(element).split())[:200]))
    return tuple(links)
