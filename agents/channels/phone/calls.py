"""What a call changes in the database: it comes in, is taken up, is interrupted, ends. Each in a short transaction.

Why it ended: see `SAYS_MORE`. A call is over once, whatever is told later, how often and in whatever order.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F, Q
from django.utils import timezone

from agents.channels.phone.analysis.asking import ask_for_analysis
from agents.channels.phone.campaigns.settling import settle_call
from agents.channels.phone.carriers import Account
from agents.channels.phone.counting import count_call
from agents.channels.phone.frames import Setup
from agents.channels.phone.marks import MOST_MARKS, Mark
from agents.errors import CallRefused
from agents.memory.episodes.correcting import correct_episode
from agents.models import (
    Call,
    CallDirection,
    CallState,
    CallTransfer,
    Conversation,
    Message,
    MessageRole,
    PhoneCarrier,
    PhoneNumber,
    Turn,
)
from agents.services.conversations import start_conversation
from agents.transcript import append_message
from billing.models import Meter
from billing.quotas import CALLS, check_quota
from ingestion.contacts.errors import IdentityTaken, InvalidIdentity
from ingestion.contacts.identities import Known, find_contacts, normalise
from ingestion.contacts.services import Identity, create_contact, create_visitor, touch_contact
from ingestion.models import IdentityKind
from rapport.encryption import decrypt
from rapport.errors import RapportError
from rapport.ids import Prefix, decode, encode
from tenants.actors import SYSTEM, Actor, visitor_actor
from tenants.audit import record_audit
from tenants.context import tenant_scope, tenant_transaction
from tenants.models import Tenant

# What a carrier says of a call that is over, https://www.twilio.com/docs/voice/api/call-resource#call-status-values
ENDINGS = {
    "completed": "hung_up",
    "busy": "busy",
    "no-answer": "no_answer",
    "failed": "failed",
    "canceled": "cancelled",
}
# Reasons, from the one that says least: of two that are told, the later in this list stays, whichever came first.
# "lost": nothing was heard of it any more; "hung_up": by either side; "too_long": it lasted as long as a call may.
# "silent": the caller said nothing any more, also when asked.
# "refused": it was not to be made after all; "opted_out": who was called wants no calls.
# "voicemail": a mailbox answered.
# "transferred": a person took it over by telephone; "handed_off": one was to, and will find it in the inbox.
SAYS_MORE = (
    *("", "lost", "hung_up", "silent", "no_answer", "busy", "cancelled", "failed", "refused", "voicemail"),
    *("too_long", "handed_off", "transferred", "opted_out"),
)
RINGS_AT_MOST = timedelta(minutes=5)  # `watching` ends it before


@dataclass(frozen=True, slots=True)
class Line:
    """A number that may be called, and what its carrier signs with; without one (`phone_id` None), an agent that is
    tried from a browser."""

    tenant_id: UUID
    phone_id: UUID | None
    number: str
    agent_id: UUID
    account_id: str
    secret: str
    language: str
    greeting: str
    carrier: str = PhoneCarrier.TWILIO
    most_seconds: int = 3600
    is_recorded: bool = False
    menu_prompt: str = ""
    menu: Mapping[str, str] = field(default_factory=dict)
    api_key: str = ""
    application_id: str = ""
    can_call: bool = True

    @property
    def account(self) -> Account:
        """As its carrier's API wants it: Twilio signs by what it is asked with, Telnyx does not."""
        secret = self.api_key if self.carrier == PhoneCarrier.TELNYX else self.secret
        return Account(self.account_id, secret, self.carrier, self.application_id)

    @property
    def welcome(self) -> str:
        """What callers hear first."""
        return f"{self.greeting} {self.menu_prompt}".strip()

    @property
    def number_id(self) -> UUID:
        """Of a line that carriers bring."""
        if self.phone_id is None:
            raise LookupError("A browser calls no number.")
        return self.phone_id


@dataclass(frozen=True, slots=True)
class Session:
    """A call that is taken up."""

    tenant_id: UUID
    call_id: UUID
    conversation_id: UUID
    contact_id: UUID
    language: str
    line: int = 0  # the how manieth of the call; one that broke off may come back
    seconds_left: float = 3600.0
    is_outgoing: bool = False
    lasted: float = 0.0  # seconds since it was taken up, when this line was
    instructions: str = ""
    menu_prompt: str = ""
    menu: Mapping[str, str] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        return visitor_actor(self.contact_id)


def find_line(*, tenant_id: UUID, number_id: UUID) -> Line | None:
    """None where nobody answers: no such number, switched off, or its company is about to go."""
    with tenant_scope(tenant_id):
        if not Tenant.objects.filter(id=tenant_id, deletion_due_at=None).exists():
            return None
        row = PhoneNumber.objects.filter(id=number_id, is_enabled=True).first()
    if row is None:
        return None
    return Line(
        tenant_id=tenant_id,
        phone_id=row.id,
        number=row.number,
        agent_id=row.agent_id,
        account_id=row.account_id,
        secret=decrypt(row.secret),
        language=row.language,
        greeting=row.greeting,
        carrier=row.carrier,
        most_seconds=60 * row.most_minutes,
        is_recorded=row.is_recorded,
        menu_prompt=row.menu_prompt,
        menu=row.menu,
        api_key=decrypt(row.api_key) if row.api_key else "",
        application_id=row.application_id,
        can_call=row.can_call,
    )


