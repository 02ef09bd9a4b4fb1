"""Cancelling a turn: whoever asked does not want its answer any more."""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agents.errors import TurnNotFound
from agents.models import Turn, TurnState
from agents.runtime.context import CANCELLED, withdraw_turn
from agents.runtime.ending import say_ending
from agents.runtime.frames import FrameWriter
from agents.runtime.stopping import tell_workers
from billing.budgets import release_budget
from rapport.ids import Prefix, encode
from rapport.streams.port import StreamStore
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_transaction


def cancel_turn(*, tenant_id: UUID, turn_id: UUID, actor: Actor, streams: StreamStore) -> None:
    """One that waits is over; one that runs is stopped where it is, with what it has said as its answer. One that has
    ended stays as it is, so a repeat changes nothing. Raises TurnNotFound."""
    with tenant_transaction(tenant_id):
        rows = Turn.objects.select_for_update(of=("self",)).select_related("conversation")
        turn = rows.filter(id=turn_id).first()
        if turn is None:
            raise TurnNotFound("There is no such turn.")
        if turn.cancelled_at is not None or turn.state in (TurnState.DONE, TurnState.FAILED):
            return
        turn.cancelled_at = timezone.now()
        if turn.state == TurnState.QUEUED:
            withdraw_turn(turn, CANCELLED)
            release_budget(tenant_id=tenant_id, turn_id=turn_id)
            frames = FrameWriter(streams, tenant_id, turn_id)
            transaction.on_commit(partial(say_ending, frames, tenant_id=tenant_id, turn_id=turn_id))
        else:
            turn.save(update_fields=["cancelled_at"])
            transaction.on_commit(tell_workers)
        record_audit(
            actor=actor,
            action="turn.cancelled",
            subject=encode(Prefix.TURN, turn_id),
            details={"conversation": encode(Prefix.CONVERSATION, turn.conversation_id)},
        )
