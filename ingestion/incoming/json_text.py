"""JSON from outside, so that whatever was sent can be kept by any database."""

import json
import re
from typing import Any

from rapport.errors import InvalidJson

_UNSTORABLE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def parse(body: bytes) -> Any:
    """Raises InvalidJson. NUL and halves of characters, which no database takes, are left out."""
    try:
        value = json.loads(body, parse_constant=_refuse)
        return clean(value) if _UNSTORABLE.search(body) else value
    except (ValueError, RecursionError):
        raise InvalidJson("The body is not JSON. Send UTF-8, and numbers without NaN.") from None


def dumps(value: object) -> str:
    """As short as it can be. Raises ValueError for numbers that no JSON can say."""
    return _ENCODER.encode(value)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def clean(value: Any) -> Any:
    """Without what no database takes."""
    if isinstance(value, str):
        return _NOT_TEXT.sub("", value)
    if isinstance(value, list):
        return [clean(each) for each in value]
    if isinstance(value, dict):
        return {clean(name): clean(each) for name, each in value.items()}
    return value
