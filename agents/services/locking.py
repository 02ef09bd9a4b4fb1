"""Holding an agent's row: whoever changes its draft or its versions comes one after the other."""

from uuid import UUID

from agents.errors import AgentNotFound
from agents.models import Agent


def lock_agent(agent_id: UUID) -> Agent:
    """In the open scope, until its transaction ends. Raises AgentNotFound."""
    agent = Agent.objects.select_for_update().filter(id=agent_id).first()
    if agent is None:
        raise AgentNotFound("There is no such agent.")
    return agent
