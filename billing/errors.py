"""What can go wrong with counting and reading usage."""

from rapport.errors import InvalidRequest


class InvalidUsage(InvalidRequest):
    """Usage that cannot be true. The event that carries it is set aside until whoever sent it is mended."""

    code = "invalid_usage"


class InvalidPeriod(InvalidRequest):
    code = "invalid_period"
