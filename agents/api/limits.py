"""How often callers may call, and the headers that say so. https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/"""

import hashlib
import hmac

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from rapport.ratelimits.buckets import Allowance, Limit, take

API = Limit("api", per_minute=600, burst=120)  # per key, over all calls
LEAKS = Limit("leaks", per_minute=30, burst=30)  # per address
SESSIONS = Limit("sessions", per_minute=60, burst=30)  # per address
CONVERSATIONS = Limit("conversations", per_minute=20, burst=10)  # per contact, member or key
MESSAGES = Limit("messages", per_minute=40, burst=20)  # per contact, member or key


def take_by_address(limit: Limit, request: Request) -> Allowance:
    """One call of the address that the request came from; the address itself is not kept. Raises RateLimited."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    digest = hmac.new(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256).hexdigest()
    return take(limit, digest[:32])


def with_headers(response: Response, allowance: Allowance) -> Response:
    response["RateLimit-Limit"] = str(allowance.limit)
    response["RateLimit-Remaining"] = str(allowance.remaining)
    response["RateLimit-Reset"] = str(allowance.reset_seconds)
    return response
