"""Why a document could not be read. Each has a stable code and a sentence that says what to do.

They cross a process border as (code, message), so they are rebuilt by code: `error_for`.
"""

from rapport.errors import InvalidRequest


class ParsingError(InvalidRequest):
    """The document cannot be read. Trying again with the same bytes changes nothing unless `is_retryable`."""

    code = "document_unreadable"


class DocumentEmpty(ParsingError):
    code = "document_empty"


class DocumentHasNoText(ParsingError):
    code = "document_has_no_text"


class DocumentTypeUnsupported(ParsingError):
    code = "document_type_unsupported"


class DocumentTypeMismatch(ParsingError):
    code = "document_type_mismatch"


class DocumentBroken(ParsingError):
    code = "document_broken"


class DocumentEncrypted(ParsingError):
    code = "document_encrypted"


class DocumentEncodingMixed(ParsingError):
    code = "document_encoding_mixed"


class DocumentExpandsTooFar(ParsingError):
    code = "document_expands_too_far"


class DocumentTooLarge(ParsingError):
    code = "document_too_large"
    status = 413


class DocumentTooLong(ParsingError):
    code = "document_too_long"


class ParsingTimedOut(ParsingError):
    code = "document_parsing_timed_out"


class ParsingOutOfMemory(ParsingError):
    code = "document_parsing_out_of_memory"


class ParserCrashed(ParsingError):
    code = "document_parser_crashed"


class ParserUnavailable(ParsingError):
    """The parser process cannot be started; the document is not at fault."""

    code = "document_parser_unavailable"
    status = 503
    type = "api_error"
    is_retryable = True


def error_for(code: str, message: str) -> ParsingError:
    """The error with this code; an unknown code is a crash of the parser."""
    for kind in ParsingError.__subclasses__():
        if kind.code == code:
            return kind(message)
    return ParserCrashed(message)
