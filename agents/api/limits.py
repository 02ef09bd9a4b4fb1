"""How often callers may call, and the headers that say so.
https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/

What a request spends is noted on it; the middleware writes the headers of every answer, also of one that is refused.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request

from rapport.errors import RateLimited
from rapport.ratelimits.buckets import Allowance, Limit, take
from rapport.ratelimits.callers import address_of

API = Limit("api", per_minute=600, burst=120)  # per key, member or visitor, over all calls
EVENTS = Limit("events", per_minute=60_000, burst=20_000)  # events, per key or member; calls of keys are not counted
LEAKS = Limit("leaks", per_minute=30, burst=30)  # per address
SESSIONS = Limit("sessions", per_minute=60, burst=30)  # per address
CHALLENGES = Limit("challenges", per_minute=60, burst=30)  # per address
CONVERSATIONS = Limit("conversations", per_minute=20, burst=10)  # per contact, member or key
COMPLETIONS = Limit("completions", per_minute=300, burst=60)  # per key, which may speak for many people
MESSAGES = Limit("messages", per_minute=40, burst=20)  # per contact, member or key
FILES = Limit("attachments", per_minute=10, burst=20)  # per contact, member or key; of anonymous ones per address too
FILE_KILOBYTES = Limit("attached_kilobytes", per_minute=1_000, burst=100_000)  # likewise

ADDRESSES = Limit("reply_addresses", per_minute=1, burst=20)  # for answers by mail, left from one address


def spend(request: Request, limit: Limit, caller: str, *, tokens: int = 1) -> None:
    """One call of this caller, or one that does the work of several. Raises RateLimited."""
    try:
        _note(request, take(limit, caller, tokens=tokens))
    except RateLimited as error:
        _note(request, Allowance(limit.burst, 0, error.retry_after_seconds or 1))
        raise


def spend_by_address(request: Request, limit: Limit, *, tokens: int = 1) -> None:
    """A call of the address that the request came from; the address itself is not kept. Raises RateLimited."""
    spend(request, limit, address_of(request._request), tokens=tokens)


def _note(request: Request, allowance: Allowance) -> None:
    """Of several limits the caller is told of the one that ends first."""
    noted: Allowance | None = getattr(request._request, "allowance", None)
    if noted is None or allowance.remaining <= noted.remaining:
        request._request.allowance = allowance  # type: ignore[attr-defined]


class RateLimitHeadersMiddleware:
    """`RateLimit-Limit`, `-Remaining` and `-Reset` (seconds) on every answer of the API to a caller that is limited."""

    async_capable = False
    sync_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        allowance: Allowance | None = getattr(request, "allowance", None)
        if allowance is not None:
            response["RateLimit-Limit"] = str(allowance.limit)
            response["RateLimit-Remaining"] = str(allowance.remaining)
            response["RateLimit-Reset"] = str(allowance.reset_seconds)
        return response
