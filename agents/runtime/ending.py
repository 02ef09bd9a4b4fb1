"""How a turn ended, from the database: the stream's last frame, said again wherever it might have been lost."""

from uuid import UUID

from agents.models import Turn, TurnState
from agents.presenting import message_json, suggestion_json
from agents.runtime.context import CANCELLED, TAKEN_OVER
from agents.runtime.frames import FrameWriter
from agents.runtime.phrases import say
from agents.selectors.conversations import message_view
from tenants.context import tenant_scope

Json = dict[str, object]


def find_ending(*, tenant_id: UUID, turn_id: UUID) -> tuple[str, Json] | None:
    """("done", {"message"}) or ("error", {"code", "message"}); None while the turn goes on or when it is not there."""
    with tenant_scope(tenant_id):
        turn = Turn.objects.select_related("answer").filter(id=turn_id).first()
    if turn is None or turn.state not in (TurnState.DONE, TurnState.FAILED):
        return None
    if turn.answer is not None:
        return "done", {"message": message_json(message_view(turn.answer))}
    if turn.suggestion is not None:
        return "done", {"message": suggestion_json(turn)}
    if turn.state == TurnState.DONE:
        code = CANCELLED if turn.outcome == CANCELLED else TAKEN_OVER
        return "error", {"code": code, "message": say(code)}
    return "error", {"code": turn.error_code or "turn_failed", "message": say("failed")}


def say_ending(frames: FrameWriter, *, tenant_id: UUID, turn_id: UUID) -> None:
    """Write the terminal frame; a stream that has one already keeps its own."""
    ending = find_ending(tenant_id=tenant_id, turn_id=turn_id)
    if ending is None:
        return
    frames.end(*ending)
