"""Why a call to the outside did not happen or was broken off."""

from rapport.errors import InvalidRequest, Unavailable


class UnsupportedUrl(InvalidRequest):
    code = "unsupported_url"


class AddressRefused(InvalidRequest):
    """The name leads into a private network, now or after a redirect."""

    code = "private_address"


class TooManyRedirects(InvalidRequest):
    code = "too_many_redirects"


class RedirectRefused(InvalidRequest):
    """The site redirects to where the caller does not want to go."""

    code = "redirect_refused"


class ResponseTooLarge(InvalidRequest):
    code = "response_too_large"


class ResponseMalformed(InvalidRequest):
    code = "response_malformed"


class HostUnreachable(Unavailable):
    code = "host_unreachable"


class OutboundTimeout(Unavailable):
    code = "outbound_timeout"
