"""What can go wrong between an outbox and a handler."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError

from rapport.errors import InvalidRequest, RapportError, Unavailable


class BadEnvelope(InvalidRequest):
    code = "bad_envelope"


class EventTooLarge(RapportError):
    """No bus would take it, and everything behind it would wait: a programming error, raised where it is made."""

    code = "event_too_large"


class BusUnavailable(Unavailable):
    code = "bus_unavailable"


class UnknownTopic(RapportError):
    """A topic that no one declared: a programming error."""

    code = "unknown_topic"


class LeaseLost(RapportError):
    """Another worker took the key over; this one must stop without writing anything more."""

    code = "lease_lost"
    is_retryable = True


class NotNow(RapportError):
    """A batch handler's word for an event that it leaves as it was: no attempt counts, the next turn takes it."""

    code = "not_now"
    is_retryable = True


@contextmanager
def bus_errors() -> Iterator[None]:
    """For buses that live in the database: a database that does not answer is a bus that does not answer."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise BusUnavailable(f"The event log's database does not answer: {error}") from error
