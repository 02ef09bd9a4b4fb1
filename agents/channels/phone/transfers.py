"""A call is put through to a person: asked for, dialled once by the carrier, joined or not, over.

The carrier tells of the person's side of it in any order and twice. Of two things told the one that says more stays,
see OUTCOMES; the minutes of that side are counted once. Where nobody takes it, the caller is promised a call back: the
conversation waits in the inbox since the agent handed it over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from agents.channels.phone.calls import Line, Session, end_call, record_of_call
from agents.channels.phone.counting import count_transfer
from agents.errors import ConversationClosed, ConversationNotFound
from agents.inbox.state import close
from agents.models import (
    Call,
    CallState,
    CallTransfer,
    Conversation,
    ConversationState,
    Message,
    MessageRole,
    PhoneNumber,
)
from agents.transcript import append_message
from ingestion.contacts.selectors import get_contacts
from tenants.actors import SYSTEM
from tenants.context import tenant_scope, tenant_transaction

# From the one that says least. "cancelled": the caller hung up before; "not_taken": who answered did not take it.
OUTCOMES = ("", "failed", "cancelled", "no_answer", "busy", "not_taken", "joined")
RING_SECONDS = 25
LONGEST_SUMMARY = 280  # characters that are spoken before somebody takes a call
_ENDINGS = {
    "completed": "not_taken",
    "answered": "not_taken",
    "no-answer": "no_answer",
    "busy": "busy",
    "failed": "failed",
    "canceled": "cancelled",
}
_TALKS = frozenset({"completed", "answered", "in-progress"})  # somebody took it up
_NOBODY = {
    "en": "Nobody took the call that was put through. The caller was promised a call back.",
    "de": "Niemand nahm den durchgestellten Anruf an. Dem Anrufer wurde ein Rückruf versprochen.",
}


@dataclass(frozen=True, slots=True)
class Dial:
    """What the carrier is told to dial, and for how long."""

    call_id: UUID
    callee: str
    is_announced: bool
    most_seconds: int


def begin_transfer(session: Session) -> bool:
    """The line is about to end, and the call goes on to a person. False where the number has nobody, and when it was
    put through before."""
    with tenant_transaction(session.tenant_id):
        call = _held(session.call_id)
        if call is None or call.state != CallState.TALKING or session.line not in (0, call.lines):
            return False
        rows = PhoneNumber.objects.filter(calls=call, is_enabled=True)
        number = rows.exclude(transfer_to="").first()
        if number is None or CallTransfer.objects.filter(call=call).exists():
            return False
        CallTransfer.objects.create(call=call, callee=number.transfer_to, is_announced=number.is_transfer_announced)
        call.state, call.seen_at = CallState.TRANSFER, timezone.now()
        call.save(update_fields=["state", "seen_at"])
        record_of_call(call, "call.transfer_begun", to=number.transfer_to)
    return True


def claim_dial(line: Line, *, carrier_id: str = "", call_id: UUID | None = None) -> Dial | None:
    """Once for a transfer: whoever asks tells the carrier. None when there is nothing to dial any more."""
    which = Q(carrier_id=carrier_id) if call_id is None else Q(id=call_id)
    with tenant_transaction(line.tenant_id):
        rows = Call.objects.select_for_update().filter(phone_id=line.number_id, state=CallState.TRANSFER)
        call = rows.filter(which).first()
        transfer = _transfer(call) if call else None
        if call is None or transfer is None or transfer.dialled_at or transfer.ended_at:
            return None
        transfer.dialled_at = call.seen_at = timezone.now()
        transfer.save(update_fields=["dialled_at"])
        call.save(update_fields=["seen_at"])
    return Dial(call.id, transfer.callee, transfer.is_announced, _seconds_left(line, call))


def give_dial_back(line: Line, dial: Dial) -> None:
    """The carrier was not told after all."""
    with tenant_transaction(line.tenant_id):
        CallTransfer.objects.filter(call_id=dial.call_id, ended_at=None).update(dialled_at=None)


def summary_of(line: Line, *, call_id: UUID) -> tuple[str, str]:
    """Who calls and in a sentence why, for who is asked to take the call: what was written for colleagues, or what the
    caller said last. Either is "" where it is not known, and where there is no such transfer."""
    with tenant_scope(line.tenant_id):
        call = Call.objects.filter(id=call_id, phone_id=line.number_id, state=CallState.TRANSFER).first()
        conversation = Conversation.objects.filter(id=call.conversation_id).first() if call else None
        if call is None or conversation is None:
            return "", ""
        contact = get_contacts(tenant_id=line.tenant_id, contact_ids=[call.contact_id]).get(call.contact_id)
        said = Message.objects.filter(conversation=conversation, role=MessageRole.CONTACT).order_by("-sequence")
        text = conversation.handoff_summary or said.values_list("text", flat=True).first() or ""
    return (contact.name if contact else ""), shortened(text)


def shortened(text: str) -> str:
    """The first sentences that fit, else words."""
    text = " ".join(text.split())
    if len(text) <= LONGEST_SUMMARY:
        return text
    head = text[:LONGEST_SUMMARY]
    end = max(head.rfind(each) for each in (". ", "! ", "? "))
    return head[: end + 1] if end > 0 else head[: head.rfind(" ")]


def note_taken(line: Line, *, call_id: UUID, leg_id: str) -> bool:
    """The person pressed a key: they are joined. False where the call is no more, or another leg asks."""
    with tenant_transaction(line.tenant_id):
        found = _found(line, call_id, leg_id)
        if found is None or found[1].ended_at:
            return False
        _note(*found, is_taken=True, status="in-progress")
    return True


def note_leg(line: Line, *, call_id: UUID, leg_id: str, status: str, seconds: int | None = None) -> str | None:
    """The carrier says how the person's side stands, by a status callback or as the end of the dialling. The outcome by
    now; None where there is no such transfer. `seconds`: that the side lasted, where it is told."""
    with tenant_transaction(line.tenant_id):
        found = _found(line, call_id, leg_id)
        if found is None:
            return None
        call, transfer = found
        _note(call, transfer, status=status, seconds=seconds, is_taken=False)
        if call.state == CallState.ENDED and transfer.outcome == "joined":  # what came before said less
            end_call(tenant_id=line.tenant_id, call_id=call_id, reason="transferred")
        return transfer.outcome


def close_transfers(*, tenant_id: UUID, at: datetime, waits_until: datetime) -> int:
    """Those whose calls are over end; those that ended before `waits_until` are counted by our own clock where the
    carrier did not tell. How many."""
    with tenant_scope(tenant_id):
        rows = CallTransfer.objects.filter(counted_at=None, call__state=CallState.ENDED)
        ids = [each.call_id for each in rows.select_related("call")[:500] if _is_due(each, waits_until)]
    for call_id in ids:
        with tenant_transaction(tenant_id):
            call = _held(call_id)
            transfer = _transfer(call) if call else None
            if call is None or transfer is None:
                continue
            _end(call, transfer, "cancelled", call.ended_at or at)
            if transfer.ended_at and transfer.ended_at < waits_until:
                count_transfer(call, transfer)
            transfer.save()
    return len(ids)


def _is_due(transfer: CallTransfer, waits_until: datetime) -> bool:
    return transfer.ended_at is None or transfer.ended_at < waits_until


def _note(call: Call, transfer: CallTransfer, *, status: str, is_taken: bool, seconds: int | None = None) -> None:
    now = timezone.now()
    if call.state == CallState.TRANSFER:
        call.seen_at = now
        call.save(update_fields=["seen_at"])
    talks = is_taken or (status in _TALKS and not transfer.is_announced)
    if talks and transfer.joined_at is None:
        transfer.joined_at = now - timedelta(seconds=seconds or 0)
    if (outcome := _ENDINGS.get(status)) is not None:
        if transfer.leg_seconds is None and status in _TALKS:
            transfer.leg_seconds = seconds
        _end(call, transfer, outcome, now)
        if transfer.leg_seconds is not None:
            count_transfer(call, transfer)
    transfer.save()


def _end(call: Call, transfer: CallTransfer, outcome: str, at: datetime) -> None:
    """Told again, only what says more counts."""
    outcome = "joined" if transfer.joined_at else outcome
    is_first = transfer.ended_at is None
    is_news = OUTCOMES.index(outcome) > OUTCOMES.index(transfer.outcome)
    if is_first:
        transfer.ended_at = at
    if not is_news:
        return
    before, transfer.outcome = transfer.outcome, outcome
    if outcome == "joined":
        record_of_call(call, "call.transferred", to=transfer.callee)
        _close_conversation(call)
    elif is_first and not before:
        record_of_call(call, "call.transfer_failed", to=transfer.callee, outcome=outcome)
        _tell_colleagues(call, transfer)


def _close_conversation(call: Call) -> None:
    """Nobody has to answer what a person has answered by telephone; a colleague who took it meanwhile keeps it."""
    waits = Conversation.objects.filter(id=call.conversation_id, state=ConversationState.WAITING).exists()
    if waits:
        try:
            close(tenant_id=call.tenant_id, conversation_id=call.conversation_id, actor=SYSTEM)
        except (ConversationClosed, ConversationNotFound):
            return


def _tell_colleagues(call: Call, transfer: CallTransfer) -> None:
    conversation = Conversation.objects.select_for_update().filter(id=call.conversation_id).first()
    language = call.phone.language if call.phone else ""
    if conversation is not None and transfer.outcome != "cancelled":
        text = _NOBODY["de" if language.startswith("de") else "en"]
        append_message(conversation, role=MessageRole.SYSTEM, text=text)


def _found(line: Line, call_id: UUID, leg_id: str) -> tuple[Call, CallTransfer] | None:
    """Held, with the leg's id kept. None where it is another leg's."""
    call = Call.objects.select_for_update().filter(id=call_id, phone_id=line.number_id).first()
    transfer = _transfer(call) if call else None
    if call is None or transfer is None or transfer.dialled_at is None:
        return None
    if leg_id and transfer.leg_id and leg_id != transfer.leg_id:
        return None
    transfer.leg_id = transfer.leg_id or leg_id
    return call, transfer


def _held(call_id: UUID) -> Call | None:
    return Call.objects.select_for_update().filter(id=call_id).first()


def _transfer(call: Call) -> CallTransfer | None:
    return CallTransfer.objects.select_for_update().filter(call=call).first()


def _seconds_left(line: Line, call: Call) -> int:
    lasted = (timezone.now() - (call.answered_at or timezone.now())).total_seconds()
    return max(60, round(line.most_seconds - lasted))
