"""What can go wrong between an outbox and a handler."""

from rapport.errors import InvalidRequest, RapportError, Unavailable


class BadEnvelope(InvalidRequest):
    code = "bad_envelope"


class BusUnavailable(Unavailable):
    code = "bus_unavailable"


class UnknownTopic(RapportError):
    """A topic that no one declared: a programming error."""

    code = "unknown_topic"


class LeaseLost(RapportError):
    """Another worker took the key over; this one must stop without writing anything more."""

    code = "lease_lost"
    is_retryable = True
