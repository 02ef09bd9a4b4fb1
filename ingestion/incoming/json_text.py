"""JSON from outside, so that whatever was sent can be kept by any database."""

import json
import re
from typing import Any

from rapport.errors import InvalidJson

_UNSTORABLE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


def parse(body: bytes) -> Any:
    """Raises InvalidJson. NUL and halves of characters, which no database takes, are left out."""
    try:
        value = json.loads(body, parse_constant=_refuse)
        return _clean(value) if _UNSTORABLE.search(body) else value
    except (ValueError, RecursionError):
        raise InvalidJson("The body is not JSON. Send UTF-8, and numbers without NaN.") from None


def dumps(value: object) -> str:
    """As short as it can be. Raises ValueError for numbers that no JSON can say."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _NOT_TEXT.sub("", value)
    if isinstance(value, list):
        return [_clean(each) for each in value]
    if isinstance(value, dict):
        return {_clean(name): _clean(each) for name, each in value.items()}
    return value
