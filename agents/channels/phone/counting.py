"""What a call adds to the bill: told to the ledger once, by the carrier's seconds or else by our own clock."""

from uuid import uuid5

from django.utils import timezone

from agents.models import Call, Conversation
from agents.topics import CALL_COUNTED, CALLS
from rapport.events.envelope import Event
from rapport.events.outbox import publish
from rapport.ids import Prefix, encode
from tenants.context import require_tenant_id


def count_call(call: Call) -> None:
    """In the open transaction, with the call held and over; whoever calls saves it. Again it does nothing. A call that
    nobody took up costs nothing, and is told to nobody."""
    if call.counted_at is not None:
        return
    call.counted_at = timezone.now()
    seconds = call_seconds(call)
    if seconds:
        publish(CALLS, _counted(call, seconds))


def call_seconds(call: Call) -> int:
    if call.carrier_seconds is not None:
        return call.carrier_seconds
    if call.answered_at is None or call.ended_at is None:
        return 0
    return max(0, round((call.ended_at - call.answered_at).total_seconds()))


def _counted(call: Call, seconds: int) -> Event:
    """Its own id follows from the call's: told twice, it is one fact."""
    agent_id = Conversation.objects.values_list("agent_id", flat=True).get(id=call.conversation_id)
    data = {
        "call_id": str(call.id),
        "conversation_id": str(call.conversation_id),
        "agent_id": str(agent_id),
        "line": f"twilio-{call.direction}",
        "seconds": seconds,
        "occurred_at": (call.ended_at or timezone.now()).isoformat(),
    }
    return Event(
        CALL_COUNTED,
        require_tenant_id(),
        str(call.conversation_id),
        data,
        subject=encode(Prefix.CALL, call.id),
        id=uuid5(call.id, "counted"),
    )
