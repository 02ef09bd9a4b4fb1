"""A call in a list, in people's words."""

from uuid import UUID

from agents.selectors.phone import CallFilter, CallView, list_calls
from rapport.ids import Prefix, encode

ENDINGS = {
    "hung_up": "hung up",
    "handed_off": "handed over",
    "busy": "busy",
    "no_answer": "nobody answered",
    "failed": "failed",
    "cancelled": "cancelled",
    "refused": "was not to be made",
    "opted_out": "wants no calls",
    "too_long": "reached its longest time",
    "lost": "the line was lost",
}


def call_row(call: CallView, longest: int) -> dict[str, object]:
    """`share`: of the longest call, in percent."""
    return {
        "view": call,
        "id": encode(Prefix.CALL, call.id),
        "conversation": encode(Prefix.CONVERSATION, call.conversation_id),
        "ending": ENDINGS.get(call.ended_reason, call.ended_reason),
        "share": round(100 * (call.seconds or 0) / longest, 1) if longest else 0,
        "length": f"{call.seconds // 60}:{call.seconds % 60:02}" if call.seconds is not None else "",
    }


def call_of(tenant_id: UUID, conversation_id: UUID) -> UUID | None:
    """The call that a conversation was."""
    calls = list_calls(tenant_id=tenant_id, limit=1, wanted=CallFilter(conversation_id=conversation_id))
    return calls[0].id if calls else None
