"""The turn's one transaction: answer, trace, state, kept answer, and the event that tells the others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from agents.activity.marking import mark, mark_turn
from agents.cache.keeping import Given, note_lookup
from agents.cache.looking import LookedUp
from agents.errors import ContextErased
from agents.inbox.ringing import ring
from agents.inbox.state import HELD, hand_off_held
from agents.judging.sampling import may_be_judged
from agents.llm.port import ToolCall
from agents.memory.remember import remember_conversation
from agents.models import Conversation, MessageRole, Turn, TurnState
from agents.runtime.context import CANCELLED, SUGGESTED, TAKEN_OVER, TurnContext, withdraw_turn
from agents.runtime.cutting import give_up_cut
from agents.selectors.conversations import CitationView
from agents.topics import TURN_COMPLETED, TURN_TO_JUDGE, TURNS_COMPLETED
from agents.tracing import names
from agents.tracing.otlp.queueing import queue_export
from agents.tracing.recorder import TraceRecorder
from agents.tracing.writing import add_late_calls, write_trace
from agents.transcript import append_message
from billing.budgets import charge_budget, release_budget
from billing.prices import TokenCounts
from billing.services import UsageSubject, record_usage
from billing.usage import UsageFact
from rapport import logs
from rapport.events.envelope import Event
from rapport.events.lease import current_lease
from rapport.events.outbox import publish
from rapport.ids import Prefix, encode
from tenants.actors import agent_actor
from tenants.audit import record_audit
from tenants.context import require_tenant_id, tenant_transaction
from tenants.privacy.suppression import Standing, standing_of

log = logs.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class HandOff:
    """A decision that a person takes over. `reason`: one of `agents.configuration.sections.handoff.Reason`; `facts` are
    numbers that it was decided by."""

    reason: str
    facts: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        return {"reason": self.reason, "facts": dict(self.facts)}


@dataclass(frozen=True, slots=True)
class Answer:
    """`outcome`: "answered", "unknown", "small_talk", "length", "refused", "tool_calls", "confirming" and "waiting" (a
    call waits for the contact, for a person) or "handed_off", which has its
    `hand_off`; "cancelled": whoever asked stopped it, and `text` is what was said by then; "taken_over" is a turn's
    that has no answer, because a person came in meanwhile.

    `is_shared`: everybody who asks so may get it; `is_whole` False: some way of searching could not be asked.
    """

    text: str
    citations: tuple[CitationView, ...]
    outcome: str
    grounding: float | None = None
    is_shared: bool = False
    is_whole: bool = True
    looked: LookedUp | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    hand_off: HandOff | None = None


def finish_turn(context: TurnContext, answer: Answer, recorder: TraceRecorder) -> None:
    """Write the answer exactly once: a turn that is finished already stays as it is, and of a contact that was erased
    meanwhile nothing is written. Raises LeaseLost, and ContextErased when a part of what it was made from was."""
    with tenant_transaction(context.tenant_id):
        current_lease().check_locked()
        conversation, standing = _hold_conversation(context)
        turn = Turn.objects.select_for_update().filter(id=context.turn_id).first()
        if conversation is None or turn is None or turn.state != TurnState.RUNNING:
            return
        if standing != context.standing:
            _end_cut(context, turn, recorder)
            return
        if answer.outcome == CANCELLED and (context.is_suggestion or not answer.text):
            _withdraw(context, turn, recorder, CANCELLED)
            return
        if context.is_suggestion and conversation.state in HELD:
            _keep_suggestion(context, turn, answer, recorder)
            return
        if context.is_suggestion or conversation.state in HELD:
            _withdraw(context, turn, recorder, TAKEN_OVER)
            return
        message = append_message(
            conversation,
            role=MessageRole.AGENT,
            text=answer.text if turn.heard is None else turn.heard,
            citations=[each.to_stored() for each in answer.citations],
            turn_id=turn.id,
        )
        _keep_whole(context, answer, recorder)
        turn.trace_id = write_trace(
            recorder,
            context.subject,
            outcome=answer.outcome,
            started_at=context.started_at,
            is_first=context.attempt == 1,
        )
        queue_export(turn_id=turn.id, trace_id=turn.trace_id)
        turn.state, turn.outcome, turn.answer, turn.finished_at = (
            TurnState.DONE,
            answer.outcome,
            message,
            timezone.now(),
        )
        turn.error_code = ""
        turn.tool_calls = [each.to_json() for each in answer.tool_calls]
        turn.save()
        mark((turn.created_at, conversation.created_at))
        if answer.looked is not None:
            note_lookup(answer.looked, _given(turn.id, answer, recorder))
        publish(TURNS_COMPLETED, _completed(context, turn, message.id, recorder, answer.hand_off))
        if may_be_judged(context.agent.config.judging, turn, context.channel, is_compared=bool(context.experiment_id)):
            publish(TURNS_COMPLETED, _to_judge(context))
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
                **({"hand_off": answer.hand_off.reason} if answer.hand_off else {}),
            },
        )
        if context.asked.resumes:
            ring(conversation)  # nobody follows its stream: it began without a message
        if answer.hand_off:
            decision, actor = answer.hand_off, agent_actor(context.agent.id)
            hand_off_held(conversation, reason=decision.reason, actor=actor, facts=decision.facts)


def _keep_whole(context: TurnContext, answer: Answer, recorder: TraceRecorder) -> None:
    """A caller may cut the answer off, also after this: the message is then what was heard of it. A test may be one."""
    root = next((each for each in recorder.spans if each.name == names.INVOKE_AGENT), None)
    if context.channel in ("phone", "test") and root is not None:
        root.set(names.WHOLE_ANSWER, answer.text)


def _keep_suggestion(context: TurnContext, turn: Turn, answer: Answer, recorder: TraceRecorder) -> None:
    """For the colleague: no message, no hand-off, nothing that others would be given."""
    turn.trace_id = write_trace(recorder, context.subject, outcome=SUGGESTED, started_at=context.started_at)
    turn.suggestion = {"text": answer.text, "citations": [each.to_stored() for each in answer.citations]}
    turn.state, turn.outcome, turn.error_code, turn.finished_at = TurnState.DONE, SUGGESTED, "", timezone.now()
    turn.save()
    publish(TURNS_COMPLETED, _completed(context, turn, None, recorder, None))


def _withdraw(context: TurnContext, turn: Turn, recorder: TraceRecorder, outcome: str) -> None:
    """A person came in while the agent wrote, and only one of them speaks; or it was stopped before its first word.
    What was spent was spent."""
    turn.trace_id = write_trace(recorder, context.subject, outcome=outcome, started_at=context.started_at)
    queue_export(turn_id=turn.id, trace_id=turn.trace_id)
    withdraw_turn(turn, outcome)
    publish(TURNS_COMPLETED, _completed(context, turn, None, recorder, None))


def _given(turn_id: UUID, answer: Answer, recorder: TraceRecorder) -> Given:
    return Given(
        turn_id,
        answer.text,
        answer.citations,
        answer.grounding,
        recorder.usage,
        is_kept=answer.is_shared and not any(span.name == names.EXECUTE_TOOL for span in recorder.spans),
        is_comparable=answer.is_whole,
    )


def _hold_conversation(context: TurnContext) -> tuple[Conversation | None, Standing]:
    """None when its contact was erased, or is being erased."""
    conversation = Conversation.objects.select_for_update().filter(id=context.conversation_id).first()
    standing = standing_of(conversation.contact_id) if conversation else Standing(is_erased=True)
    return None if standing.is_erased else conversation, standing


def _end_cut(context: TurnContext, turn: Turn, recorder: TraceRecorder) -> None:
    """Some of what the answer was made from was erased meanwhile. Raises ContextErased when it can be made anew."""
    if not give_up_cut(turn):
        raise ContextErased("Some of what the answer was made from was erased. It is made anew.")
    _pay_for_attempt(context, recorder)
    release_budget(tenant_id=context.tenant_id, turn_id=turn.id)
    _remember_after_this(context.tenant_id, turn.conversation)
    _record_failure(turn)


def _completed(
    context: TurnContext, turn: Turn, answer_id: UUID | None, recorder: TraceRecorder, hand_off: HandOff | None
) -> Event:
    """Ids and numbers only. Its own id follows from the turn's: told twice, it is one fact."""
    facts = recorder.usage or [UsageFact("answer", "", TokenCounts(), counts={"messages": 1})]
    data = {
        "turn_id": str(turn.id),
        "conversation_id": str(context.conversation_id),
        "contact_id": str(context.contact_id),
        "agent_id": str(context.agent.id),
        "question_id": str(context.question_id),
        "answer_id": str(answer_id) if answer_id else None,
        "trace_id": str(recorder.id),
        "channel": context.channel,
        "outcome": turn.outcome,
        "duration_us": recorder.elapsed_us(),
        "usage": [fact.to_json() for fact in facts],
        **({"hand_off": hand_off.to_json()} if hand_off else {}),
    }
    return Event(
        TURN_COMPLETED,
        context.tenant_id,
        str(context.conversation_id),
        data,
        subject=encode(Prefix.TURN, turn.id),
        id=uuid5(turn.id, "completed"),
    )


