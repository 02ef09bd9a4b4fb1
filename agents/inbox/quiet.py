"""Conversations that nobody goes on with are closed, so that what waits for their end happens: a model reads them for
facts, and sums them up. Whoever writes again opens them."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from agents.inbox.state import close_if_quiet
from agents.models import Conversation, ConversationState
from agents.selectors.agents import AgentView, list_agents
from tenants.actors import SYSTEM
from tenants.context import tenant_scope

_NOBODYS = ("tool", "test")  # channels on which no customer writes
MOST_CLOSED = 200  # of an agent at once: each one may be read by a model


def close_quiet_conversations(*, tenant_id: UUID) -> int:
    """As each agent is published; how many were closed. Those longest quiet first."""
    closed = 0
    for agent in list_agents(tenant_id=tenant_id):
        if hours := agent.config.handoff.close_after_hours:
            closed += _close(tenant_id, agent, timezone.now() - timedelta(hours=hours))
    return closed


def _close(tenant_id: UUID, agent: AgentView, since: datetime) -> int:
    with tenant_scope(tenant_id):
        open_ones = Conversation.objects.filter(agent_id=agent.id, state=ConversationState.AGENT)
        quiet = open_ones.filter(last_message_at__lt=since).exclude(channel__in=_NOBODYS).order_by("last_message_at")
        ids = list(quiet.values_list("id", flat=True)[:MOST_CLOSED])
    return sum(close_if_quiet(tenant_id=tenant_id, conversation_id=each, since=since, actor=SYSTEM) for each in ids)
