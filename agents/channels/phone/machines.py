"""A mailbox answers a call of the company's own: it is hung up on, or left a message, as the number's settings say.

The carrier listens while the agent speaks already, and its verdict comes seconds later, twice, or when the
call is over. It is sometimes wrong: who has been answered twice is a person, whatever is said of them.
"""

from uuid import UUID

from django.utils import timezone

from agents.channels.phone.calls import Line, end_call
from agents.channels.phone.carriers import Redirecting
from agents.channels.phone.twiml import nothing_more, refuse
from agents.models import Call, CallDirection, CallState, Conversation, MessageRole, PhoneNumber, Turn, VoicemailPolicy
from agents.transcript import append_message
from rapport import logs
from rapport.errors import RapportError
from tenants.context import tenant_scope, tenant_transaction

log = logs.get_logger(__name__)

# https://www.twilio.com/docs/voice/answering-machine-detection; Telnyx says the same of it, and on one of its pages
# "machine" alone: https://developers.telnyx.com/api-reference/callbacks/texml-call-amd
_BEGINS = frozenset({"machine_start", "machine", "fax"})
_ENDED = frozenset({"machine_end_beep", "machine_end_silence", "machine_end_other"})
_CAN_BE_MET = (CallState.DIALLING, CallState.RINGING, CallState.TALKING, CallState.ENDED)
_MAY_HAVE_BEEN = ("hung_up", "silent", "lost")  # a mailbox, of calls that are over
ANSWERS_OF_A_PERSON = 2


def meet_machine(line: Line, *, call_id: UUID, carrier_id: str, answered_by: str, carrier: Redirecting) -> bool:
    """Whether the call ended by it."""
    if answered_by not in _BEGINS | _ENDED:
        return False
    document = _claim(line, call_id, carrier_id, answered_by)
    if document is None:
        return False
    try:
        carrier.redirect(line.account, carrier_id, document)
    except RapportError as error:  # its line sees that the call is over, and ends
        log.warning("machine_not_hung_up_on", call_id=str(call_id), reason=error.message)
    return True


def _claim(line: Line, call_id: UUID, carrier_id: str, answered_by: str) -> bytes | None:
    """The call is over for us, once; what it goes on with. None where it goes on as it is."""
    with tenant_transaction(line.tenant_id):
        rows = Call.objects.select_for_update().filter(id=call_id, phone_id=line.number_id, carrier_id=carrier_id)
        call = rows.filter(direction=CallDirection.OUTBOUND, state__in=_CAN_BE_MET).first()
        number = PhoneNumber.objects.filter(id=line.number_id).first()
        if call is None or number is None or number.voicemail == VoicemailPolicy.TALK:
            return None
        if call.state == CallState.ENDED:
            _note_late(call)
            return None
        leaves_message = number.voicemail == VoicemailPolicy.MESSAGE and answered_by != "fax"
        if leaves_message and answered_by in _BEGINS:  # it speaks yet: the verdict at its end is waited for
            return None
        if _is_person(call):
            return None
        if leaves_message:
            conversation = Conversation.objects.select_for_update().get(id=call.conversation_id)
            append_message(conversation, role=MessageRole.AGENT, text=number.voicemail_message)
        end_call(tenant_id=line.tenant_id, call_id=call_id, reason="voicemail", at=timezone.now())
    return refuse(number.voicemail_message, line.language) if leaves_message else nothing_more()


def _is_person(call: Call) -> bool:
    answered = Turn.objects.filter(conversation_id=call.conversation_id).exclude(answer=None).count()
    if answered >= ANSWERS_OF_A_PERSON:
        log.info("machine_taken_for_a_person", call_id=str(call.id), answers=answered)
    return answered >= ANSWERS_OF_A_PERSON


def _note_late(call: Call) -> None:
    """The call is over, and what was taken for a person was a mailbox."""
    if call.ended_reason in _MAY_HAVE_BEEN and not _is_person(call):
        end_call(tenant_id=call.tenant_id, call_id=call.id, reason="voicemail")


def detection_of(line: Line) -> str:
    """What the carrier is asked to listen for: "", "Enable" (at once) or "DetectMessageEnd" (until the beep)."""
    with tenant_scope(line.tenant_id):
        policy = PhoneNumber.objects.filter(id=line.number_id).values_list("voicemail", flat=True).first()
    return {VoicemailPolicy.HANG_UP: "Enable", VoicemailPolicy.MESSAGE: "DetectMessageEnd"}.get(
        VoicemailPolicy(policy or ""), ""
    )
