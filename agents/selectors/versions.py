"""Reads about versions of agents, and about drafts beside them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agents.configuration.comparing import Change, compare
from agents.models import Agent, AgentVersion, Experiment
from agents.selectors.agents import DRAFT, get_agent, not_there
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class VersionView:
    """`actor` is a label of `tenants.actors`; `from_version`: the one that it took up again; `is_published`: now."""

    number: int
    digest: str
    note: str
    actor: str
    from_version: int | None
    is_candidate: bool
    is_published: bool
    is_in_experiment: bool
    created_at: datetime


def list_versions(
    *, tenant_id: UUID, agent_id: UUID, limit: int | None = None, before: int | None = None
) -> list[VersionView]:
    """Newest first; `before` is the last number of the previous page. Raises AgentNotFound."""
    with tenant_scope(tenant_id):
        agent = Agent.objects.filter(id=agent_id).first()
        if agent is None:
            raise not_there(agent_id)
        running = Experiment.objects.filter(agent=agent, stopped_at=None).values_list("arms", flat=True).first()
        arms = {arm["version"] for arm in running or ()}
        rows = AgentVersion.objects.filter(agent=agent).defer("config").order_by("-number")
        rows = rows.filter(number__lt=before) if before else rows
        return [_view(row, agent, arms) for row in rows[:limit]]


def get_version(*, tenant_id: UUID, agent_id: UUID, number: int) -> VersionView:
    """Raises AgentNotFound, VersionNotFound."""
    found = list_versions(tenant_id=tenant_id, agent_id=agent_id, limit=1, before=number + 1)
    if not found or found[0].number != number:
        with tenant_scope(tenant_id):
            raise not_there(agent_id)
    return found[0]


def has_unpublished_changes(*, tenant_id: UUID, agent_id: UUID) -> bool:
    """Raises AgentNotFound."""
    return bool(compare_versions(tenant_id=tenant_id, agent_id=agent_id, before=None, after=DRAFT))


def compare_versions(*, tenant_id: UUID, agent_id: UUID, before: int | None, after: int | None) -> list[Change]:
    """What changes from one to the other; None is the published one, DRAFT the draft. Raises AgentNotFound,
    VersionNotFound."""
    with tenant_scope(tenant_id):
        old = get_agent(tenant_id=tenant_id, agent_id=agent_id, version=before)
        new = get_agent(tenant_id=tenant_id, agent_id=agent_id, version=after)
    return compare(old.config, new.config)


def _view(row: AgentVersion, agent: Agent, arms: set[int]) -> VersionView:
    return VersionView(
        number=row.number,
        digest=row.digest,
        note=row.note,
        actor=row.actor,
        from_version=row.from_version,
        is_candidate=row.is_candidate,
        is_published=row.number == agent.version,
        is_in_experiment=row.number in arms,
        created_at=row.created_at,
    )
