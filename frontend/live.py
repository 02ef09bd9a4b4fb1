"""The one door by which open pages hear that something changed: server-sent events that name kinds of things, and
nothing of their content. What is new a page asks for where it always does: permissions are decided in one place.

Events: `changed {topics}`, at once and then as things change, its id being the number to go on from; `beat` every ten
seconds, so that a line that died silently is noticed; and one ending: `again` (it was open for long, come back at once)
or `over` (signed out, or no longer a member).
"""

import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from frontend.page import Visit, page, signed_in_id
from frontend.session_limits import is_over
from rapport.errors import RateLimited
from rapport.streams import sse
from rapport.streams.change_reader import follow_changes
from rapport.streams.changes import get_change_board, position_of
from tenants.live import APPROVALS, CALLS, CONVERSATIONS, DOCUMENTS
from tenants.permissions import Permission
from tenants.web import current_membership

NEEDED = {
    CONVERSATIONS: Permission.CONVERSATIONS_READ,
    CALLS: Permission.CONVERSATIONS_READ,
    APPROVALS: Permission.CONVERSATIONS_READ,
    DOCUMENTS: Permission.KNOWLEDGE_READ,
}
MOST_OPEN = 8  # of one person in one process; a hidden page closes its own
LONGEST_SECONDS = 600.0
LOOK_SECONDS = 10.0  # so often it is asked whether the person still may

_open: Counter[UUID] = Counter()


@dataclass(frozen=True, slots=True)
class Standing:
    """Who listens to what, and by which session. `holds` asks the database."""

    tenant_id: UUID
    user_id: UUID
    session: SessionBase
    topics: frozenset[str]

    def holds(self) -> bool:
        """Signed in by the same session, in the same company, with every permission that the topics need."""
        close_old_connections()
        try:
            request = HttpRequest()
            request.session = type(self.session)(self.session.session_key)
            request.user = get_user(request)
            if request.user.pk != self.user_id or is_over(request.session, now=time.time()):
                return False
            membership = current_membership(request)
            if membership is None or membership.tenant.id != self.tenant_id:
                return False
            return all(Visit(request, membership).may(NEEDED[topic]) for topic in self.topics)
        finally:
            close_old_connections()


def live_at(visit: Visit) -> dict[str, object]:
    """For a page that renews itself: asked for before what it shows is read, so that nothing falls in between."""
    return {"live_after": position_of(visit.tenant_id)}


@require_GET
@page(Permission.USAGE_READ)
def hear_changes(visit: Visit) -> HttpResponseBase:
    """`?topics=conversations,calls`; those that the person may not read are left out. 204 from a server that cannot
    hold a line open: the page asks by itself then."""
    if not isinstance(visit.request, ASGIRequest):
        return HttpResponse(status=204)
    query, user_id = visit.request.GET, signed_in_id(visit.request)
    if _open[user_id] >= MOST_OPEN:
        raise RateLimited("So many pages of yours listen already.", retry_after_seconds=60)
    asked = {topic for topic in query.get("topics", "").split(",") if topic in NEEDED and visit.may(NEEDED[topic])}
    standing = Standing(visit.tenant_id, user_id, visit.request.session, frozenset(asked))
    after = _number(visit.request.headers.get("Last-Event-ID") or query.get("after", ""))
    return StreamingHttpResponse(_events(standing, after), content_type=sse.CONTENT_TYPE, headers=sse.HEADERS)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


@contextmanager
def _counted(user_id: UUID) -> Iterator[None]:
    _open[user_id] += 1
    try:
        yield
    finally:
        _open[user_id] -= 1
        if not _open[user_id]:
            del _open[user_id]


async def _events(standing: Standing, after: int) -> AsyncIterator[bytes]:
    with _counted(standing.user_id):
        yield sse.opening()
        until, looked_at = time.monotonic() + LONGEST_SECONDS, time.monotonic()
        changes = follow_changes(get_change_board(), standing.tenant_id, after=after, heartbeat_seconds=LOOK_SECONDS)
        is_first = True
        try:
            async for change in changes:
                is_due = change is None or time.monotonic() - looked_at >= LOOK_SECONDS
                if is_due:
                    looked_at = time.monotonic()
                    if not await sync_to_async(standing.holds)():
                        yield _event("over")
                        return
                if time.monotonic() > until:
                    yield _event("again")
                    return
                if change is not None and (is_first or change.topics & standing.topics):
                    is_first = False
                    yield _event("changed", {"topics": sorted(change.topics & standing.topics)}, number=change.number)
                elif is_due:
                    yield _event("beat")
        finally:
            await changes.aclose()


def _event(name: str, data: Any = None, *, number: int | None = None) -> bytes:
    number_line = "" if number is None else f"id: {number}\n"
    return f"{number_line}event: {name}\ndata: {json.dumps(data or {})}\n\n".encode()
