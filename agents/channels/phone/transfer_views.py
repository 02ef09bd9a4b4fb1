"""The carrier's webhooks of a call that is put through: what the person hears first, that they take it, how their side
stands, and what follows."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from agents.channels.phone.addresses import webhook_url
from agents.channels.phone.calls import Line
from agents.channels.phone.transfers import RING_SECONDS, Dial, note_leg, note_taken, summary_of
from agents.channels.phone.twiml import Dialled, ask_for_key, dial, go_on, nothing_more, refuse
from agents.channels.phone.webhooks import field, is_of_account, seconds_in, signed, xml
from rapport.ids import Prefix, encode

CALLED_BACK = {
    "de": "Leider ist gerade niemand zu erreichen. Wir rufen Sie zurück. Auf Wiederhören.",
    "en": "Nobody can be reached right now. We will call you back. Goodbye.",
}
WHISPER = {
    "de": (
        "Ein Anruf von {name}.",
        "Ein Anruf.",
        "Es geht um: {summary}",
        "Drücken Sie eine Taste, um ihn anzunehmen.",
    ),
    "en": ("A call from {name}.", "A call.", "It is about: {summary}", "Press any key to take it."),
}


def dial_document(line: Line, asked: Dial) -> bytes:
    company, number = encode(Prefix.TENANT, line.tenant_id), encode(Prefix.PHONE_NUMBER, line.number_id)
    of_it = f"calls/{encode(Prefix.CALL, asked.call_id)}"
    return dial(
        Dialled(
            caller_id=line.number,
            callee=asked.callee,
            ring_seconds=RING_SECONDS,
            most_seconds=asked.most_seconds,
            ended_url=webhook_url(company, number, f"{of_it}/transferred"),
            leg_url=webhook_url(company, number, f"{of_it}/leg"),
            whisper_url=webhook_url(company, number, f"{of_it}/whisper") if asked.is_announced else "",
        )
    )


@signed("calls/{call}/whisper")
def whisper(request: HttpRequest, line: Line, call_id: UUID) -> HttpResponse:
    """Somebody answers: they hear who calls and why, and take the call with a key. A mailbox presses none."""
    _require_account(request, line)
    name, summary = summary_of(line, call_id=call_id)
    named, nameless, about, key = WHISPER[_language(line)]
    who, why = named.format(name=name) if name else nameless, about.format(summary=summary) if summary else ""
    company, number = encode(Prefix.TENANT, line.tenant_id), encode(Prefix.PHONE_NUMBER, line.number_id)
    taken = webhook_url(company, number, f"calls/{encode(Prefix.CALL, call_id)}/taken")
    return xml(ask_for_key([each for each in (who, why, key) if each], line.language, taken_url=taken))


@signed("calls/{call}/taken")
def take_transfer(request: HttpRequest, line: Line, call_id: UUID) -> HttpResponse:
    """A key was pressed: both are joined when this document is empty. Carriers may say, too, that none was."""
    _require_account(request, line)
    is_pressed = bool(field(request, "Digits") or field(request, "FinishedOnKey"))
    is_taken = is_pressed and note_taken(line, call_id=call_id, leg_id=field(request, "CallSid"))
    return xml(go_on() if is_taken else nothing_more())


@signed("calls/{call}/leg")
def note_transfer_leg(request: HttpRequest, line: Line, call_id: UUID) -> HttpResponse:
    _require_account(request, line)
    _note(request, line, call_id, "Call")
    return HttpResponse(status=204)


@signed("calls/{call}/transferred")
def end_transfer(request: HttpRequest, line: Line, call_id: UUID) -> HttpResponse:
    """The dialling, or the talk with the person, is over: the caller is told when it was none."""
    _require_account(request, line)
    if _note(request, line, call_id, "DialCall") == "joined":
        return xml(nothing_more())
    return xml(refuse(CALLED_BACK[_language(line)], line.language))


def _note(request: HttpRequest, line: Line, call_id: UUID, names: str) -> str | None:
    """`names`: how those fields begin that are of the person's side."""
    return note_leg(
        line,
        call_id=call_id,
        leg_id=field(request, f"{names}Sid"),
        status=field(request, f"{names}Status"),
        seconds=seconds_in(request, f"{names}Duration"),
    )


def _require_account(request: HttpRequest, line: Line) -> None:
    if not is_of_account(request, line):
        raise Http404


def _language(line: Line) -> str:
    return "de" if line.language.startswith("de") else "en"
