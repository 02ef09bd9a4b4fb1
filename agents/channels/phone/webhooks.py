"""What the carriers' webhooks share: signed by the number's account, a few fields of a form, TwiML back.

What is not signed is answered as if nothing were there, before anything is read.
"""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from agents.channels.phone.addresses import webhook_url
from agents.channels.phone.calls import Line, find_line_at
from agents.channels.phone.signature import is_signed
from agents.channels.phone.twiml import CONTENT_TYPE
from rapport.errors import RapportError
from rapport.ids import Prefix, decode

LONGEST = 64

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
            form = [(name, value) for name, values in request.POST.lists() for value in values]
            url = webhook_url(company, phone, what.format(call=call))
            if line is None or not is_signed(url, form, request.headers, line.secret):
                raise Http404
            return view(request, line, call_id(call)) if call else view(request, line)

        return checked

    return wrapped


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


def is_of_account(request: HttpRequest, line: Line) -> bool:
    return field(request, "AccountSid") == line.account_id