def find_line_at(company: str, phone: str) -> Line | None:
    """By the public ids in an address; None also for what is no id, and for a line that cannot be read."""
    try:
        return find_line(tenant_id=decode(Prefix.TENANT, company), number_id=decode(Prefix.PHONE_NUMBER, phone))
    except RapportError:
        return None


def begin_call(line: Line, *, carrier_id: str, caller: str) -> tuple[UUID, str]:
    """The call's id, and the word by which its line is known. Told again of the same call, it is the same one with a
    new word, unless it is over. Raises CallRefused, QuotaExhausted, PaymentOverdue."""
    check_quota(Meter.MESSAGES, *CALLS, tenant_id=line.tenant_id)
    contact_id = _caller(line.tenant_id, caller)
    conversation_id = start_conversation(
        tenant_id=line.tenant_id,
        agent_id=line.agent_id,
        contact_id=contact_id,
        actor=visitor_actor(contact_id),
        channel="phone",
        idempotency_key=f"call:{carrier_id}"[:200],
    )
    return ring(line, carrier_id=carrier_id, conversation_id=conversation_id, contact_id=contact_id)


def ring(line: Line, *, carrier_id: str, conversation_id: UUID, contact_id: UUID) -> tuple[UUID, str]:
    """The call's id and its word, as `begin_call` says. Raises CallRefused."""
    word = secrets.token_urlsafe(24)
    with tenant_transaction(line.tenant_id):
        call = Call.objects.select_for_update().filter(carrier_id=carrier_id).first()
        if call is not None and (call.state != CallState.RINGING or call.phone_id != line.phone_id):
            raise CallRefused("This call was taken up already.")
        if call is None:
            call = Call(
                phone_id=line.phone_id,
                number=line.number,
                conversation_id=conversation_id,
                contact_id=contact_id,
                carrier=line.carrier,
                carrier_id=carrier_id,
            )
        call.token_digest = digest_of(word)
        call.save()
    return call.id, word


def _caller(tenant_id: UUID, number: str) -> UUID:
    """Who is known by the number, exactly; somebody new otherwise, and for a number that is withheld."""
    try:
        known = normalise(IdentityKind.PHONE, number)
    except InvalidIdentity:
        return create_visitor(tenant_id=tenant_id)
    contact_id = _find(tenant_id, known)
    if contact_id is None:
        try:
            contact_id, _ = create_contact(tenant_id=tenant_id, identity=Identity(phone=known.value), actor=SYSTEM)
        except (IdentityTaken, IntegrityError):  # who calls twice at once is one
            contact_id = _find(tenant_id, known)
    if contact_id is None:
        raise CallRefused("Who calls cannot be looked up now.")
    touch_contact(tenant_id=tenant_id, contact_id=contact_id)
    return contact_id


def _find(tenant_id: UUID, known: Known) -> UUID | None:
    with tenant_scope(tenant_id):
        return find_contacts([known]).get(known)


def is_expected(line: Line, word: str) -> bool:
    """Whether a call rings whose line is known by this word: where the carrier does not sign the line, it is opened to
    whoever has the word, and to nobody else."""
    with tenant_scope(line.tenant_id):
        latest = Call.objects.filter(created_at__gt=timezone.now() - RINGS_AT_MOST, phone_id=line.number_id)
        return latest.filter(state=CallState.RINGING, token_digest=digest_of(word)).exists()


def take_up(line: Line, setup: Setup) -> Session:
    """The line's first frame. Its word counts once; a line that broke off comes back as the same session. Raises
    CallRefused."""
    word = setup.parameters.get("token", "")
    with tenant_transaction(line.tenant_id):
        call = Call.objects.select_for_update().filter(carrier_id=setup.call_id, phone_id=line.phone_id).first()
        if call is None or setup.account_id != line.account_id or not setup.session_id:
            raise CallRefused("There is no such call.")
        is_known = secrets.compare_digest(call.token_digest, digest_of(word))
        is_back = call.state == CallState.TALKING and call.session_id == setup.session_id[:64]
        if not is_known or not (call.state == CallState.RINGING or is_back):
            raise CallRefused("This line was taken up already.")
        now = timezone.now()
        call.lines, call.seen_at = call.lines + 1, now
        if not is_back:
            call.state, call.session_id, call.answered_at = CallState.TALKING, setup.session_id[:64], now
            record_of_call(call, "call.answered")
            _write_opening(call)
        call.save()
        lasted = (now - (call.answered_at or now)).total_seconds()
        is_outgoing = call.direction == CallDirection.OUTBOUND
        return Session(
            line.tenant_id,
            call.id,
            call.conversation_id,
            call.contact_id,
            line.language,
            call.lines,
            max(0.0, line.most_seconds - lasted),
            is_outgoing,
            lasted,
            instructions_of(call),
            *(("", {}) if is_outgoing else (line.menu_prompt, line.menu)),
        )


