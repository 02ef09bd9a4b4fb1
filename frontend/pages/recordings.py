"""What was recorded of a call, as a browser asks for sound: piece by piece, and each listening is in the audit log."""

import re

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from agents.channels.phone.recording.keeping import listen
from agents.selectors.phone import get_call
from frontend.page import Visit, asked_id, page
from rapport.ids import Prefix
from tenants.permissions import Permission

MOST_AT_ONCE = 1024 * 1024  # of a range, however much was asked for: the browser asks for the next one
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})|bytes=-(\d{1,12})")


@never_cache
@require_GET
@page(Permission.CALLS_LISTEN)
def hear_call(visit: Visit, call: str) -> HttpResponseBase:
    call_id = asked_id(Prefix.CALL, call)
    get_call(tenant_id=visit.tenant_id, call_id=call_id)
    sound = listen(tenant_id=visit.tenant_id, call_id=call_id, actor=visit.actor)
    headers = {"Accept-Ranges": "bytes", "Content-Type": "audio/wav", "Cache-Control": "no-store, private"}
    asked = visit.request.headers.get("Range")
    if asked is None:
        whole = {"Content-Length": str(sound.size)}
        return StreamingHttpResponse(sound.read(0, sound.size), headers=headers | whole)
    found = read_range(asked, sound.size)
    if found is None:
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{sound.size}"})
    start, end = found[0], min(found[1], found[0] + MOST_AT_ONCE)
    shown = {"Content-Range": f"bytes {start}-{end - 1}/{sound.size}"}
    return HttpResponse(b"".join(sound.read(start, end)), status=206, headers=headers | shown)


def read_range(asked: str, size: int) -> tuple[int, int] | None:
    """From where to before where; None for what is no range of it. RFC 9110, 14.1."""
    found = _RANGE.fullmatch(asked.strip())
    if found is None:
        return None
    first, last, suffix = found.groups()
    if suffix is not None:
        return (max(0, size - int(suffix)), size) if int(suffix) else None
    start, end = int(first), min(int(last) + 1, size) if last else size
    return (start, end) if start < end else None
