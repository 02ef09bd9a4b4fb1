"""Starting and stopping experiments. One at a time runs on an agent, and all its contacts are in it."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agents.configuration import read_document
from agents.errors import ExperimentNotFound, ExperimentRunning, InvalidExperiment
from agents.experiments.arms import Arm
from agents.models import AgentVersion, Experiment
from agents.prompts.resolving import resolve_prompt
from agents.services.locking import lock_agent
from agents.services.references import hold_prompts
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope

MAX_ARMS = 4


def start_experiment(*, tenant_id: UUID, agent_id: UUID, name: str, arms: Sequence[Arm], actor: Actor) -> UUID:
    """From now on each contact gets one of the arms' versions, always the same. Returns its id.

    Raises AgentNotFound, InvalidExperiment, ExperimentRunning, and InvalidAgent when a version's prompts are not there.
    """
    name = _checked_name(name)
    _check_parts(arms)
    with tenant_scope(tenant_id), transaction.atomic():
        agent = lock_agent(agent_id)
        if Experiment.objects.filter(agent=agent, stopped_at=None).exists():
            raise ExperimentRunning("An experiment is running on this agent already. Stop it first.")
        _check_versions(agent_id, arms)
        row = Experiment.objects.create(
            agent=agent, name=name, arms=[each.to_json() for each in arms], actor=actor.label
        )
        record_audit(
            actor=actor,
            action="experiment.started",
            subject=encode(Prefix.EXPERIMENT, row.id),
            details={"agent": encode(Prefix.AGENT, agent_id), "arms": row.arms},
        )
    return row.id


def stop_experiment(*, tenant_id: UUID, experiment_id: UUID, actor: Actor, agent_id: UUID | None = None) -> None:
    """Everybody gets the published version again. Stopping it twice is no error. Raises ExperimentNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        which = {"agent_id": agent_id} if agent_id else {}
        row = Experiment.objects.select_for_update().filter(id=experiment_id, **which).first()
        if row is None:
            raise ExperimentNotFound("There is no such experiment.")
        if row.stopped_at is not None:
            return
        row.stopped_at = timezone.now()
        row.save(update_fields=["stopped_at"])
        record_audit(actor=actor, action="experiment.stopped", subject=encode(Prefix.EXPERIMENT, row.id))


def _checked_name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= 120:
        raise InvalidExperiment("Give the experiment a name of at most 120 characters.", param="name")
    return name


def _check_parts(arms: Sequence[Arm]) -> None:
    versions = [each.version for each in arms]
    if not 2 <= len(arms) <= MAX_ARMS or len(set(versions)) < len(versions):
        raise InvalidExperiment(f"An experiment has two to {MAX_ARMS} versions, each once.", param="arms")
    if any(each.percent < 1 for each in arms) or sum(each.percent for each in arms) != 100:
        raise InvalidExperiment("Each part is at least 1 per cent, and together they are 100.", param="arms")


def _check_versions(agent_id: UUID, arms: Sequence[Arm]) -> None:
    there = {row.number: row for row in AgentVersion.objects.filter(agent_id=agent_id)}
    for place, arm in enumerate(arms):
        if arm.version not in there:
            raise InvalidExperiment(f"This agent has no version {arm.version}.", param=f"arms.{place}.version")
        config = read_document(there[arm.version].config)
        hold_prompts(config)
        resolve_prompt(config.prompt)
