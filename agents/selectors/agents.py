"""Reads about agents."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agents.errors import AgentNotFound
from agents.models import Agent
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class AgentView:
    """`model` "" means the platform's default; `version` grows with every change."""

    id: UUID
    name: str
    instructions: str
    greeting: str
    suggested_questions: tuple[str, ...]
    color: str
    model: str
    version: int
    created_at: datetime
    updated_at: datetime


def _view(row: Agent) -> AgentView:
    return AgentView(
        id=row.id,
        name=row.name,
        instructions=row.instructions,
        greeting=row.greeting,
        suggested_questions=tuple(row.suggested_questions),
        color=row.color,
        model=row.model,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def get_agent(*, tenant_id: UUID, agent_id: UUID) -> AgentView:
    """Raises AgentNotFound."""
    with tenant_scope(tenant_id):
        row = Agent.objects.filter(id=agent_id).first()
    if row is None:
        raise AgentNotFound("There is no such agent.")
    return _view(row)


def list_agents(*, tenant_id: UUID, limit: int | None = None, after: UUID | None = None) -> list[AgentView]:
    """Oldest first; the first one is the agent that sign-up made. `after` is the last id of the previous page."""
    with tenant_scope(tenant_id):
        rows = Agent.objects.filter(id__gt=after) if after else Agent.objects.all()
        return [_view(row) for row in rows.order_by("id")[:limit]]