def _to_judge(context: TurnContext) -> Event:
    """On the conversation's line, behind the turn's own."""
    return Event(
        TURN_TO_JUDGE,
        context.tenant_id,
        str(context.conversation_id),
        {"turn_id": str(context.turn_id)},
        subject=encode(Prefix.TURN, context.turn_id),
        id=uuid5(context.turn_id, "to judge"),
    )


def keep_failed_trace(context: TurnContext, recorder: TraceRecorder) -> None:
    """So that a failed attempt can be looked at, and is paid for: its models charge for it, also when another attempt
    has ended the turn meanwhile. Called while an error is on its way: it must not raise another."""
    try:
        with tenant_transaction(context.tenant_id):
            conversation, standing = _hold_conversation(context)
            if conversation is None:
                return
            turn = Turn.objects.select_for_update().filter(id=context.turn_id).first()
            _pay_for_attempt(context, recorder)
            if turn is None or standing != context.standing:  # it holds what was erased
                return
            if turn.state == TurnState.RUNNING:
                turn.trace_id = write_trace(recorder, context.subject, outcome="failed", started_at=context.started_at)
                turn.save(update_fields=["trace_id"])
            elif add_late_calls(recorder, turn.id) and turn.trace_id:
                queue_export(turn_id=turn.id, trace_id=turn.trace_id, told_by=recorder.id)
    except Exception:
        log.exception("failed_trace_not_kept", turn_id=str(context.turn_id))


