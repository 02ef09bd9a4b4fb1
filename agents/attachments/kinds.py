"""What kind an attached file is: told by its content, never believed from its name; and which name it may bear.

Pictures by their first bytes, the rest as ingestion tells it. A name has to fit the kind, so that what somebody opens
later is what it was taken for.
"""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from agents.errors import AttachmentEmpty, AttachmentName, AttachmentTooLarge, WrongAttachmentKind
from ingestion.parsing.document import DocumentKind
from ingestion.parsing.errors import FileEmpty, ParsingError
from ingestion.parsing.sniffing import kind_of
from tenants.attachments import AttachmentRules

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Kind:
    """`suffixes`: that its name may have, the first is its own; `media_type`: as which it is served."""

    label: str
    media_type: str
    suffixes: tuple[str, ...]
    is_picture: bool = False


KINDS = {
    "png": Kind("PNG", "image/png", (".png",), is_picture=True),
    "jpeg": Kind("JPEG", "image/jpeg", (".jpg", ".jpeg"), is_picture=True),
    "webp": Kind("WebP", "image/webp", (".webp",), is_picture=True),
    "gif": Kind("GIF", "image/gif", (".gif",), is_picture=True),
    "pdf": Kind("PDF", "application/pdf", (".pdf",)),
    "text": Kind("text", "text/plain", (".txt", ".text", ".md", ".log")),
    "csv": Kind("CSV", "text/csv", (".csv", ".tsv")),
}
_PICTURES = (
    ("png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("jpeg", re.compile(rb"\xff\xd8\xff")),
    ("webp", re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
    ("gif", re.compile(rb"GIF8[79]a")),
)
_TEXTS = {DocumentKind.TEXT: "text", DocumentKind.MARKDOWN: "text", DocumentKind.CSV: "csv", DocumentKind.PDF: "pdf"}


def check_file(content: bytes, *, name: str, rules: AttachmentRules) -> str:
    """The kind of a file that these rules allow. Raises AttachmentTooLarge, AttachmentEmpty, WrongAttachmentKind,
    AttachmentName."""
    check_size(len(content), rules)
    kind = _find_kind(content, name)
    if kind not in rules.kinds:
        raise WrongAttachmentKind(f"Files of this kind cannot be sent here. Possible are {_listed(rules)}.")
    if PurePosixPath(name.lower()).suffix not in KINDS[kind].suffixes:
        wanted = " or ".join(KINDS[kind].suffixes)
        raise AttachmentName(
            f"This file holds {KINDS[kind].label}, but its name says otherwise. It has to end in {wanted}."
        )
    return kind


def check_size(size: int, rules: AttachmentRules) -> None:
    """Raises AttachmentTooLarge, AttachmentEmpty."""
    if size > rules.most_bytes:
        raise AttachmentTooLarge(f"This file is too large: at most {rules.megabytes} MB are possible.", param="file")
    if size == 0:
        raise AttachmentEmpty("This file is empty. Choose one that has something in it.", param="file")


def check_name(name: str) -> str:
    """A name that is safe to show, and to save a file under. Raises AttachmentName."""
    name = " ".join(name.split(" ")).strip()
    if not name or name.startswith(".") or len(name) > LONGEST_NAME:
        raise AttachmentName(
            f"A file's name has 1 to {LONGEST_NAME} characters, and no point at its beginning.", param="name"
        )
    if not name.isprintable() or set(name) & set('/\\:*?"<>|') or ".." in name:
        raise AttachmentName(
            "A file's name has no path and no control characters in it. Rename the file.", param="name"
        )
    return name


def _find_kind(content: bytes, name: str) -> str:
    """ "" for what no company can allow."""
    picture = next((kind for kind, start in _PICTURES if start.match(content)), "")
    if picture:
        return picture
    try:
        kind = _TEXTS.get(kind_of(content, name=name), "")
    except FileEmpty:
        raise AttachmentEmpty("This file is empty. Choose one that has something in it.", param="file") from None
    except ParsingError:
        return ""
    is_inside_another = kind == "pdf" and not content.lstrip().startswith(b"%PDF-")
    return "" if is_inside_another else kind


def _listed(rules: AttachmentRules) -> str:
    return ", ".join(KINDS[each].label for each in rules.kinds)
