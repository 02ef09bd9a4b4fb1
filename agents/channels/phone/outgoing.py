"""Calls that the company makes: asked for, placed once at its carrier, taken up when somebody answers.

A call is dialled at most once. It is marked as being dialled before the carrier is asked; a worker that is killed then,
or a carrier that does not say what became of it, leaves it so. When the telephone did ring, the carrier's own webhooks
take the call up; when nothing is heard for three minutes it is lost, and a person decides whether to try again.
"""

import hashlib
import secrets
import time
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from agents.channels.phone.addresses import webhook_url
from agents.channels.phone.calls import Line, digest_of, end_call, find_line, no_id_yet
from agents.channels.phone.campaigns.holding import hold_campaign
from agents.channels.phone.carriers import Carrier, CarrierBusy, CarrierRefused, Order, OutcomeUnknown
from agents.channels.phone.machines import detection_of
from agents.channels.phone.permission import number_to_call
from agents.errors import CallNotAllowed, CallRefused, CarrierCannotCall, PhoneNumberNotFound
from agents.models import Call, CallDirection, CallState, Conversation
from agents.services.conversations import start_conversation
from agents.topics import CALL_REQUESTED, OUTGOING_CALLS
from billing.errors import PaymentOverdue, QuotaExhausted
from billing.models import Meter
from billing.quotas import CALLS, check_quota, require_quota
from ingestion.contacts.errors import ContactNotFound
from rapport import logs
from rapport.errors import RateLimited
from rapport.events.envelope import Event
from rapport.events.outbox import publish
from rapport.ids import Prefix, encode, new_id
from rapport.ratelimits.buckets import Limit, take
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope, tenant_transaction

log = logs.get_logger(__name__)

PACE = Limit("calls-out", per_minute=60, burst=1)  # of a company at one carrier's account
MOST_AT_ONCE = 10  # of a company at one carrier's account; the next one waits
FULL_SECONDS = 5
UNDER_WAY = (CallState.DIALLING, CallState.RINGING, CallState.TALKING, CallState.TRANSFER)
PATIENCE_SECONDS = 20.0  # for its turn, before the worker does something else meanwhile


@dataclass(frozen=True, slots=True)
class _Ready:
    call_id: UUID
    order: Order


def request_call(
    *,
    tenant_id: UUID,
    number_id: UUID,
    contact_id: UUID,
    actor: Actor,
    opening: str = "",
    instructions: str = "",
) -> UUID:
    """The contact is called from this number, as soon as it is its turn. `opening`: said first, in place of the
    number's greeting; `instructions`: for the agent in this call. Raises PhoneNumberNotFound, ContactNotFound and
    CallNotAllowed's kinds, QuotaExhausted, PaymentOverdue."""
    check_quota(Meter.MESSAGES, *CALLS, tenant_id=tenant_id)
    line = calling_line(tenant_id=tenant_id, number_id=number_id)
    callee = number_to_call(tenant_id=tenant_id, contact_id=contact_id)
    call_id = new_id()
    conversation_id = start_conversation(
        tenant_id=tenant_id,
        agent_id=line.agent_id,
        contact_id=contact_id,
        actor=actor,
        channel="phone",
        idempotency_key=f"call:{call_id}",
    )
    with tenant_transaction(tenant_id):
        call = Call.objects.create(
            id=call_id,
            phone_id=line.number_id,
            number=line.number,
            callee=callee,
            direction=CallDirection.OUTBOUND,
            state=CallState.QUEUED,
            conversation_id=conversation_id,
            contact_id=contact_id,
            carrier=line.carrier,
            carrier_id=no_id_yet(call_id),
            opening=opening,
            instructions=instructions,
        )
        data = {"call_id": str(call_id)}
        event = Event(CALL_REQUESTED, tenant_id, _account_key(line), data, subject=encode(Prefix.CALL, call_id))
        publish(OUTGOING_CALLS, event)
        _record(actor, call)
    return call_id


