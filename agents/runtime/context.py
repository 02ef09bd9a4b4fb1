"""What a turn reads at its beginning: one short scope, then no database until its steps need it."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from agents.errors import TurnNotFound
from agents.llm.port import ChatMessage
from agents.models import Turn, TurnState
from agents.runtime.asked import Asked
from agents.selectors.agents import AgentView, get_agent
from agents.tracing.writing import TraceSubject
from tenants.context import tenant_scope
from tenants.privacy.suppression import is_contact_erased

HISTORY_TURNS = 6
HISTORY_CHARACTERS = 8000


@dataclass(frozen=True, slots=True)
class TurnContext:
    """`history` is oldest first, without the question; `attempt` counts from 1."""

    tenant_id: UUID
    turn_id: UUID
    conversation_id: UUID
    contact_id: UUID
    channel: str
    agent: AgentView
    question: str
    question_id: UUID
    asked_at: datetime
    started_at: datetime
    attempt: int
    history: tuple[ChatMessage, ...]
    asked: Asked = field(default_factory=Asked)
    is_remembered: bool = True

    @property
    def subject(self) -> TraceSubject:
        return TraceSubject(self.turn_id, self.conversation_id, self.agent.id, self.agent.version, self.contact_id)


def begin_turn(*, tenant_id: UUID, turn_id: UUID) -> TurnContext | None:
    """Mark the turn as running and read what it needs; None when it is answered already. Raises TurnNotFound.

    A failed turn comes back only when someone replays its event: then it is answered after all.
    """
    with tenant_scope(tenant_id), transaction.atomic():
        rows = Turn.objects.select_for_update(of=("self",)).select_related("conversation", "question")
        turn = rows.filter(id=turn_id).first()
        if turn is None or is_contact_erased(turn.conversation.contact_id):
            raise TurnNotFound("The turn is gone: its conversation was deleted.")
        if turn.state == TurnState.DONE:
            return None
        turn.state, turn.attempts, turn.started_at = TurnState.RUNNING, turn.attempts + 1, timezone.now()
        turn.save(update_fields=["state", "attempts", "started_at"])
        asked = Asked.from_json(turn.asked)
        return TurnContext(
            tenant_id=tenant_id,
            turn_id=turn.id,
            conversation_id=turn.conversation_id,
            contact_id=turn.conversation.contact_id,
            channel=turn.conversation.channel,
            agent=get_agent(tenant_id=tenant_id, agent_id=turn.conversation.agent_id),
            question=turn.question.text,
            question_id=turn.question_id,
            asked_at=turn.created_at,
            started_at=turn.started_at,
            attempt=turn.attempts,
            history=_history(turn) if asked.history is None else asked.history,
            asked=asked,
            is_remembered=turn.conversation.is_remembered,
        )


def _history(turn: Turn) -> tuple[ChatMessage, ...]:
    """The last answered turns as pairs, whatever order messages arrived in, within the budget of characters."""
    earlier = Turn.objects.filter(conversation_id=turn.conversation_id, answer__isnull=False, id__lt=turn.id)
    earlier = earlier.exclude(outcome="tool_calls")  # the turn that was told what came of it has the answer
    rows = earlier.select_related("question", "answer").order_by(F("id").desc())[:HISTORY_TURNS]
    messages: list[ChatMessage] = []
    budget = HISTORY_CHARACTERS
    for row in rows:
        answer = row.answer.text if row.answer else ""
        budget -= len(row.question.text) + len(answer)
        if budget < 0:
            break
        messages[:0] = [ChatMessage("user", row.question.text), ChatMessage("assistant", answer)]
    return tuple(messages)
