"""A call that is over is told of, where its agent asks for something to be read from it."""

from uuid import uuid5

from agents.models import Call, Conversation
from agents.selectors.agents import get_agent
from agents.topics import CALL_TO_ANALYSE, CALLS
from rapport.events.envelope import Event
from rapport.events.outbox import publish
from rapport.ids import Prefix, encode
from tenants.context import require_tenant_id


def ask_for_analysis(call: Call) -> None:
    """In the open transaction, once. Of a call that nobody took up nothing is read."""
    if call.answered_at is None:
        return
    tenant_id = require_tenant_id()
    agent_id = Conversation.objects.values_list("agent_id", flat=True).get(id=call.conversation_id)
    if not get_agent(tenant_id=tenant_id, agent_id=agent_id).config.analysis.is_wanted:
        return
    subject, data = encode(Prefix.CALL, call.id), {"call_id": str(call.id)}
    fact_id = uuid5(call.id, "to analyse")
    publish(CALLS, Event(CALL_TO_ANALYSE, tenant_id, str(call.id), data, subject=subject, id=fact_id))
