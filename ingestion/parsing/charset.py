"""Bytes → text. Guesses only where the bytes say nothing, and refuses a file that mixes encodings."""

import codecs
import re

from charset_normalizer import from_bytes

from ingestion.parsing.errors import MixedEncodings, UnsupportedType

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HTML_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([a-zA-Z0-9_:.-]{2,40})""", re.IGNORECASE)
_SAMPLE_BYTES = 256 * 1024  # the guess reads no more than this


def decode_text(content: bytes, *, declared: str = "") -> str:
    """Text with "\\n" line ends and no NULs. Raises MixedEncodings or UnsupportedType."""
    text = _by_mark(content) or _by_utf8(content) or _by_declaration(content, declared) or _by_guess(content)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def declared_in_html(content: bytes) -> str:
    """The charset that a page names in its first 2 kB, or ""."""
    found = _HTML_CHARSET.search(content[:2048])
    return found.group(1).decode("ascii") if found else ""


def looks_like_utf16(content: bytes) -> bool:
    """UTF-16 without a mark: every other byte of Latin text is NUL."""
    sample = content[:2000]
    half = max(len(sample) // 2, 1)
    return max(sample[0::2].count(0), sample[1::2].count(0)) / half > 0.7


def _by_mark(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    return ""


def _by_utf8(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _by_declaration(content: bytes, declared: str) -> str:
    if not declared or declared.lower().replace("_", "-") in {"utf-8", "utf8"}:
        return ""
    try:
        return content.decode(declared)
    except (LookupError, UnicodeDecodeError):
        return ""


def _by_guess(content: bytes) -> str:
    if looks_like_utf16(content):
        little = content[1:2000:2].count(0) > content[0:2000:2].count(0)
        return content.decode("utf-16-le" if little else "utf-16-be", errors="replace")
    _refuse_mixture(content)
    best = from_bytes(content[:_SAMPLE_BYTES]).best()
    if best is None:
        raise UnsupportedType(
            "The characters of this file cannot be read: its encoding is unknown. Save it as UTF-8 and upload it again."
        )
    return content.decode(best.encoding, errors="replace")


def _refuse_mixture(content: bytes) -> None:
    """Some lines are UTF-8 beyond ASCII, others no UTF-8 at all: read either way, part turns to rubbish."""
    utf8_line = other_line = 0
    for number, line in enumerate(content.splitlines(), start=1):
        if line.isascii():
            continue
        if _by_utf8(line):
            utf8_line = utf8_line or number
        else:
            other_line = other_line or number
        if utf8_line and other_line:
            raise MixedEncodings(
                f"This file mixes character encodings: line {utf8_line} is UTF-8, line {other_line} is not. "
                "Open it in an editor, save it as UTF-8 and upload it again."
            )
