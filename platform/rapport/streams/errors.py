"""What can go wrong with live streams."""

from rapport.errors import Unavailable


class StreamsUnavailable(Unavailable):
    """The answer itself is not lost: it is in the database."""

    code = "streams_unavailable"
