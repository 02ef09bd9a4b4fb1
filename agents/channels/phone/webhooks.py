"""What the carriers' webhooks share: signed by the number's account, a few fields of a form, TwiML back.

What is not signed is answered as if nothing were there, before anything is read. Telnyx signs no address, so that what
it signed counts once, wherever it comes.
"""

import hashlib
import time
from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from agents.channels.phone import telnyx
from agents.channels.phone.addresses import webhook_url
from agents.channels.phone.calls import Line, find_line_at
from agents.channels.phone.signature import is_signed
from agents.channels.phone.twiml import CONTENT_TYPE
from agents.models import PhoneCarrier
from rapport import logs
from rapport.errors import RapportError, RateLimited
from rapport.ids import Prefix, decode
from rapport.ratelimits.buckets import Limit, take

log = logs.get_logger(__name__)

LONGEST = 64
# All of its tokens at once, and as long until there are new ones as what was signed early may be told.
_ONCE = Limit("signed-once", per_minute=1, burst=2 * telnyx.TOLERANCE_SECONDS // 60 + 1)

View = Callable[..., HttpResponse]


def signed(what: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """`what`: the last part of the address, with `{call}` for the id of a call of ours."""

    def wrapped(view: View) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @never_cache
        @require_POST
        @wraps(view)
        def checked(request: HttpRequest, company: str, phone: str, call: str = "") -> HttpResponse:
            line = find_line_at(company, phone)
            if line is None or not _is_theirs(request, line, webhook_url(company, phone, what.format(call=call))):
                raise Http404
            return view(request, line, call_id(call)) if call else view(request, line)

        return checked

    return wrapped


def _is_theirs(request: HttpRequest, line: Line, url: str) -> bool:
    """By the line's own carrier's rules, whatever else it bears."""
    if line.carrier == PhoneCarrier.TELNYX:
        is_whole = telnyx.is_signed(request.body, request.headers, line.secret, now=time.time())
        return is_whole and _is_first(request, line)
    form = [(name, value) for name, values in request.POST.lists() for value in values]
    return is_signed(url, form, request.headers, line.secret)


def _is_first(request: HttpRequest, line: Line) -> bool:
    """Of all that this account signs. By the text: a signature can be written in more than one way."""
    text = telnyx.signed_text(request.headers[telnyx.TIME], request.body)
    try:
        take(_ONCE, hashlib.sha256(line.secret.encode() + text).hexdigest(), tokens=_ONCE.burst)
    except RateLimited:
        return False
    return True


def call_id(text: str) -> UUID:
    try:
        return decode(Prefix.CALL, text)
    except RapportError:
        raise Http404 from None


def field(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "")[:LONGEST]


def xml(document: bytes) -> HttpResponse:
    return HttpResponse(document, content_type=CONTENT_TYPE)


def seconds_in(request: HttpRequest, name: str) -> int | None:
    told = field(request, name)
    return int(told) if told.isascii() and told.isdigit() and len(told) < 7 else None


def is_for_line(request: HttpRequest, line: Line) -> bool:
    """A call to another number of the account is not this one's, where the address does not say so by itself."""
    return line.carrier != PhoneCarrier.TELNYX or field(request, "To") == line.number


def is_from_line(request: HttpRequest, line: Line) -> bool:
    """Likewise of a call that the company makes."""
    return line.carrier != PhoneCarrier.TELNYX or field(request, "From") == line.number


def is_of_account(request: HttpRequest, line: Line) -> bool:
    told = field(request, "AccountSid")
    if told != line.account_id:
        log.info("webhook_of_another_account", number_id=str(line.number_id), told=told)
    return told == line.account_id
