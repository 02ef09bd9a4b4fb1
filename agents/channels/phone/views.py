"""The carrier's webhooks: a call comes in, how it stands, and that its line is over. Each is signed by its account.

What is not signed is answered as if nothing were there, before anything is written.
"""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from agents.channels.phone.addresses import line_url, webhook_url
from agents.channels.phone.calls import Line, begin_call, note_status
from agents.channels.phone.machines import meet_machine
from agents.channels.phone.outgoing import answer_outgoing, opening_of
from agents.channels.phone.recording.remote import announce_recording, greeting_of
from agents.channels.phone.switchboard import Switchboard
from agents.channels.phone.transfer_views import dial_document
from agents.channels.phone.transfers import claim_dial
from agents.channels.phone.twiml import TELNYX_RELAY, TWILIO_RELAY, connect, nothing_more, refuse, stream
from agents.channels.phone.twiml import Line as Told
from agents.channels.phone.webhooks import field, is_for_line, is_from_line, is_of_account, seconds_in, signed, xml
from agents.errors import CallRefused
from agents.models import PhoneCarrier
from rapport import logs
from rapport.errors import RapportError
from rapport.ids import Prefix, encode

log = logs.get_logger(__name__)

SORRY = {
    "de": "Dieser Anruf kann gerade nicht angenommen werden. Bitte versuchen Sie es später noch einmal.",
    "en": "This call cannot be answered now. Please try again later.",
}


@signed("voice")
def answer_call(request: HttpRequest, line: Line) -> HttpResponse:
    """Somebody calls: the carrier is told where words go."""
    return _answer(request, line, "line", connect)


@signed("stream")
def answer_stream(request: HttpRequest, line: Line) -> HttpResponse:
    """The same where the carrier is to bring the call's sound, and words are made of it here."""
    return _answer(request, line, "media", stream)


def _answer(request: HttpRequest, line: Line, socket: str, document: Callable[[Told], bytes]) -> HttpResponse:
    carrier_id, caller = field(request, "CallSid"), field(request, "From")
    if not carrier_id or not is_of_account(request, line) or not is_for_line(request, line):
        raise Http404
    try:
        if socket == "media":
            if line.carrier == PhoneCarrier.TELNYX:
                raise CallRefused(
                    "Telnyx brings sound in frames of its own. Give the number the address that ends in /voice."
                )
            # where nobody brings sound, nothing of it is loaded
            from agents.channels.phone.audio.choosing import check_speech

            check_speech(line.tenant_id, line.language)
        call_id, word = begin_call(line, carrier_id=carrier_id, caller=caller)
    except RapportError as error:
        return _refused(line, error)
    return xml(document(_told(line, call_id, word, socket)))


@signed("calls/{call}/voice")
def answer_outgoing_call(request: HttpRequest, line: Line, call_id: UUID) -> HttpResponse:
    """Somebody answers a call of ours: the carrier is told where words go."""
    carrier_id = field(request, "CallSid")
    if not carrier_id or not is_of_account(request, line) or not is_from_line(request, line):
        raise Http404
    callee = field(request, "To") if line.carrier == PhoneCarrier.TELNYX else ""
    try:
        word = answer_outgoing(line, call_id=call_id, carrier_id=carrier_id, callee=callee)
    except RapportError as error:
        return _refused(line, error)
    told = _told(line, call_id, word, "line")
    opening = opening_of(line, call_id) or line.greeting  # no menu: callees chose nothing
    return xml(connect(replace(told, greeting=greeting_of(line, opening))))


def _refused(line: Line, error: RapportError) -> HttpResponse:
    log.info("call_refused", code=error.code, reason=error.message)
    return xml(refuse(SORRY["de" if line.language.startswith("de") else "en"], line.language))


def _told(line: Line, call_id: UUID, word: str, socket: str) -> Told:
    tenant, number = encode(Prefix.TENANT, line.tenant_id), encode(Prefix.PHONE_NUMBER, line.number_id)
    is_telnyx = line.carrier == PhoneCarrier.TELNYX  # it signs no line: the word in the address opens it
    return Told(
        socket_url=line_url(tenant, number, f"{socket}/{word}" if is_telnyx else socket),
        ended_url=webhook_url(tenant, number, "ended"),
        greeting=greeting_of(line),
        language=line.language,
        parameters={"call": encode(Prefix.CALL, call_id), "token": word},
        more=TELNYX_RELAY if is_telnyx else TWILIO_RELAY,
    )


@signed("status")
def note_call(request: HttpRequest, line: Line) -> HttpResponse:
    _note(request, line)
    return HttpResponse(status=204)


@signed("calls/{call}/status")
def note_outgoing_call(request: HttpRequest, line: Line, call_id: UUID) -> HttpResponse:
    _note(request, line, call_id)
    return HttpResponse(status=204)


@signed("calls/{call}/machine")
def note_machine(request: HttpRequest, line: Line, call_id: UUID) -> HttpResponse:
    """The carrier thinks that a mailbox answered, or a person."""
    if is_of_account(request, line):
        told = {"carrier_id": field(request, "CallSid"), "answered_by": field(request, "AnsweredBy")}
        meet_machine(line, call_id=call_id, carrier=Switchboard(), **told)
    return HttpResponse(status=204)


@signed("calls/{call}/recorded")
def note_recording(request: HttpRequest, line: Line, call_id: UUID) -> HttpResponse:
    """The carrier has a recording, or says that it has none."""
    recording_id = field(request, "RecordingSid")
    if is_of_account(request, line) and recording_id and field(request, "RecordingStatus") == "completed":
        announce_recording(line, call_id=call_id, recording_id=recording_id)
    return HttpResponse(status=204)


@signed("ended")
def end_line(request: HttpRequest, line: Line) -> HttpResponse:
    """The line is over: what follows is a person whom the caller is put through to, or nothing."""
    if field(request, "CallStatus") == "in-progress" and is_of_account(request, line):
        dial = claim_dial(line, carrier_id=field(request, "CallSid"))
        if dial is not None:
            return xml(dial_document(line, dial))
    _note(request, line)
    return xml(nothing_more())


def _note(request: HttpRequest, line: Line, call_id: UUID | None = None) -> None:
    seconds = seconds_in(request, "CallDuration")
    carrier_id, status = field(request, "CallSid"), field(request, "CallStatus")
    note_status(line, carrier_id=carrier_id, status=status, seconds=seconds, call_id=call_id)
