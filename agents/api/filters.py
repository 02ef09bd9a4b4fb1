"""Reading filters from the address: ids, times and choices, each refused by name when it is none."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from rapport.errors import InvalidId, InvalidRequest
from rapport.ids import Prefix, decode

_MOST_DIGITS = 12
_YEARS = range(1900, 3000)  # beyond them a zone's hours lead out of the calendar

SINCE = OpenApiParameter("since", OpenApiTypes.DATETIME, description="Not before this time, in ISO 8601.")
UNTIL = OpenApiParameter("until", OpenApiTypes.DATETIME, description="Before this time, in ISO 8601.")


def read_id(request: Request, name: str, prefix: Prefix) -> UUID | None:
    """None when it was not given. Raises InvalidRequest for an id of another kind."""
    text = request.query_params.get(name, "")
    try:
        return decode(prefix, text) if text else None
    except InvalidId:
        message = f"{name} is an id that looks like {prefix}_… with 26 characters after it."
        raise InvalidRequest(message, param=name) from None


def read_time(request: Request, name: str) -> datetime | None:
    """None when it was not given; UTC when it names no zone. Raises InvalidRequest."""
    text = request.query_params.get(name, "").replace(" ", "+")  # a plus sign that nobody encoded
    try:
        found = parse_datetime(text) if text else None
    except ValueError:
        found = None
    if text and found is None:
        raise InvalidRequest(f"{name} is a time in ISO 8601, for example 2026-11-26T08:00:00Z.", param=name)
    if found and found.year not in _YEARS:
        raise InvalidRequest(f"{name} is a time between the years {_YEARS.start} and {_YEARS.stop}.", param=name)
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found


def read_choice(request: Request, name: str, choices: Iterable[str]) -> str:
    """ "" when it was not given. Raises InvalidRequest."""
    text, possible = request.query_params.get(name, ""), list(choices)
    if text and text not in possible:
        raise InvalidRequest(f"{name} is one of {', '.join(possible)}.", param=name)
    return text


def read_least(request: Request, name: str) -> int:
    """A whole number from 0 up; 0 when it was not given. Raises InvalidRequest."""
    text = request.query_params.get(name, "") or "0"
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise InvalidRequest(f"{name} is a whole number from 0 up, with at most {_MOST_DIGITS} digits.", param=name)
    return int(text)
