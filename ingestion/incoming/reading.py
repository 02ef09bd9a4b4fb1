"""Reading one event or many, within their limits; each of many on its own."""

import re
from collections.abc import Callable, Sequence

from pydantic_core import to_json

from ingestion.incoming.event import MOST_BYTES, MOST_EVENTS, EventTooBig, Incoming, InvalidEvent, Rejected
from ingestion.incoming.json_text import dumps
from rapport.errors import InvalidRequest

_CONSTANT = re.compile(rb"Infinity|NaN")


def read_each(
    many: object, read: Callable[[object], Incoming], *, name: str
) -> tuple[Sequence[Incoming], Sequence[Rejected]]:
    """Those that are right, and what is wrong with the others: one wrong event holds no other up. `name[17].…` is how
    they are called. Raises InvalidEvent when it is no list, or there are too many or none."""
    if not isinstance(many, list) or not 0 < len(many) <= MOST_EVENTS:
        raise InvalidEvent(f"{name} is a list of at least one and at most {MOST_EVENTS:,} events.", param=name)
    events: list[Incoming] = []
    rejected: list[Rejected] = []
    for position, each in enumerate(many):
        try:
            events.append(read_one(each, read))
        except InvalidRequest as error:
            rest = f".{error.param}" if error.param else ""
            rejected.append(Rejected(f"{name}[{position}]{rest}", error.code, error.message))
    return events, rejected


def read_one(one: object, read: Callable[[object], Incoming]) -> Incoming:
    """Raises InvalidEvent, EventTooBig."""
    size = _size(one)
    if size > MOST_BYTES:
        raise EventTooBig(f"This event has {size:,} bytes; at most {MOST_BYTES:,} are possible.")
    return read(one)


def _size(one: object) -> int:
    """In bytes, as short as it can be written. Raises InvalidEvent."""
    try:
        text = to_json(one, inf_nan_mode="constants")
        if _CONSTANT.search(text):  # a number, or the word in a text: only the slower way tells
            dumps(one)
    except (ValueError, RecursionError):
        raise InvalidEvent("It holds a number that JSON cannot say.") from None
    return len(text)
