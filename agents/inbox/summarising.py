"""What the conversation was about, for the colleague who takes it: a few sentences, written when it is handed over.

By the agent's models for the task `summarise`, with a trace and rows in the ledger of its own, within the agent's and
the company's budgets. Where no language model does it there is none: the conversation itself is beside it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from agents.inbox.ringing import ring
from agents.inbox.state import HELD
from agents.llm.beside import Beside
from agents.llm.gateway import Gateway
from agents.llm.tasks import ask_task
from agents.masking.conversation import mask_of
from agents.models import Conversation, Message, MessageRole
from agents.selectors.agents import AgentView, answering_agent
from agents.tracing.recorder import TraceRecorder
from billing.own_prices import CompanyPrices, company_prices
from tenants.context import tenant_scope, tenant_transaction
from tenants.privacy.suppression import Standing, standing_of

OUTCOME = "summary"  # of its trace
RULES = """\
Below is a conversation between a customer and the automatic assistant of a company. A colleague takes it over now. \
Write for this colleague, in the customer's language, in at most three short sentences: what the customer wants, what \
was said and tried so far, and what is still open. State nothing that was not said."""
LONGEST = 1200  # characters of a summary
MOST_CHARACTERS = 12_000  # of the conversation: its end
MOST_MESSAGES = 100
_SPEAKERS = {MessageRole.CONTACT: "Customer", MessageRole.AGENT: "Assistant", MessageRole.HUMAN: "Colleague"}


@dataclass(frozen=True, slots=True)
class _Told:
    """What is read in one scope, before a model is asked."""

    conversation: Conversation
    agent: AgentView
    text: str
    prices: CompanyPrices
    handed_off_at: datetime
    standing: Standing


def summarise_conversation(*, tenant_id: UUID, conversation_id: UUID, gateway: Gateway) -> bool:
    """False when there was nothing to do, or nobody to do it. Called again it does it again only if it had not."""
    told = _read(tenant_id, conversation_id)
    if told is None:
        return False
    guardrails = told.agent.config.guardrails
    mask = mask_of(conversation_id=conversation_id, guardrails=guardrails, plain=told.agent.config.prompt.instructions)
    started_at, recorder = timezone.now(), TraceRecorder(tenant_id, prices=told.prices)
    beside = Beside(told.conversation, told.agent, recorder)
    text = mask.text(told.text) if mask else told.text
    summary = ask_task(beside.desk(gateway), "summarise", rules=RULES, text=text, label="Summary for colleagues")
    summary = mask.restore(summary) if mask and summary else summary
    return _keep(told, beside, summary or "", started_at)


def _read(tenant_id: UUID, conversation_id: UUID) -> _Told | None:
    with tenant_scope(tenant_id):
        conversation = Conversation.objects.filter(id=conversation_id, state__in=HELD, handoff_summary="").first()
        if conversation is None or conversation.handed_off_at is None:
            return None
        standing = standing_of(conversation.contact_id)
        if standing.is_erased:
            return None
        text = _text_of(conversation_id)
        agent = answering_agent(conversation)
        at = conversation.handed_off_at
        return _Told(conversation, agent, text, company_prices(), at, standing) if text else None


def _text_of(conversation_id: UUID) -> str:
    """The last messages that fit, oldest first."""
    rows = Message.objects.filter(conversation_id=conversation_id, role__in=_SPEAKERS).order_by("-sequence")
    lines: list[str] = []
    left = MOST_CHARACTERS
    for row in rows[:MOST_MESSAGES]:
        lines.append(f"{_SPEAKERS[MessageRole(row.role)]}: {row.text}"[:left])
        left -= len(lines[-1])
        if left <= 0:
            break
    return "\n".join(reversed(lines))


def _keep(told: _Told, beside: Beside, summary: str, started_at: datetime) -> bool:
    """What was spent is kept in any case; the summary, if the conversation still waits or is with a person."""
    if not beside.recorder.spans:
        return False
    with tenant_transaction(beside.tenant_id):
        row = beside.settle(OUTCOME, started_at, told.standing)
        if row is None or row.state not in HELD or row.handed_off_at != told.handed_off_at:
            return False
        row.handoff_summary = summary[:LONGEST]
        row.save(update_fields=["handoff_summary"])
        ring(row)
    return bool(summary)