def _write_opening(call: Call) -> None:
    """What a call that the company makes begins with was said: it is in the transcript, and the model knows it."""
    if call.opening:
        conversation = Conversation.objects.select_for_update().get(id=call.conversation_id)
        append_message(conversation, role=MessageRole.AGENT, text=call.opening)


def instructions_of(call: Call) -> str:
    """What the agent is told of a call beside its own instructions."""
    if not call.opening and not call.instructions:
        return ""
    opened = (
        f"You are calling this person by telephone. You opened the call with: {call.opening}" if call.opening else ""
    )
    return "\n".join(part for part in (opened, call.instructions) if part)


def note_presence(session: Session, marks: Sequence[Mark] = ()) -> bool:
    """The line is there, and this happened since it last said so. False when its call is over, which somebody else
    said: then the line has to end."""
    with tenant_transaction(session.tenant_id):
        call = Call.objects.select_for_update().filter(id=session.call_id).first()
        if call is None:
            return False
        call.seen_at = timezone.now()
        call.marks = [*call.marks, *(each.to_stored() for each in marks)][:MOST_MARKS]
        call.save(update_fields=["seen_at", "marks"])
        return call.state == CallState.TALKING


def note_interruption(session: Session, turn_id: UUID, heard: str) -> None:
    """The caller heard so much of the answer: that is what was said, and what is remembered. Told before the answer is
    written, it is kept for whoever writes it."""
    with tenant_transaction(session.tenant_id):
        Call.objects.filter(id=session.call_id).update(interruptions=F("interruptions") + 1)
        Conversation.objects.select_for_update().filter(id=session.conversation_id).first()  # before its turns, always
        turn = Turn.objects.select_for_update().filter(id=turn_id, conversation_id=session.conversation_id).first()
        if turn is None:
            return
        turn.heard = heard
        turn.save(update_fields=["heard"])
        if turn.answer_id:
            Message.objects.filter(id=turn.answer_id).update(text=heard)
            correct_episode(message_id=turn.answer_id, text=heard)


def end_call(
    *,
    tenant_id: UUID,
    call_id: UUID,
    reason: str,
    seconds: int | None = None,
    line: int | None = None,
    at: datetime | None = None,
) -> bool:
    """Whether this ended it. `seconds`: what the carrier asks money for, told by it; `line`: only when no later one has
    taken the call up; `at`: when it ended, if not now."""
    with tenant_transaction(tenant_id):
        call = Call.objects.select_for_update().filter(id=call_id).first()
        if call is None or line not in (None, call.lines):
            return False
        is_first = call.state != CallState.ENDED
        reason = max(reason, _reason_of_transfer(call), key=SAYS_MORE.index) if is_first else reason
        if is_first:
            call.state, call.ended_at = CallState.ENDED, at or timezone.now()
        if SAYS_MORE.index(reason) > SAYS_MORE.index(call.ended_reason):
            call.ended_reason = reason
        if call.carrier_seconds is None:
            call.carrier_seconds = seconds
        if call.carrier_seconds is not None:
            count_call(call)
        call.save()
        if is_first:
            record_of_call(call, "call.ended", reason=reason)
            ask_for_analysis(call)
        settle_call(call)
    return is_first


def _reason_of_transfer(call: Call) -> str:
    """Of a call that is put through and ends, whoever said so; "" of another."""
    if call.state != CallState.TRANSFER:
        return ""
    is_joined = CallTransfer.objects.filter(call=call, joined_at__isnull=False).exists()
    return "transferred" if is_joined else "handed_off"


def note_status(
    line: Line, *, carrier_id: str, status: str, seconds: int | None = None, call_id: UUID | None = None
) -> bool:
    """The carrier says how a call of its stands; only an ending matters, in whatever order they come. `seconds`: that
    it lasted, where it says so; `call_id`: of a call of the company's own, whose address says which it is, and whose
    carrier may not have named it yet."""
    reason = ENDINGS.get(status)
    if reason is None:
        return False
    if reason != "hung_up":
        seconds = 0  # nobody took it up
    which = Q(carrier_id=carrier_id)
    if call_id:
        which = Q(id=call_id, carrier_id__in=(carrier_id, no_id_yet(call_id)))
    with tenant_scope(line.tenant_id):
        found = Call.objects.filter(which, phone_id=line.number_id).values_list("id", flat=True).first()
    return found is not None and end_call(tenant_id=line.tenant_id, call_id=found, reason=reason, seconds=seconds)


def no_id_yet(call_id: UUID) -> str:
    """In the place of the carrier's id, until it has given one to a call of the company's own."""
    return f"out:{call_id.hex}"


def record_of_call(call: Call, action: str, **details: object) -> None:
    """In the audit log, in the open transaction."""
    facts = {
        "conversation": encode(Prefix.CONVERSATION, call.conversation_id),
        "contact": encode(Prefix.CONTACT, call.contact_id),
        "number": call.number,
        **details,
    }
    record_audit(actor=SYSTEM, action=action, subject=encode(Prefix.CALL, call.id), details=facts)


def digest_of(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
