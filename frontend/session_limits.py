"""How long a sign-in lasts: so long without use, and so long at the most. Past either the person signs in again.

After the middleware that knows who is signed in.
"""

import time
from collections.abc import Callable

from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse

from rapport.config import get_config

BEGAN, SEEN = "began_at", "seen_at"  # in the session, seconds since 1970
_NOTED_EVERY = 600  # seconds; each note is a write


class SessionLimitsMiddleware:
    """Ends sessions that were idle for SESSION_IDLE_HOURS or are older than SESSION_MOST_HOURS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            keep_or_end(request, now=time.time())
        return self.get_response(request)


def is_over(session: SessionBase, *, now: float) -> bool:
    config, began, seen = get_config(), session.get(BEGAN, now), session.get(SEEN, now)
    return bool(now - began > config.session_most_hours * 3600 or now - seen > config.session_idle_hours * 3600)


def keep_or_end(request: HttpRequest, *, now: float) -> None:
    """A session from before there were limits begins now."""
    session = request.session
    began, seen = session.get(BEGAN, now), session.get(SEEN, now)
    if is_over(session, now=now):
        logout(request)
        return
    if BEGAN not in session or now - seen > _NOTED_EVERY:
        session[BEGAN], session[SEEN] = began, now
