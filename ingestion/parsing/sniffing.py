"""Which kind a file is: by its first bytes, then by its name; where the two disagree it says so.

Content wins over the name (a PDF called notes.txt is read as a PDF, a page saved as .txt as a page); only text under
the name of a PDF or Word file is refused, because a name alone does not make one.
"""

import re
import zipfile
from io import BytesIO
from pathlib import PurePosixPath

from ingestion.parsing.charset import looks_like_utf16
from ingestion.parsing.document import DocumentKind
from ingestion.parsing.errors import (
    DocxEncrypted,
    FileBroken,
    FileEmpty,
    UnsupportedType,
    WrongExtension,
)

SUPPORTED = "Markdown, HTML, text, PDF, Word (.docx) and CSV"

_BY_EXTENSION = {
    ".md": DocumentKind.MARKDOWN,
    ".markdown": DocumentKind.MARKDOWN,
    ".mdx": DocumentKind.MARKDOWN,
    ".html": DocumentKind.HTML,
    ".htm": DocumentKind.HTML,
    ".xhtml": DocumentKind.HTML,
    ".txt": DocumentKind.TEXT,
    ".text": DocumentKind.TEXT,
    ".pdf": DocumentKind.PDF,
    ".docx": DocumentKind.DOCX,
    ".csv": DocumentKind.CSV,
    ".tsv": DocumentKind.CSV,
}
_BY_TYPE = {
    "text/markdown": DocumentKind.MARKDOWN,
    "text/html": DocumentKind.HTML,
    "application/xhtml+xml": DocumentKind.HTML,
    "text/plain": DocumentKind.TEXT,
    "application/pdf": DocumentKind.PDF,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": DocumentKind.DOCX,
    "text/csv": DocumentKind.CSV,
    "text/tab-separated-values": DocumentKind.CSV,
}
_FOREIGN = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a sound, film or picture file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"SQLite format 3", "a database file"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
    (b"\x00\x00\x00\x18ftyp", "a film"),
    (b"\x00\x00\x00\x20ftyp", "a film"),
)
_HTML_START = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(rb"<(?:p|div|h[1-6]|ul|ol|table|a|br|span|section|article|title|script|pre)\b[^>]*>", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 27}) + b"\x7f"
_BINARY = {DocumentKind.PDF, DocumentKind.DOCX}
_LABELS = {
    DocumentKind.MARKDOWN: "a Markdown file",
    DocumentKind.HTML: "an HTML page",
    DocumentKind.TEXT: "plain text",
    DocumentKind.PDF: "a PDF",
    DocumentKind.DOCX: "a Word document (.docx)",
    DocumentKind.CSV: "a CSV table",
}


def kind_of(content: bytes, *, name: str, content_type: str = "") -> DocumentKind:
    """The kind to parse as. Raises FileEmpty, UnsupportedType, WrongExtension, DocxEncrypted or
    FileBroken; each says what to do."""
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise FileEmpty("This file is empty. Upload a file that has text in it.")
    declared = _declared_kind(name, content_type)
    binary = _binary_kind(content, name)
    if binary is not None:
        return binary
    _refuse_junk(content, name)
    if declared in _BINARY:
        _refuse_text_named_binary(declared, content, name)
    return _text_kind(content, declared)


def _declared_kind(name: str, content_type: str) -> DocumentKind | None:
    by_name = _BY_EXTENSION.get(PurePosixPath(name.lower()).suffix)
    return by_name or _BY_TYPE.get(content_type.partition(";")[0].strip().lower())


def _binary_kind(content: bytes, name: str) -> DocumentKind | None:
    if b"%PDF-" in content[:1024]:
        return DocumentKind.PDF
    if content.startswith(b"PK\x03\x04"):
        return _zip_kind(content, name)
    if content.startswith(_OLE):
        _refuse_ole(content, name)
    return None


def _zip_kind(content: bytes, name: str) -> DocumentKind:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise FileBroken(
            f"{_shown(name)} is damaged: its contents cannot be unpacked. "
            "Export or download it again and upload that copy."
        ) from error
    if "word/document.xml" in members:
        return DocumentKind.DOCX
    raise UnsupportedType(
        f"{_shown(name)} is {_zip_label(members)}, which is not supported. "
        f"Supported are {SUPPORTED}; export it as one of these."
    )


def _zip_label(members: set[str]) -> str:
    if any(member.startswith("xl/") for member in members):
        return "an Excel workbook"
    if any(member.startswith("ppt/") for member in members):
        return "a PowerPoint presentation"
    return "an OpenDocument or e-book file" if "mimetype" in members else "a zip archive"


def _refuse_ole(content: bytes, name: str) -> None:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise DocxEncrypted(
            f"{_shown(name)} is protected with a password. Remove the protection "
            "(in Word: File, Info, Protect Document) and upload it again."
        )
    raise UnsupportedType(f"{_shown(name)} is in an old Office format. Save it as .docx or PDF and upload that copy.")


def _refuse_junk(content: bytes, name: str) -> None:
    sample = content[:8192]
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    for magic, label in _FOREIGN:
        if controls and content.startswith(magic):
            raise UnsupportedType(f"{_shown(name)} is {label}. Supported are {SUPPORTED}.")
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")) or looks_like_utf16(content):
        return
    if controls > len(sample) * 0.02:
        raise UnsupportedType(f"{_shown(name)} holds binary data, not text. Supported are {SUPPORTED}.")


def _refuse_text_named_binary(declared: DocumentKind, content: bytes, name: str) -> None:
    if declared is DocumentKind.PDF and b"%%EOF" in content[-2048:]:
        raise FileBroken(f"{_shown(name)} is damaged: its beginning is missing. Export it again and upload that copy.")
    actual = _LABELS[_text_kind(content, None)]
    raise WrongExtension(
        f"{_shown(name)} says it is {_LABELS[declared]}, but it holds {actual}. "
        "Give it the right extension, or upload the file that was meant."
    )


def _text_kind(content: bytes, declared: DocumentKind | None) -> DocumentKind:
    if _HTML_START.match(content[:4096]):
        return DocumentKind.HTML
    if declared is DocumentKind.HTML:
        is_page = _TAG.search(content[:65536]) or looks_like_utf16(content)
        return DocumentKind.HTML if is_page else DocumentKind.TEXT
    return declared if declared is not None and declared not in _BINARY else DocumentKind.TEXT


def _shown(name: str) -> str:
    return name if len(name) <= 80 else f"{name[:77]}…"