def _pay_for_attempt(context: TurnContext, recorder: TraceRecorder) -> None:
    """Its own facts, under its own id: the attempt after it adds to them."""
    if not recorder.usage:
        return
    record_usage(
        tenant_id=context.tenant_id,
        source_event_id=recorder.id,
        facts=recorder.usage,
        subject=UsageSubject(context.agent.id, context.conversation_id, context.turn_id),
        occurred_at=timezone.now(),
    )
    charge_budget(tenant_id=context.tenant_id, turn_id=context.turn_id, facts=recorder.usage)


def fail_turn(*, turn_id: UUID, code: str) -> bool:
    """In the open scope and transaction: the turn ends without an answer, and what its message told is remembered all
    the same. False when it had ended before."""
    waiting = Turn.objects.filter(id=turn_id, state__in=[TurnState.QUEUED, TurnState.RUNNING])
    if not waiting.update(state=TurnState.FAILED, error_code=code[:80], finished_at=timezone.now()):
        return False
    turn = Turn.objects.select_related("conversation").get(id=turn_id)
    mark_turn(turn)
    _remember_after_this(require_tenant_id(), turn.conversation)
    if turn.trace_id:
        queue_export(turn_id=turn.id, trace_id=turn.trace_id)
    _record_failure(turn)
    return True


def _record_failure(turn: Turn) -> None:
    record_audit(
        actor=agent_actor(turn.conversation.agent_id),
        action="turn.failed",
        subject=encode(Prefix.TURN, turn.id),
        details={"conversation": encode(Prefix.CONVERSATION, turn.conversation_id), "code": turn.error_code},
    )


def _remember_after_this(tenant_id: UUID, conversation: Conversation) -> None:
    def remember() -> None:
        remember_conversation(tenant_id=tenant_id, contact_id=conversation.contact_id, conversation_id=conversation.id)

    transaction.on_commit(remember, robust=True)
