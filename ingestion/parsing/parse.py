"""The door to the parsers: bytes and what they are called → a `ParsedDocument`. Runs inside the parser process."""

from collections.abc import Callable
from importlib import import_module

from ingestion.parsing.document import DocumentKind, ParsedDocument
from ingestion.parsing.errors import FileTooLong
from ingestion.parsing.sniffing import kind_of

MOST_CHARACTERS = 10_000_000  # of canonical text; about 3,000 book pages

# Modules are loaded when first needed: a PDF reader costs 50 MB that a website never uses.
_PARSERS = {
    DocumentKind.MARKDOWN: ("ingestion.parsing.markdown", "parse_markdown"),
    DocumentKind.HTML: ("ingestion.parsing.html", "parse_html"),
    DocumentKind.TEXT: ("ingestion.parsing.text", "parse_text"),
    DocumentKind.PDF: ("ingestion.parsing.pdf", "parse_pdf"),
    DocumentKind.DOCX: ("ingestion.parsing.docx", "parse_docx"),
    DocumentKind.CSV: ("ingestion.parsing.csv_records", "parse_csv"),
}


def load_parser(kind: DocumentKind) -> Callable[..., ParsedDocument]:
    module, function = _PARSERS[kind]
    parser: Callable[..., ParsedDocument] = getattr(import_module(module), function)
    return parser


def parse(content: bytes, *, name: str, content_type: str = "") -> ParsedDocument:
    """Parse in this process, without limits; callers outside the parser process use `sandbox`. Raises ParsingError."""
    kind = kind_of(content, name=name, content_type=content_type)
    document = load_parser(kind)(content, name=name, **_charset(kind, content_type))
    if len(document.text) > MOST_CHARACTERS:
        raise FileTooLong(
            f"{name} holds more than {MOST_CHARACTERS:,} characters of text. Split it into several files."
        )
    return document


def _charset(kind: DocumentKind, content_type: str) -> dict[str, str]:
    """The charset of an HTTP Content-Type header, which counts for pages only."""
    if kind is not DocumentKind.HTML or "charset=" not in content_type.lower():
        return {}
    return {"declared_charset": content_type.lower().partition("charset=")[2].split(";")[0].strip("\"' ")}
