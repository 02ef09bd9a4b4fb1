"""Reading a call that is over: by the agent's models for the task `extract`, within its budgets and the company's, with
a trace of its own. What the contact may spend is not touched.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from agents.channels.phone.analysis.reply import Analysed, read_reply, rules_of, text_of
from agents.configuration.sections.analysis import Analysis
from agents.llm.bearing import budget_beside_contact
from agents.llm.beside import Beside
from agents.llm.gateway import Gateway
from agents.llm.tasks import Limits, ask_task
from agents.masking.conversation import mask_of
from agents.models import Call, CallAnalysis, CallState, MessageRole
from agents.selectors.agents import get_agent
from agents.selectors.conversations import list_messages
from agents.tracing.recorder import TraceRecorder
from billing.ledger import tenant_zone
from billing.own_prices import company_prices
from tenants.context import tenant_scope, tenant_transaction
from tenants.privacy.suppression import Standing, standing_of

OUTCOME = "call_analysis"  # of its trace
LIMITS = Limits(1024, 30.0)
MOST_MESSAGES = 2000
AFTERWARDS = timedelta(seconds=30)  # the last words may be written down when the line is closed
_SPEAKERS = {"contact": "Person", "agent": "Assistant", "human": "Colleague"}


@dataclass(frozen=True, slots=True)
class _Read:
    """What is read in one scope, before a model is asked."""

    beside: Beside
    wanted: Analysis
    rules: str
    text: str
    standing: Standing  # before it was read


def analyse_call(*, tenant_id: UUID, call_id: UUID, gateway: Gateway) -> bool:
    """False when nothing is asked for, nobody spoke, nobody can read it, there is no money for it, or nothing that can
    be kept came of it. A call is read once."""
    read = _read(tenant_id, call_id)
    if read is None:
        return False
    beside, started_at, config = read.beside, timezone.now(), read.beside.agent.config
    mask = mask_of(
        conversation_id=beside.conversation.id, guardrails=config.guardrails, plain=config.prompt.instructions
    )
    text = mask.text(read.text) if mask else read.text
    reply = ask_task(
        beside.desk(gateway), "extract", rules=read.rules, text=text, label="Reading the call", limits=LIMITS
    )
    analysed = read_reply(reply, read.wanted) if reply else None
    if analysed and mask:
        analysed = analysed.told(mask.restore)
    if not beside.recorder.spans:
        return False
    with tenant_transaction(tenant_id):
        is_whole = beside.settle(OUTCOME, started_at, read.standing) is not None
        return is_whole and analysed is not None and _keep(call_id, read, analysed)


def _read(tenant_id: UUID, call_id: UUID) -> _Read | None:
    with tenant_scope(tenant_id):
        rows = Call.objects.select_related("conversation").filter(id=call_id, state=CallState.ENDED)
        call = rows.exclude(answered_at=None).first()
        if call is None or CallAnalysis.objects.filter(call=call).exists():
            return None
        standing = standing_of(call.contact_id)
        agent = get_agent(tenant_id=tenant_id, agent_id=call.conversation.agent_id)
        wanted = agent.config.analysis
        if standing.is_erased or not wanted.is_wanted:
            return None
        text = _said_in(call)
        if not text:
            return None
        bears = budget_beside_contact(agent, call.conversation)
        recorder = TraceRecorder(tenant_id, prices=company_prices())
        beside = Beside(call.conversation, agent, recorder, budget=bears)
        today = (call.answered_at or call.created_at).astimezone(tenant_zone()).date()
        return _Read(beside, wanted, rules_of(wanted, today=today), text, standing)


def _said_in(call: Call) -> str:
    """What was heard of answers, and said; not what colleagues write later. "" where the person said nothing."""
    last = (call.ended_at or timezone.now()) + AFTERWARDS
    rows = list_messages(tenant_id=call.tenant_id, conversation_id=call.conversation_id, limit=MOST_MESSAGES)
    said = [each for each in rows if each.role in _SPEAKERS and each.text and each.created_at <= last]
    if not any(each.role == MessageRole.CONTACT for each in said):
        return ""
    return text_of((_SPEAKERS[each.role], each.text) for each in said)


def _keep(call_id: UUID, read: _Read, analysed: Analysed) -> bool:
    if not Call.objects.filter(id=call_id).exists():
        return False
    _, is_made = CallAnalysis.objects.get_or_create(
        call_id=call_id,
        defaults={
            "agent_version": read.beside.agent.version,
            "model": read.beside.model,
            "values": dict(analysed.values),
            "is_success": analysed.is_success,
            "reason": analysed.reason,
        },
    )
    return is_made