def calling_line(*, tenant_id: UUID, number_id: UUID) -> Line:
    """Of a number from which calls can be made. Raises PhoneNumberNotFound, CarrierCannotCall."""
    line = find_line(tenant_id=tenant_id, number_id=number_id)
    if line is None:
        raise PhoneNumberNotFound(
            "There is no such telephone number, or nobody answers there.", param="phone_number_id"
        )
    if not line.can_call:
        raise CarrierCannotCall(
            "Telnyx makes calls by an API key and a TeXML application. Enter both for this number on the page Phone.",
            param="phone_number_id",
        )
    return line


def opening_of(line: Line, call_id: UUID) -> str:
    """What this call of ours begins with; "" for the number's own greeting."""
    with tenant_scope(line.tenant_id):
        return Call.objects.filter(id=call_id).values_list("opening", flat=True).first() or ""


def place_call(*, tenant_id: UUID, call_id: UUID, carrier: Carrier, pace: Limit = PACE) -> None:
    """Once, however often it is asked. Raises RateLimited when it is not its turn yet, and CarrierBusy when the carrier
    certainly did not place it: both are tried again."""
    line = _line_of(tenant_id, call_id)
    if line is None:
        return
    _wait_for_turn(tenant_id, line, pace)
    ready = _begin_dialling(tenant_id, call_id, line)
    if ready is None:
        return
    try:
        carrier_id = carrier.place(ready.order)
    except CarrierBusy:
        _back_in_line(tenant_id, call_id)
        raise
    except CarrierRefused as error:
        log.info("call_not_placed", call_id=str(call_id), reason=error.message)
        end_call(tenant_id=tenant_id, call_id=call_id, reason="failed", seconds=0)
    except OutcomeUnknown as error:
        log.warning("call_outcome_unknown", call_id=str(call_id), reason=error.message)
    else:
        _note_placed(tenant_id, call_id, carrier_id)


def give_up_call(*, tenant_id: UUID, call_id: UUID) -> None:
    """One that still waits; one that was dialled has its own ending."""
    with tenant_scope(tenant_id):
        waits = Call.objects.filter(id=call_id, state=CallState.QUEUED).exists()
    if waits:
        end_call(tenant_id=tenant_id, call_id=call_id, reason="failed", seconds=0)


def answer_outgoing(line: Line, *, call_id: UUID, carrier_id: str, callee: str = "") -> str:
    """Somebody answers: the word by which the line is known. `callee`: who was called, where that is told and has to be
    true. Raises CallRefused for what is no call that rings."""
    word = secrets.token_urlsafe(24)
    with tenant_transaction(line.tenant_id):
        rows = Call.objects.select_for_update().filter(id=call_id, phone_id=line.number_id)
        call = rows.filter(direction=CallDirection.OUTBOUND, state__in=[CallState.DIALLING, CallState.RINGING]).first()
        if call is None or call.carrier_id not in (carrier_id, no_id_yet(call_id)) or callee not in ("", call.callee):
            raise CallRefused("There is no such call.")
        call.state, call.carrier_id, call.seen_at = CallState.RINGING, carrier_id, timezone.now()
        call.token_digest = digest_of(word)
        call.save(update_fields=["state", "carrier_id", "seen_at", "token_digest"])
    return word


def _line_of(tenant_id: UUID, call_id: UUID) -> Line | None:
    """None for a call that does not wait to be dialled; one whose number is gone, or at another carrier by now, is
    over."""
    with tenant_scope(tenant_id):
        call = Call.objects.filter(id=call_id, state=CallState.QUEUED).first()
    if call is None:
        return None
    line = find_line(tenant_id=tenant_id, number_id=call.phone_id) if call.phone_id else None
    if line is None or not line.can_call:
        end_call(tenant_id=tenant_id, call_id=call_id, reason="refused", seconds=0)
        return None
    return line


