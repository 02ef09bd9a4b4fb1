"""The carrier's webhooks: a call comes in, how it stands, and that its line is over. Each is signed by its account.

What is not signed is answered as if nothing were there, before anything is written.
"""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from agents.channels.phone.addresses import line_url, webhook_url
from agents.channels.phone.calls import Line, begin_call, find_line_at, note_status
from agents.channels.phone.outgoing import answer_outgoing
from agents.channels.phone.signature import is_signed
from agents.channels.phone.twiml import CONTENT_TYPE, connect, nothing_more, refuse, stream
from agents.channels.phone.twiml import Line as Told
from rapport import logs
from rapport.errors import RapportError
from rapport.ids import Prefix, decode, encode

log = logs.get_logger(__name__)

LONGEST = 64
SORRY = {
    "de": "Dieser Anruf kann gerade nicht angenommen werden. Bitte versuchen Sie es später noch einmal.",
    "en": "This call cannot be answered now. Please try again later.",
}

View = Callable[..., HttpResponse]


def _signed(what: str) -> Callable[[View], Callable[..., HttpResponse]]:
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
            return view(request, line, _call_id(call)) if call else view(request, line)

        return checked

    return wrapped


@_signed("voice")
def answer_call(request: HttpRequest, line: Line) -> HttpResponse:
    """Somebody calls: the carrier is told where words go."""
    return _answer(request, line, "line", connect)


@_signed("stream")
def answer_stream(request: HttpRequest, line: Line) -> HttpResponse:
    """The same where the carrier is to bring the call's sound, and words are made of it here."""
    return _answer(request, line, "media", stream)


def _answer(request: HttpRequest, line: Line, socket: str, document: Callable[[Told], bytes]) -> HttpResponse:
    carrier_id, caller = _field(request, "CallSid"), _field(request, "From")
    if not carrier_id or _field(request, "AccountSid") != line.account_id:
        raise Http404
    try:
        if socket == "media":
            from agents.channels.phone.audio.answering import (
                check_speech,
            )  # where nobody brings sound, nothing of it is loaded

            check_speech(line.language)
        call_id, word = begin_call(line, carrier_id=carrier_id, caller=caller)
    except RapportError as error:
        return _refused(line, error)
    return _xml(document(_told(line, call_id, word, socket)))


@_signed("calls/{call}/voice")
def answer_outgoing_call(request: HttpRequest, line: Line, call_id: UUID) -> HttpResponse:
    """Somebody answers a call of ours: the carrier is told where words go."""
    carrier_id = _field(request, "CallSid")
    if not carrier_id or _field(request, "AccountSid") != line.account_id:
        raise Http404
    try:
        word = answer_outgoing(line, call_id=call_id, carrier_id=carrier_id)
    except RapportError as error:
        return _refused(line, error)
    return _xml(connect(_told(line, call_id, word, "line")))


def _refused(line: Line, error: RapportError) -> HttpResponse:
    log.info("call_refused", code=error.code, reason=error.message)
    return _xml(refuse(SORRY["de" if line.language.startswith("de") else "en"], line.language))


def _told(line: Line, call_id: UUID, word: str, socket: str) -> Told:
    tenant, number = encode(Prefix.TENANT, line.tenant_id), encode(Prefix.PHONE_NUMBER, line.number_id)
    return Told(
        socket_url=line_url(tenant, number, socket),
        ended_url=webhook_url(tenant, number, "ended"),
        greeting=line.greeting,
        language=line.language,
        parameters={"call": encode(Prefix.CALL, call_id), "token": word},
    )


@_signed("status")
def note_call(request: HttpRequest, line: Line) -> HttpResponse:
    _note(request, line)
    return HttpResponse(status=204)


@_signed("calls/{call}/status")
def note_outgoing_call(request: HttpRequest, line: Line, call_id: UUID) -> HttpResponse:
    _note(request, line, call_id)
    return HttpResponse(status=204)


@_signed("ended")
def end_line(request: HttpRequest, line: Line) -> HttpResponse:
    """The line is over: nothing follows it."""
    _note(request, line)
    return _xml(nothing_more())


def _note(request: HttpRequest, line: Line, call_id: UUID | None = None) -> None:
    told = _field(request, "CallDuration")
    seconds = int(told) if told.isascii() and told.isdigit() and len(told) < 7 else None
    carrier_id, status = _field(request, "CallSid"), _field(request, "CallStatus")
    note_status(line, carrier_id=carrier_id, status=status, seconds=seconds, call_id=call_id)


def _call_id(text: str) -> UUID:
    try:
        return decode(Prefix.CALL, text)
    except RapportError:
        raise Http404 from None


def _field(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "")[:LONGEST]


def _xml(document: bytes) -> HttpResponse:
    return HttpResponse(document, content_type=CONTENT_TYPE)
