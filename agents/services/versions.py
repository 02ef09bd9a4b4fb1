"""Versions of agents: made once, never changed. The published one answers; going back makes a new one."""

from uuid import UUID

from django.db import transaction
from django.db.models import Max

from agents.configuration import AgentConfig, digest_of, read_document, to_document
from agents.errors import ExperimentRunning, InvalidAgent
from agents.models import Agent, AgentVersion, Experiment
from agents.prompts.resolving import resolve_prompt
from agents.selectors.agents import not_there
from agents.services.locking import lock_agent
from agents.services.references import check_references, hold_prompts
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope

MAX_NOTE = 300


def publish_agent(*, tenant_id: UUID, agent_id: UUID, actor: Actor, note: str = "") -> int:
    """Make the draft the version that answers. Returns its number: that of the published one when they are equal.

    Raises AgentNotFound, InvalidAgent, ExperimentRunning.
    """
    with tenant_scope(tenant_id), transaction.atomic():
        agent = lock_agent(agent_id)
        draft = read_document(agent.draft)
        if draft != published_config(agent):
            publish_config(agent, draft, actor=actor, note=note)
        return agent.version


def make_candidate(*, tenant_id: UUID, agent_id: UUID, actor: Actor, note: str = "") -> int:
    """Keep the draft as a version that is not published: to be tried, or to answer in an experiment. Returns its
    number.

    Raises AgentNotFound, InvalidAgent.
    """
    with tenant_scope(tenant_id), transaction.atomic():
        agent = lock_agent(agent_id)
        draft = read_document(agent.draft)
        check_references(draft, since=published_config(agent))
        number = _add(agent, draft, actor=actor, note=note, is_candidate=True)
        record_audit(
            actor=actor,
            action="agent.candidate_made",
            subject=encode(Prefix.AGENT, agent.id),
            details={"version": number},
        )
        return number


def roll_back_agent(*, tenant_id: UUID, agent_id: UUID, number: int, actor: Actor, note: str = "") -> int:
    """Publish what version `number` is, as a new version; the draft becomes the same. Returns the new number.

    What the old one refers to may be gone, but its prompts must resolve. Raises AgentNotFound, VersionNotFound,
    InvalidAgent, ExperimentRunning.
    """
    with tenant_scope(tenant_id), transaction.atomic():
        agent = lock_agent(agent_id)
        old = AgentVersion.objects.filter(agent=agent, number=number).first()
        if old is None:
            raise not_there(agent.id)
        config = read_document(old.config)
        hold_prompts(config)
        resolve_prompt(config.prompt)
        agent.draft = to_document(config)
        _publish(agent, config, actor=actor, note=note, from_version=number)
        return agent.version


def publish_config(agent: Agent, config: AgentConfig, *, actor: Actor, note: str = "") -> None:
    """In the open scope, for an agent whose row the caller has locked: the next version, and it answers.

    Raises InvalidAgent, ExperimentRunning.
    """
    check_references(config, since=published_config(agent))
    _publish(agent, config, actor=actor, note=note)


def add_first_version(agent: Agent, config: AgentConfig, *, actor: Actor, note: str = "") -> None:
    """Of a new agent; the caller records that it was made."""
    check_references(config)
    agent.version = _add(agent, config, actor=actor, note=note)


def published_config(agent: Agent) -> AgentConfig:
    return read_document(AgentVersion.objects.get(agent=agent, number=agent.version).config)


def _publish(
    agent: Agent, config: AgentConfig, *, actor: Actor, note: str = "", from_version: int | None = None
) -> None:
    if Experiment.objects.filter(agent=agent, stopped_at=None).exists():
        raise ExperimentRunning("An experiment is running with versions of this agent. Stop it, then publish.")
    agent.version = _add(agent, config, actor=actor, note=note, from_version=from_version)
    agent.name = config.appearance.name
    agent.save(update_fields=["version", "name", "draft", "updated_at"])
    record_audit(
        actor=actor,
        action="agent.published",
        subject=encode(Prefix.AGENT, agent.id),
        details={"version": agent.version, **({"from_version": from_version} if from_version else {})},
    )


def _add(
    agent: Agent,
    config: AgentConfig,
    *,
    actor: Actor,
    note: str,
    from_version: int | None = None,
    is_candidate: bool = False,
) -> int:
    note = note.strip()
    if len(note) > MAX_NOTE:
        raise InvalidAgent(f"A note has at most {MAX_NOTE} characters.", param="note")
    last = AgentVersion.objects.filter(agent=agent).aggregate(last=Max("number"))["last"] or 0
    row = AgentVersion.objects.create(
        agent=agent,
        number=last + 1,
        config=to_document(config),
        digest=digest_of(config),
        note=note,
        actor=actor.label,
        from_version=from_version,
        is_candidate=is_candidate,
    )
    return row.number
