"""Judging an answer that was given: by the agent's models for the task `judge`, of the part of its answers that it
says, within its budget of the day for that and those of agent and company, with a trace of its own.

The published version says how much is judged, whichever version answered: two that are compared have one judge. What
the contact may spend is not touched.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from django.utils import timezone

from agents.configuration.sections.judging import Judging
from agents.judging.reply import RULES, Scores, read_scores, text_of
from agents.judging.sampling import JUDGED, is_sampled
from agents.llm.bearing import budget_beside_contact
from agents.llm.beside import Beside
from agents.llm.gateway import Gateway
from agents.llm.tasks import Limits, ask_task
from agents.masking.conversation import mask_of
from agents.models import Conversation, Judgement, Message, Trace, Turn, TurnState
from agents.selectors.agents import AgentView, get_agent
from agents.tracing.recorder import TraceRecorder
from billing.budgets import AgentBudget
from billing.own_prices import company_prices
from tenants.context import tenant_scope, tenant_transaction
from tenants.privacy.suppression import Standing, standing_of

OUTCOME = "judgement"  # of its trace
LIMITS = Limits(512, 30.0)
_BEFORE = 4  # messages that the judge is told before the question
_SPEAKERS = {"contact": "Customer", "agent": "Assistant", "human": "Colleague"}


@dataclass(frozen=True, slots=True)
class _Read:
    """What is read in one scope, before a model is asked."""

    turn: Turn
    beside: Beside
    text: str
    standing: Standing  # before it was read


def judge_answer(*, tenant_id: UUID, turn_id: UUID, gateway: Gateway) -> bool:
    """False when there was nothing to judge, nobody to do it, no money for it, or nothing that could be kept came of
    it. An answer is judged once."""
    read = _read(tenant_id, turn_id)
    if read is None:
        return False
    beside, started_at, config = read.beside, timezone.now(), read.beside.agent.config
    mask = mask_of(
        conversation_id=beside.conversation.id, guardrails=config.guardrails, plain=config.prompt.instructions
    )
    text = mask.text(read.text) if mask else read.text
    reply = ask_task(beside.desk(gateway), "judge", rules=RULES, text=text, label="Judging", limits=LIMITS)
    scores = read_scores(mask.restore(reply) if mask else reply) if reply else None
    if not beside.recorder.spans:
        return False
    with tenant_transaction(tenant_id):
        is_whole = beside.settle(OUTCOME, started_at, read.standing) is not None
        return is_whole and scores is not None and _keep(read, scores)


def _read(tenant_id: UUID, turn_id: UUID) -> _Read | None:
    with tenant_scope(tenant_id):
        turn = _judged(turn_id)
        if turn is None or turn.answer is None:
            return None
        agent = get_agent(tenant_id=tenant_id, agent_id=turn.conversation.agent_id)
        may = agent.config.judging
        if not is_sampled(turn_id, may.share_percent) or Judgement.objects.filter(turn=turn).exists():
            return None
        standing = standing_of(turn.conversation.contact_id)
        if standing.is_erased:
            return None
        recorder = TraceRecorder(tenant_id, prices=company_prices())
        beside = Beside(turn.conversation, agent, recorder, budget=_budget(agent, turn.conversation, may))
        text = text_of(turn.question.text, turn.answer.text, turn.answer.citations, _said_before(turn))
        return _Read(turn, beside, text, standing)


def _judged(turn_id: UUID) -> Turn | None:
    """Test chats are not counted anywhere, and not judged."""
    rows = Turn.objects.select_related("conversation", "question", "answer").exclude(conversation__channel="test")
    return rows.filter(id=turn_id, state=TurnState.DONE, outcome__in=JUDGED, is_suggestion=False).first()


def _said_before(turn: Turn) -> str:
    rows = Message.objects.filter(conversation_id=turn.conversation_id, sequence__lt=turn.question.sequence)
    last = rows.filter(role__in=_SPEAKERS).order_by("-sequence").values_list("role", "text")[:_BEFORE]
    return "\n".join(f"{_SPEAKERS[role]}: {text[:500]}" for role, text in reversed(last))


def _budget(agent: AgentView, conversation: Conversation, may: Judging) -> AgentBudget:
    return replace(budget_beside_contact(agent, conversation), judging_day_micros=may.day_micros)


def _keep(read: _Read, scores: Scores) -> bool:
    turn = Turn.objects.filter(id=read.turn.id).first()
    if turn is None:
        return False
    trace = Trace.objects.filter(turn_id=turn.id).only("experiment_id").first()
    _, is_made = Judgement.objects.get_or_create(
        turn=turn,
        defaults={
            "conversation_id": turn.conversation_id,
            "agent_id": read.beside.agent.id,
            "agent_version": turn.agent_version or 0,
            "experiment_id": trace.experiment_id if trace else None,
            "model": read.beside.model,
            "grounded": scores.grounded,
            "relevant": scores.relevant,
            "complete": scores.complete,
            "reason": scores.reason,
        },
    )
    return is_made
