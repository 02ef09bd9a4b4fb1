"""What the agent would answer, for the colleague who does: a turn that says nothing to anybody else.

It runs like any other, with its trace and its cost, but calls no tool, hands nothing over and is not kept for others.
"""

from dataclasses import dataclass
from uuid import UUID

from agents.errors import NothingToSuggest, WrongConversationState
from agents.inbox.state import HELD, held
from agents.models import Attachment, Message, MessageRole, Turn, TurnState
from agents.selectors.agents import answering_agent
from agents.selectors.conversations import CitationView
from agents.services.conversations import hold_budgets
from agents.topics import TURN_REQUESTED, TURNS
from rapport.events.envelope import Event
from rapport.events.outbox import publish
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`state`: "queued", "running", "done", "failed"; `outcome`: "suggested", or "taken_over" when it came too late.
    `is_current`: it answers the contact's last message."""

    turn_id: UUID
    question_id: UUID
    state: str
    outcome: str
    text: str
    citations: tuple[CitationView, ...]
    trace_id: UUID | None
    is_current: bool

    @property
    def is_finished(self) -> bool:
        return self.state in (TurnState.DONE, TurnState.FAILED)


def suggest_answer(*, tenant_id: UUID, conversation_id: UUID, actor: Actor) -> UUID:
    """Ask what the agent would answer to the contact's last message; asked again while that is the last one, it is the
    same suggestion. Returns its turn.

    Raises ConversationNotFound, WrongConversationState, NothingToSuggest, BudgetExhausted.
    """
    with held(tenant_id, conversation_id) as conversation:
        if conversation.state not in HELD:
            raise WrongConversationState("The agent answers here itself. Take the conversation over first.")
        question = _last_words(conversation_id)
        if question is None:
            raise NothingToSuggest("The contact has written nothing yet that could be answered.")
        known = Turn.objects.filter(question=question, is_suggestion=True).exclude(state=TurnState.FAILED)
        if turn := known.exclude(outcome="taken_over").order_by("-id").first():
            return turn.id
        page = conversation.page_context
        files = [str(each) for each in Attachment.objects.filter(message=question).values_list("id", flat=True)]
        asked = {**({"page": page} if page else {}), **({"files": files} if files else {})} or None
        turn = Turn.objects.create(conversation=conversation, question=question, is_suggestion=True, asked=asked)
        hold_budgets(turn.id, answering_agent(conversation), conversation, question.text, None)
        subject = encode(Prefix.TURN, turn.id)
        data = {"turn_id": str(turn.id), "conversation_id": str(conversation_id)}
        publish(TURNS, Event(TURN_REQUESTED, tenant_id, str(conversation_id), data, subject=subject))
        record_audit(
            actor=actor,
            action="answer.suggestion_requested",
            subject=encode(Prefix.CONVERSATION, conversation_id),
            details={"turn": subject},
        )
        return turn.id


def latest_suggestion(*, tenant_id: UUID, conversation_id: UUID) -> Suggestion | None:
    """None when none was asked for."""
    with tenant_scope(tenant_id):
        turn = Turn.objects.filter(conversation_id=conversation_id, is_suggestion=True).order_by("-id").first()
        if turn is None:
            return None
        stored, last = turn.suggestion or {}, _last_words(conversation_id)
        citations = tuple(CitationView.from_stored(each) for each in stored.get("citations", []))
        return Suggestion(
            turn.id,
            turn.question_id,
            turn.state,
            turn.outcome,
            stored.get("text", ""),
            citations,
            turn.trace_id,
            is_current=last is not None and last.id == turn.question_id,
        )


def _last_words(conversation_id: UUID) -> Message | None:
    rows = Message.objects.filter(conversation_id=conversation_id, role=MessageRole.CONTACT)
    return rows.order_by("-sequence").first()
