"""An address when somebody enters it: what is wrong is said at once. The wall is the check at each connection."""

from urllib.parse import urlsplit

from rapport.errors import InvalidRequest
from rapport.outbound.client import check_url
from rapport.outbound.errors import UnsupportedUrl
from rapport.outbound.transport import configured_allow_list, refuse_private


class NotEncrypted(InvalidRequest):
    """http:// to a host for which the operator has not allowed it."""

    code = "address_not_encrypted"


def entered_url(text: str, *, longest: int, may_have_query: bool = False) -> str:
    """The address without surrounding space, to which secrets or data of a company may go.

    Raises UnsupportedUrl for none, one with a user, a # or (unless it may have one) a query, and one longer than
    `longest` characters; NotEncrypted for http:// to a host that the operator has not allowed; AddressRefused for one
    that leads into a private network.
    """
    url = check_url(text)
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise _unreadable() from None
    host = parts.hostname or ""
    is_readable = url.isprintable() and not any(each.isspace() for each in url)
    has_more = parts.username is not None or bool(parts.fragment) or (bool(parts.query) and not may_have_query)
    if not host or not is_readable or len(url) > longest or has_more:
        raise _unreadable()
    if parts.scheme != "https" and not (parts.scheme == "http" and configured_allow_list().names(host, port)):
        raise NotEncrypted("The address begins with https://.")
    refuse_private(url)
    return url


def _unreadable() -> UnsupportedUrl:
    return UnsupportedUrl("This is no address that can be called.")
