"""Reading a body: JSON with a limit of its own, since Django's is for forms only. What cannot be read is an error that
says so, whatever was sent.
"""

import json
from collections.abc import Mapping
from typing import IO, Any, ClassVar

from django.conf import settings
from rest_framework.parsers import JSONParser

from rapport.errors import BodyTooLarge, InvalidJson

MAX_DEPTH = 64


class BoundedJsonParser(JSONParser):
    """JSON of at most `max_bytes`, nested at most MAX_DEPTH deep. Raises BodyTooLarge, InvalidJson."""

    max_bytes: ClassVar[int] = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 2 * 1024 * 1024

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        return read_json(read_bounded(stream, self.max_bytes))


def read_bounded(stream: IO[Any], max_bytes: int) -> bytes:
    """All of it. Raises BodyTooLarge before more than that is held."""
    body: bytes = stream.read(max_bytes + 1)
    if len(body) > max_bytes:
        raise BodyTooLarge(
            f"The body has more than {max_bytes:,} bytes, the most that this call takes. Send less at once."
        )
    return body


def read_json(body: bytes) -> Any:
    """Raises InvalidJson for what is not JSON, and for what no database or program of ours could hold."""
    try:
        content = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant, parse_float=_finite)
    except UnicodeDecodeError:
        raise InvalidJson("The body is not UTF-8. Encode it so.") from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise InvalidJson(f"The body is not JSON: {error}.") from None
    _check(content, 0)
    return content


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise ValueError(f"{text[:20]} is too large a number")
    return number


def _check(content: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise _too_deep()
    match content:
        case str():
            _check_text(content)
        case dict():
            for key, value in content.items():
                _check_text(key)
                _check(value, depth + 1)
        case list():
            for value in content:
                _check(value, depth + 1)


def _check_text(text: str) -> None:
    """PostgreSQL keeps no NUL in text, and half a character has no bytes."""
    if "\x00" in text or not _is_encodable(text):
        raise InvalidJson("A text in the body holds a NUL, or half of a character (a lone surrogate). Leave it out.")


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _too_deep() -> InvalidJson:
    return InvalidJson(f"The body is nested more than {MAX_DEPTH} deep. Send it flatter.")
