"""What a turn reads at its beginning: one short scope, then no database until its steps need it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from agents.activity.marking import mark_turn
from agents.errors import TurnNotFound
from agents.experiments.choosing import Choice, choose_version
from agents.inbox.state import HELD
from agents.llm.port import ChatMessage
from agents.llm.reckoning import HISTORY_CHARACTERS
from agents.models import Attachment, Message, MessageRole, Turn, TurnState
from agents.prompts.resolving import ResolvedPrompt, resolve_prompt
from agents.runtime.asked import Asked
from agents.runtime.cutting import give_up_cut, is_cut
from agents.selectors.agents import AgentView
from agents.tracing.writing import TraceSubject
from billing.budgets import held_for, release_budget
from billing.own_prices import CompanyPrices, company_prices
from tenants.context import tenant_transaction
from tenants.privacy.suppression import Standing, standing_of

SUGGESTED = "suggested"  # the outcome of a turn that a colleague was shown, and nobody else
TAKEN_OVER = "taken_over"  # the outcome of a turn that a person answers instead
CANCELLED = "cancelled"  # of one that whoever asked has stopped
HISTORY_TURNS = 6


@dataclass(frozen=True, slots=True)
class TurnContext:
    """`history` is oldest first, without the question; `attempt` counts from 1. `is_suggestion`: a colleague answers,
    and is shown what the agent would say."""

    tenant_id: UUID
    turn_id: UUID
    conversation_id: UUID
    contact_id: UUID
    channel: str
    agent: AgentView
    prompt: ResolvedPrompt
    question: str
    question_id: UUID
    asked_at: datetime
    started_at: datetime
    attempt: int
    history: tuple[ChatMessage, ...]
    asked: Asked = field(default_factory=Asked)
    is_remembered: bool = True
    experiment_id: UUID | None = None
    is_suggestion: bool = False
    prices: CompanyPrices = field(default_factory=CompanyPrices)
    held_micros: int | None = None  # kept aside for it when it began; None: no budget bears it
    has_files: bool = False  # the contact has sent some in this conversation
    standing: Standing = field(default_factory=Standing)  # the contact's, before anything of it was read

    @property
    def subject(self) -> TraceSubject:
        return TraceSubject(
            self.turn_id,
            self.conversation_id,
            self.agent.id,
            self.agent.version,
            self.contact_id,
            self.experiment_id,
        )


def begin_turn(*, tenant_id: UUID, turn_id: UUID) -> TurnContext | None:
    """Mark the turn as running and read what it needs; None when it is answered already, a person answers instead, or
    it was cancelled. Raises TurnNotFound.

    A failed turn comes back only when someone replays its event: then it is answered after all.
    """
    with tenant_transaction(tenant_id):
        rows = Turn.objects.select_for_update(of=("self",)).select_related("conversation", "question")
        turn = rows.filter(id=turn_id).first()
        standing = standing_of(turn.conversation.contact_id) if turn else Standing(is_erased=True)
        if turn is None or standing.is_erased:
            raise TurnNotFound("The turn is gone: its conversation was deleted.")
        if turn.state == TurnState.DONE:
            return None
        if turn.attempts and is_cut(turn, standing) and give_up_cut(turn):
            release_budget(tenant_id=tenant_id, turn_id=turn_id)
            return None
        is_late = turn.is_suggestion != (turn.conversation.state in HELD)  # a suggestion that comes too late, too
        if is_late or turn.cancelled_at is not None:
            withdraw_turn(turn, CANCELLED if turn.cancelled_at else TAKEN_OVER)
            release_budget(tenant_id=tenant_id, turn_id=turn_id)
            return None
        if turn.state == TurnState.FAILED:
            mark_turn(turn)
        turn.state, turn.attempts, turn.started_at = TurnState.RUNNING, turn.attempts + 1, timezone.now()
        chosen = _choose(tenant_id, turn)
        turn.agent_version = chosen.agent.version
        turn.save(update_fields=["state", "attempts", "started_at", "agent_version"])
        asked = Asked.from_json(turn.asked)
        return TurnContext(
            tenant_id=tenant_id,
            turn_id=turn.id,
            conversation_id=turn.conversation_id,
            contact_id=turn.conversation.contact_id,
            channel=turn.conversation.channel,
            agent=chosen.agent,
            prompt=resolve_prompt(chosen.agent.config.prompt),
            question=turn.question.text,
            question_id=turn.question_id,
            asked_at=turn.created_at,
            started_at=turn.started_at,
            attempt=turn.attempts,
            history=history_of(turn) if asked.history is None else asked.history,
            asked=asked,
            is_remembered=turn.conversation.is_remembered,
            experiment_id=chosen.experiment_id,
            is_suggestion=turn.is_suggestion,
            prices=company_prices(),
            held_micros=held_for(turn.id),
            has_files=Attachment.objects.filter(conversation_id=turn.conversation_id).exists(),
            standing=standing,
        )


def withdraw_turn(turn: Turn, outcome: str) -> None:
    """The agent stays silent: a person has the conversation by now and the question is theirs, or nobody wants the
    answer."""
    turn.state, turn.outcome, turn.error_code = TurnState.DONE, outcome, ""
    turn.finished_at = timezone.now()
    turn.save(update_fields=["state", "outcome", "error_code", "finished_at", "trace_id", "cancelled_at"])
    mark_turn(turn)


def _choose(tenant_id: UUID, turn: Turn) -> Choice:
    conversation = turn.conversation
    return choose_version(
        tenant_id=tenant_id,
        agent_id=conversation.agent_id,
        contact_id=conversation.contact_id,
        channel=conversation.channel,
        version=conversation.agent_version,
    )


def history_of(turn: Turn) -> tuple[ChatMessage, ...]:
    """The last answered turns as pairs, whatever order messages arrived in, and what was said to and by people between
    them, within the budget of characters. Notes of people to each other are no messages. The turn may be one that is
    not written: of its question only the place counts."""
    said = sorted([*_answered(turn), *_with_people(turn), *_unasked(turn)], key=lambda each: each[0], reverse=True)
    messages: list[ChatMessage] = []
    budget = HISTORY_CHARACTERS
    for _, exchange in said[:HISTORY_TURNS]:
        budget -= sum(len(each.text) for each in exchange)
        if budget < 0:
            break
        messages[:0] = exchange
    return tuple(messages)


Exchange = tuple[int, list[ChatMessage]]  # the sequence of its first message, and what was said


def _answered(turn: Turn) -> Iterator[Exchange]:
    earlier = Turn.objects.filter(conversation_id=turn.conversation_id, answer__isnull=False, id__lt=turn.id)
    earlier = earlier.exclude(outcome="tool_calls")  # the turn that was told what came of it has the answer
    earlier = earlier.exclude(outcome="waiting", question_id=turn.question_id)  # this turn goes on with it
    for row in earlier.select_related("question", "answer").order_by("-id")[:HISTORY_TURNS]:
        answer = row.answer.text if row.answer else ""
        pair = [ChatMessage("user", row.question.text), ChatMessage("assistant", answer)]
        yield row.question.sequence, pair


def _unasked(turn: Turn) -> Iterator[Exchange]:
    """What the widget, or a call that the company made, said by itself: without it nobody understands "Yes, please"."""
    if turn.conversation.channel not in ("chat", "phone"):
        return
    lines = Message.objects.filter(conversation_id=turn.conversation_id, role=MessageRole.AGENT, turn_id=None)
    for row in lines.filter(sequence__lt=turn.question.sequence).order_by("-sequence")[:HISTORY_TURNS]:
        yield row.sequence, [ChatMessage("assistant", row.text)]


def _with_people(turn: Turn) -> Iterator[Exchange]:
    """Rounds of what the contact wrote without a turn and what a person answered; to a model the person is the
    assistant."""
    if not turn.conversation.had_person:
        return
    theirs = Q(role=MessageRole.HUMAN) | Q(role=MessageRole.CONTACT, turn_id=None)
    taken = Turn.objects.filter(conversation_id=turn.conversation_id, outcome=TAKEN_OVER).values("question_id")
    rows = Message.objects.filter(theirs | Q(id__in=taken), conversation_id=turn.conversation_id)
    rows = rows.filter(sequence__lt=turn.question.sequence).order_by("-sequence")[: HISTORY_TURNS * 2]
    for asked in _rounds(reversed(rows)):
        yield asked[0].sequence, list(_merged(asked))


def _rounds(rows: Iterable[Message]) -> Iterator[list[Message]]:
    """Cut before each message of the contact that follows a person's."""
    current: list[Message] = []
    for row in rows:
        if current and row.role == MessageRole.CONTACT and current[-1].role == MessageRole.HUMAN:
            yield current
            current = []
        current.append(row)
    if current:
        yield current


def _merged(rows: Iterable[Message]) -> Iterator[ChatMessage]:
    """What one side said in a row is one message: providers want the two to take turns."""
    for is_contact, group in groupby(rows, key=lambda row: row.role == MessageRole.CONTACT):
        yield ChatMessage("user" if is_contact else "assistant", "\n".join(row.text for row in group))
