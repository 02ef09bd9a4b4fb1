"""The draft of an agent: what is being edited, and answers nobody but whoever tries it."""

from uuid import UUID

from django.db import transaction

from agents.configuration import AgentConfig, read_document, to_document
from agents.models import Agent
from agents.services.changes import facts_of_changes
from agents.services.locking import lock_agent
from agents.services.versions import published_config
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope


def replace_draft(*, tenant_id: UUID, agent_id: UUID, config: AgentConfig, actor: Actor) -> None:
    """Raises AgentNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        _write(lock_agent(agent_id), config, actor=actor)


def discard_draft(*, tenant_id: UUID, agent_id: UUID, actor: Actor) -> None:
    """Back to what is published. Raises AgentNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        agent = lock_agent(agent_id)
        _write(agent, published_config(agent), actor=actor)


def _write(agent: Agent, config: AgentConfig, *, actor: Actor) -> None:
    before = read_document(agent.draft)
    if before == config:
        return
    agent.draft = to_document(config)
    agent.save(update_fields=["draft", "updated_at"])
    record_draft(agent, before, config, actor=actor)


def record_draft(agent: Agent, before: AgentConfig, after: AgentConfig, *, actor: Actor) -> None:
    facts = facts_of_changes(before, after)
    record_audit(
        actor=actor,
        action="agent.draft_changed",
        subject=encode(Prefix.AGENT, agent.id),
        details={"version": agent.version},
        before=facts.before,
        after=facts.after,
    )