def _wait_for_turn(tenant_id: UUID, line: Line, pace: Limit) -> None:
    if _under_way(tenant_id, line) >= MOST_AT_ONCE:
        raise RateLimited("As many calls are under way as may be.", retry_after_seconds=FULL_SECONDS)
    latest = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            take(pace, f"{tenant_id.hex}:{_account_key(line)}")
        except RateLimited:
            if time.monotonic() > latest:
                raise
            time.sleep(min(0.2, pace.seconds_per_token))
        else:
            return


def _under_way(tenant_id: UUID, line: Line) -> int:
    with tenant_scope(tenant_id):
        rows = Call.objects.filter(direction=CallDirection.OUTBOUND, phone__account_id=line.account_id)
        return rows.filter(state__in=UNDER_WAY).count()


def _begin_dialling(tenant_id: UUID, call_id: UUID, line: Line) -> _Ready | None:
    """None when it is dialled already, or may not be any more: it waited, and meanwhile it became night, the contact
    said that it wants no calls, or the company has no minutes left."""
    with tenant_transaction(tenant_id):
        is_wanted = hold_campaign(call_id)  # before the call: whoever pauses it waits, or came first
        call = Call.objects.select_for_update().filter(id=call_id, state=CallState.QUEUED).first()
        if call is None:
            return None
        if not is_wanted:
            end_call(tenant_id=tenant_id, call_id=call_id, reason="refused", seconds=0)
            return None
        try:
            require_quota(Meter.MESSAGES, *CALLS)
            callee = number_to_call(tenant_id=tenant_id, contact_id=call.contact_id)
        except (CallNotAllowed, ContactNotFound, QuotaExhausted, PaymentOverdue) as error:
            log.info("call_not_allowed", call_id=str(call_id), code=error.code)
            end_call(tenant_id=tenant_id, call_id=call_id, reason="refused", seconds=0)
            return None
        call.state, call.callee, call.seen_at = CallState.DIALLING, callee, timezone.now()
        call.save(update_fields=["state", "callee", "seen_at"])
    return _Ready(call_id, _order(line, call_id, callee))


def _order(line: Line, call_id: UUID, callee: str) -> Order:
    company, number = encode(Prefix.TENANT, line.tenant_id), encode(Prefix.PHONE_NUMBER, line.number_id)
    of_it = f"calls/{encode(Prefix.CALL, call_id)}"
    return Order(
        account=line.account,
        caller=line.number,
        callee=callee,
        voice_url=webhook_url(company, number, f"{of_it}/voice"),
        status_url=webhook_url(company, number, f"{of_it}/status"),
        most_seconds=line.most_seconds,
        detection=detection_of(line),
        machine_url=webhook_url(company, number, f"{of_it}/machine"),
    )


def _back_in_line(tenant_id: UUID, call_id: UUID) -> None:
    with tenant_transaction(tenant_id):
        Call.objects.filter(id=call_id, state=CallState.DIALLING, carrier_id=no_id_yet(call_id)).update(
            state=CallState.QUEUED, seen_at=None
        )


def _note_placed(tenant_id: UUID, call_id: UUID, carrier_id: str) -> None:
    """Unless its webhooks came first, and said more."""
    with tenant_transaction(tenant_id):
        call = Call.objects.select_for_update().filter(id=call_id).first()
        if call is not None and call.carrier_id == no_id_yet(call_id):
            call.carrier_id = carrier_id
            call.save(update_fields=["carrier_id"])


def _account_key(line: Line) -> str:
    """Calls of one account are placed one after the other; nothing outside learns which account it is."""
    return hashlib.sha256(line.account_id.encode()).hexdigest()[:16]


def _record(actor: Actor, call: Call) -> None:
    facts = {
        "conversation": encode(Prefix.CONVERSATION, call.conversation_id),
        "contact": encode(Prefix.CONTACT, call.contact_id),
        "agent": encode(
            Prefix.AGENT, Conversation.objects.values_list("agent_id", flat=True).get(id=call.conversation_id)
        ),
        "number": call.number,
    }
    record_audit(actor=actor, action="call.requested", subject=encode(Prefix.CALL, call.id), details=facts)
