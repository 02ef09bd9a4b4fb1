"""One event as a tenant's system sent it, read and checked; and what both ways of writing one have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ingestion.contacts.errors import InvalidIdentity
from ingestion.contacts.identities import RESERVED, normalise
from ingestion.models import IdentityKind
from rapport.errors import InvalidRequest

Json = dict[str, Any]
MOST_EVENTS = 1000  # of one call
MOST_BYTES = 64 * 1024  # of one event: what CloudEvents asks everyone to take


class InvalidEvent(InvalidRequest):
    code = "invalid_event"


class EventTooBig(InvalidRequest):
    code = "event_too_large"
    status = 413


@dataclass(frozen=True, slots=True)
class Incoming:
    """`kind`: "identify", "track", "page", "screen", "group", "alias", or "event" for a CloudEvent. `who`: see
    `ContactEvent`, whose columns these are."""

    source: str
    event_id: str
    kind: str
    name: str
    occurred_at: datetime
    who: Mapping[str, str] = field(default_factory=dict)
    traits: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)


class Rejected(NamedTuple):
    """An event that was not taken, and why; `param` names the event and what in it is wrong."""

    param: str
    code: str
    message: str


YEARS = range(1970, 2200)  # a clock that says another is not a clock


def read_time(value: object, param: str) -> datetime:
    """RFC 3339, with its zone, of a year with which one can calculate. Raises InvalidEvent."""
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
        if moment.tzinfo is not None and moment.year in YEARS:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise InvalidEvent("Write the time with its zone, for example 2026-11-26T09:30:00Z.", param=param)


def read_text(value: object, param: str, *, longest: int) -> str:
    """Raises InvalidEvent unless it is a text of this length, not empty."""
    if not isinstance(value, str) or not value.strip():
        raise InvalidEvent(f"{param} is missing: write it as a text.", param=param)
    if len(value) > longest:
        raise InvalidEvent(f"{param} has {len(value)} characters; at most {longest} are possible.", param=param)
    return value


def read_object(value: object, param: str) -> Json:
    """{} for nothing. Raises InvalidEvent for what is no object."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidEvent(f"{param} is an object: {{…}}.", param=param)
    return value


def read_identity(kind: IdentityKind, value: object, param: str) -> str:
    """Normalised; numbers are ids, too. Raises InvalidEvent."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InvalidEvent(f"{param} is a text.", param=param)
    try:
        known = normalise(kind, str(value))
    except InvalidIdentity as error:
        raise InvalidEvent(error.message, param=param) from None
    if kind == IdentityKind.EXTERNAL_ID and known.value.startswith(RESERVED):
        raise InvalidEvent(f"An id of your own cannot begin with {RESERVED!r}.", param=param)
    return known.value


def identity_in(kind: IdentityKind, value: object) -> dict[str, str]:
    """The same for what is no more than a trait: nothing where it cannot be one."""
    try:
        return {kind.value: read_identity(kind, value, kind.value)} if value else {}
    except InvalidEvent:
        return {}
