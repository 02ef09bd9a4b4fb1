"""A call in a list, in people's words."""

from uuid import UUID

from agents.selectors.phone import CallFilter, CallView, TransferView, list_calls
from frontend.phrases import phrase
from rapport.ids import Prefix, encode

ENDINGS = {
    "hung_up": phrase("hung up"),
    "handed_off": phrase("handed over"),
    "transferred": phrase("put through"),
    "busy": phrase("busy"),
    "no_answer": phrase("nobody answered"),
    "failed": phrase("failed"),
    "cancelled": phrase("cancelled"),
    "refused": phrase("was not to be made"),
    "opted_out": phrase("wants no calls"),
    "voicemail": phrase("a mailbox answered"),
    "too_long": phrase("reached its longest time"),
    "silent": phrase("the caller fell silent"),
    "lost": phrase("the line was lost"),
}


TRANSFERS = {
    "": phrase("under way"),
    "joined": phrase("talked"),
    "no_answer": phrase("nobody answered"),
    "busy": phrase("busy"),
    "failed": phrase("could not be reached"),
    "cancelled": phrase("the caller hung up before"),
    "not_taken": phrase("was not taken"),
}


def call_row(call: CallView, longest: int) -> dict[str, object]:
    """`share`: of the longest call, in percent."""
    return {
        "view": call,
        "id": encode(Prefix.CALL, call.id),
        "conversation": encode(Prefix.CONVERSATION, call.conversation_id),
        "ending": ENDINGS.get(call.ended_reason, call.ended_reason),
        "share": round(100 * (call.seconds or 0) / longest, 1) if longest else 0,
        "length": _clock(call.seconds) if call.seconds is not None else "",
    }


def transfer_row(transfer: TransferView) -> dict[str, str]:
    length = f" {_clock(transfer.seconds)}" if transfer.seconds else ""
    return {"callee": transfer.callee, "outcome": TRANSFERS.get(transfer.outcome, transfer.outcome) + length}


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"


def call_of(tenant_id: UUID, conversation_id: UUID) -> UUID | None:
    """The call that a conversation was."""
    calls = list_calls(tenant_id=tenant_id, limit=1, wanted=CallFilter(conversation_id=conversation_id))
    return calls[0].id if calls else None
