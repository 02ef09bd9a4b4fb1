"""Which agents answer with a prompt now: what is changed about it must leave them able to."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, Q

from agents.configuration import AgentConfig, read_document
from agents.models import AgentVersion, Experiment
from agents.prompts.resolving import names_in


@dataclass(frozen=True, slots=True)
class Use:
    """A version that answers somebody."""

    agent_name: str
    number: int
    config: AgentConfig


def uses_of(prompt: str) -> Iterator[Use]:
    """In the open scope: published versions, and those of running experiments, that refer to the prompt."""
    live = Q(number=F("agent__version"))
    for experiment in Experiment.objects.filter(stopped_at=None):
        live |= Q(agent_id=experiment.agent_id, number__in=[arm["version"] for arm in experiment.arms])
    for row in AgentVersion.objects.select_related("agent").filter(live).order_by("agent_id", "number"):
        config = read_document(row.config)
        if prompt in names_in(config.prompt):
            yield Use(row.agent.name, row.number, config)
