"""What a call adds to the bill: told to the ledger once, by the carrier's seconds or else by our own clock."""

from datetime import datetime
from uuid import UUID, uuid5

from django.utils import timezone

from agents.models import Call, CallDirection, CallTransfer, Conversation
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
        publish(CALLS, _counted(call, call.id, call.direction, seconds, call.ended_at))


def count_transfer(call: Call, transfer: CallTransfer) -> None:
    """The person's side of a call that was put through, likewise: the carrier counts it as a call that the company
    makes."""
    if transfer.counted_at is not None:
        return
    transfer.counted_at = timezone.now()
    seconds = transfer_seconds(transfer)
    if seconds:
        publish(CALLS, _counted(call, transfer.id, CallDirection.OUTBOUND, seconds, transfer.ended_at))


def transfer_seconds(transfer: CallTransfer) -> int:
    if transfer.leg_seconds is not None:
        return transfer.leg_seconds
    return _between(transfer.joined_at, transfer.ended_at)


def call_seconds(call: Call) -> int:
    if call.carrier_seconds is not None:
        return call.carrier_seconds
    return _between(call.answered_at, call.ended_at)


def _between(began: datetime | None, ended: datetime | None) -> int:
    return max(0, round((ended - began).total_seconds())) if began and ended else 0


def _counted(call: Call, fact_id: UUID, direction: str, seconds: int, at: datetime | None) -> Event:
    """Its own id follows from the id of what is counted: told twice, it is one fact."""
    agent_id = Conversation.objects.values_list("agent_id", flat=True).get(id=call.conversation_id)
    data = {
        "call_id": str(fact_id),
        "conversation_id": str(call.conversation_id),
        "agent_id": str(agent_id),
        "line": f"{call.carrier}-{direction}",
        "seconds": seconds,
        "occurred_at": (at or timezone.now()).isoformat(),
    }
    return Event(
        CALL_COUNTED,
        require_tenant_id(),
        str(call.conversation_id),
        data,
        subject=encode(Prefix.CALL, call.id),
        id=uuid5(fact_id, "counted"),
    )
