"""Why a document could not be read. Each has a stable code and a sentence that says what to do.

They cross a process border as (code, message), so they are rebuilt by code (`error_for`). docs/knowledge.md lists them.
"""

from rapport.errors import InvalidRequest


class ParsingError(InvalidRequest):
    """The document cannot be read. Trying again with the same bytes changes nothing unless `is_retryable`."""

    code = "file_unreadable"


class FileEmpty(ParsingError):
    code = "file_empty"


class FileTooLarge(ParsingError):
    code = "file_too_large"
    status = 413


class FileTooLong(ParsingError):
    code = "file_too_long"


class UnsupportedType(ParsingError):
    code = "unsupported_type"


class WrongExtension(ParsingError):
    code = "wrong_extension"


class FileBroken(ParsingError):
    code = "file_broken"


class PdfEncrypted(ParsingError):
    code = "pdf_encrypted"


class DocxEncrypted(ParsingError):
    code = "docx_encrypted"


class PdfHasNoText(ParsingError):
    code = "pdf_no_text"


class FileHasNoText(ParsingError):
    code = "no_text"


class MixedEncodings(ParsingError):
    code = "mixed_encodings"


class ArchiveTooLarge(ParsingError):
    code = "archive_too_large"


class ParseLimitReached(ParsingError):
    """Memory or time."""

    code = "parse_limit"


class ParserCrashed(ParsingError):
    code = "parser_crashed"


class ParserUnavailable(ParsingError):
    """The parser process cannot be started; the document is not at fault."""

    code = "parser_unavailable"
    status = 503
    type = "api_error"
    is_retryable = True


def error_for(code: str, message: str) -> ParsingError:
    """The error with this code; an unknown code is a crash of the parser."""
    for kind in ParsingError.__subclasses__():
        if kind.code == code:
            return kind(message)
    return ParserCrashed(message)
