"""The turn's one transaction: answer, trace, state, kept answer, and the event that tells the others."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from agents.llm.port import ToolCall
from agents.models import Conversation, MessageRole, Turn, TurnState
from agents.runtime.cache import KnownAnswer, keep_answer
from agents.runtime.context import TurnContext
from agents.selectors.conversations import CitationView
from agents.services.conversations import append_message
from agents.topics import TURN_COMPLETED, TURNS_COMPLETED
from agents.tracing.recorder import TraceRecorder
from agents.tracing.writing import write_trace
from billing.prices import TokenCounts
from billing.usage import UsageFact
from rapport import logs
from rapport.events.envelope import Event
from rapport.events.lease import current_lease
from rapport.events.outbox import publish
from rapport.ids import Prefix, encode
from tenants.actors import agent_actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.privacy.suppression import is_contact_erased

log = logs.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """`outcome`: "answered", "unknown", "small_talk", "length", "refused" or "tool_calls".

    `cache_key` "": not to be kept.
    """

    text: str
    citations: tuple[CitationView, ...]
    outcome: str
    grounding: float | None = None
    cache_key: str = ""
    tool_calls: tuple[ToolCall, ...] = ()


def finish_turn(context: TurnContext, answer: Answer, recorder: TraceRecorder) -> None:
    """Write the answer exactly once: a turn that is finished already stays as it is, and of a contact that was erased
    meanwhile nothing is written. Raises LeaseLost."""
    with tenant_scope(context.tenant_id), transaction.atomic():
        current_lease().check_locked()
        conversation = _hold_conversation(context)
        if conversation is None:
            return
        turn = Turn.objects.select_for_update().get(id=context.turn_id)
        if turn.state != TurnState.RUNNING:
            return
        message = append_message(
            conversation,
            role=MessageRole.AGENT,
            text=answer.text,
            citations=[each.to_stored() for each in answer.citations],
            turn_id=turn.id,
        )
        turn.trace_id = write_trace(recorder, context.subject, outcome=answer.outcome, started_at=context.started_at)
        turn.state, turn.outcome, turn.answer, turn.finished_at = (
            TurnState.DONE,
            answer.outcome,
            message,
            timezone.now(),
        )
        turn.error_code = ""
        turn.tool_calls = [each.to_json() for each in answer.tool_calls]
        turn.save()
        if answer.cache_key:
            known = KnownAnswer(turn.id, answer.text, answer.citations, answer.grounding)
            keep_answer(answer.cache_key, known, agent_id=context.agent.id)
        publish(TURNS_COMPLETED, _completed(context, turn, message.id, recorder))
        record_audit(
            actor=agent_actor(context.agent.id),
            action="turn.completed",
            subject=encode(Prefix.TURN, turn.id),
            details={
                "conversation": encode(Prefix.CONVERSATION, context.conversation_id),
                "contact": encode(Prefix.CONTACT, context.contact_id),
                "answer": encode(Prefix.MESSAGE, message.id),
                "channel": context.channel,
                "outcome": turn.outcome,
            },
        )


def _hold_conversation(context: TurnContext) -> Conversation | None:
    """None when its contact was erased, or is being erased."""
    conversation = Conversation.objects.select_for_update().filter(id=context.conversation_id).first()
    return None if conversation is None or is_contact_erased(conversation.contact_id) else conversation


def _completed(context: TurnContext, turn: Turn, answer_id: UUID, recorder: TraceRecorder) -> Event:
    """Ids and numbers only. Its own id follows from the turn's: told twice, it is one fact."""
    facts = recorder.usage or [UsageFact("answer", "", TokenCounts(), counts={"messages": 1})]
    data = {
        "turn_id": str(turn.id),
        "conversation_id": str(context.conversation_id),
        "contact_id": str(context.contact_id),
        "agent_id": str(context.agent.id),
        "question_id": str(context.question_id),
        "answer_id": str(answer_id),
        "trace_id": str(recorder.id),
        "channel": context.channel,
        "outcome": turn.outcome,
        "duration_us": recorder.elapsed_us(),
        "usage": [fact.to_json() for fact in facts],
    }
    return Event(
        TURN_COMPLETED,
        context.tenant_id,
        str(context.conversation_id),
        data,
        subject=encode(Prefix.TURN, turn.id),
        id=uuid5(turn.id, "completed"),
    )


def keep_failed_trace(context: TurnContext, recorder: TraceRecorder) -> None:
    """So that a failed attempt can be looked at. Called while an error is on its way: it must not raise another."""
    try:
        with tenant_scope(context.tenant_id), transaction.atomic():
            if _hold_conversation(context) is None:
                return
            trace_id = write_trace(recorder, context.subject, outcome="failed", started_at=context.started_at)
            Turn.objects.filter(id=context.turn_id, state=TurnState.RUNNING).update(trace_id=trace_id)
    except Exception:
        log.exception("failed_trace_not_kept", turn_id=str(context.turn_id))


def fail_turn(*, turn_id: UUID, code: str) -> bool:
    """In the open scope and transaction: the turn ends without an answer. False when it had ended before."""
    waiting = Turn.objects.filter(id=turn_id, state__in=[TurnState.QUEUED, TurnState.RUNNING])
    if not waiting.update(state=TurnState.FAILED, error_code=code[:80], finished_at=timezone.now()):
        return False
    turn = Turn.objects.select_related("conversation").get(id=turn_id)
    record_audit(
        actor=agent_actor(turn.conversation.agent_id),
        action="turn.failed",
        subject=encode(Prefix.TURN, turn_id),
        details={"conversation": encode(Prefix.CONVERSATION, turn.conversation_id), "code": code[:80]},
    )
    return True
