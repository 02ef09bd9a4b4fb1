"""By which version an agent answers a contact: a test chat's own, the arm of a running experiment, or the published
one.
"""

from dataclasses import dataclass
from uuid import UUID

from agents.experiments.arms import Arm
from agents.experiments.splitting import arm_of
from agents.models import Experiment
from agents.selectors.agents import AgentView, get_agent
from ingestion.contacts.merging import root_of
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class Choice:
    """`experiment_id` None: not in an experiment."""

    agent: AgentView
    experiment_id: UUID | None = None


def choose_version(
    *, tenant_id: UUID, agent_id: UUID, contact_id: UUID, channel: str = "chat", version: int | None = None
) -> Choice:
    """`version`: what the conversation asks for. Test chats are in no experiment: they would count. Contacts who are
    read as one get one version. Raises AgentNotFound, VersionNotFound."""
    with tenant_scope(tenant_id):
        running = None
        if version is None and channel != "test":
            running = Experiment.objects.filter(agent_id=agent_id, stopped_at=None).first()
        if running is None:
            return Choice(get_agent(tenant_id=tenant_id, agent_id=agent_id, version=version))
        arms = [Arm.from_json(each) for each in running.arms]
        arm = arm_of(arms, experiment_id=running.id, contact_id=root_of(contact_id))
        return Choice(get_agent(tenant_id=tenant_id, agent_id=agent_id, version=arm.version), running.id)
