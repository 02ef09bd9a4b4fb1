"""Pages of lists: `?limit=` and an opaque `?cursor=`; {"data", "has_more", "next_cursor"}."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from rest_framework.request import Request

from rapport.errors import InvalidRequest

Item = TypeVar("Item")
Json = dict[str, object]
DEFAULT_LIMIT = 50
MAX_LIMIT = 100


class InvalidCursor(InvalidRequest):
    code = "invalid_cursor"


def read_limit(request: Request) -> int:
    """Raises InvalidRequest unless it is a number from 1 to MAX_LIMIT."""
    text = request.query_params.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_LIMIT):
        raise InvalidRequest(f"limit is a number from 1 to {MAX_LIMIT}.", param="limit")
    return int(text)


def read_cursor(request: Request) -> str:
    """What the cursor holds; "" on the first page. Raises InvalidCursor."""
    text = request.query_params.get("cursor", "")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise _unreadable() from None


def read_id_cursor(request: Request) -> UUID | None:
    """The last id of the previous page. Raises InvalidCursor."""
    text = read_cursor(request)
    try:
        return UUID(hex=text) if text else None
    except ValueError:
        raise _unreadable() from None


def read_number_cursor(request: Request) -> int:
    """The last position of the previous page, 0 on the first. Raises InvalidCursor."""
    text = read_cursor(request) or "0"
    if not (text.isdigit() and len(text) < 10):
        raise _unreadable()
    return int(text)


def page(rows: Sequence[Item], *, limit: int, show: Callable[[Item], object], after: Callable[[Item], str]) -> Json:
    """`rows` holds one more than `limit` when there is a next page; `after` gives the cursor behind a row."""
    shown, has_more = rows[:limit], len(rows) > limit
    cursor = base64.urlsafe_b64encode(after(shown[-1]).encode()).decode().rstrip("=") if has_more else None
    return {"data": [show(row) for row in shown], "has_more": has_more, "next_cursor": cursor}


def whole(rows: Sequence[Item], *, show: Callable[[Item], object]) -> Json:
    """A list that is always short, in the shape of a page."""
    return {"data": [show(row) for row in rows], "has_more": False, "next_cursor": None}


def _unreadable() -> InvalidCursor:
    return InvalidCursor("This cursor is not one of ours. Start again without it.", param="cursor")
