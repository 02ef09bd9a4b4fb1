"""Creating and changing agents. A change goes into the draft; unless it is to wait there, it is published too."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from django.db import transaction

from agents.configuration import AgentConfig, Json, default_config, merge_document, read_document, to_document
from agents.errors import InvalidAgent
from agents.models import Agent
from agents.services.changes import facts_of_changes
from agents.services.drafts import record_draft
from agents.services.locking import lock_agent
from agents.services.versions import add_first_version, publish_config, published_config
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class AgentChanges:
    """What to change; None leaves a field as it is. `model` "" means the platform's default.

    `config`: any part of the document of `agents.configuration`, laid over it.
    """

    name: str | None = None
    instructions: str | None = None
    greeting: str | None = None
    suggested_questions: tuple[str, ...] | None = None
    color: str | None = None
    model: str | None = None
    config: Mapping[str, Any] | None = None


PLACES = {
    "name": ("appearance", "name"),
    "instructions": ("prompt", "instructions"),
    "greeting": ("appearance", "greeting"),
    "suggested_questions": ("appearance", "suggested_questions"),
    "color": ("appearance", "color"),
    "model": ("models", "answer"),
}


def create_agent(
    *, tenant_id: UUID, actor: Actor, name: str = "Assistant", changes: AgentChanges | None = None, note: str = ""
) -> UUID:
    """An agent with sensible defaults, and `changes` of them, published as version 1. Returns its id. Raises
    InvalidAgent."""
    config = _changed(default_config(name="Assistant"), changes or AgentChanges(name=name))
    with tenant_scope(tenant_id), transaction.atomic():
        agent = Agent.objects.create(name=config.appearance.name, draft=to_document(config))
        add_first_version(agent, config, actor=actor, note=note)
        subject = encode(Prefix.AGENT, agent.id)
        record_audit(actor=actor, action="agent.created", subject=subject, after={"name": agent.name})
    return agent.id


def update_agent(
    *, tenant_id: UUID, agent_id: UUID, changes: AgentChanges, actor: Actor, publish: bool = True, note: str = ""
) -> int:
    """Apply `changes`; returns the number of the published version, which grew only if something differs.

    They are made to the published version and published, and made to the draft as well: what else waits in the draft
    goes on waiting. Without `publish` they are made to the draft alone. Raises AgentNotFound, and InvalidAgent with the
    field's name as `param`; ExperimentRunning.
    """
    with tenant_scope(tenant_id), transaction.atomic():
        agent = lock_agent(agent_id)
        if not publish:
            return _change_draft(agent, changes, actor=actor)
        before = published_config(agent)
        after = _changed(before, changes)
        agent.draft = to_document(_changed(read_document(agent.draft), changes))
        agent.save(update_fields=["draft", "updated_at"])
        if after != before:
            publish_config(agent, after, actor=actor, note=note)
            _record(agent, before, after, actor=actor)
        return agent.version


def _change_draft(agent: Agent, changes: AgentChanges, *, actor: Actor) -> int:
    before = read_document(agent.draft)
    after = _changed(before, changes)
    if after != before:
        agent.draft = to_document(after)
        agent.save(update_fields=["draft", "updated_at"])
        record_draft(agent, before, after, actor=actor)
    return agent.version


def _record(agent: Agent, before: AgentConfig, after: AgentConfig, *, actor: Actor) -> None:
    facts = facts_of_changes(before, after)
    record_audit(
        actor=actor,
        action="agent.updated",
        subject=encode(Prefix.AGENT, agent.id),
        details={"version": agent.version},
        before=facts.before,
        after=facts.after,
    )


def _changed(config: AgentConfig, changes: AgentChanges) -> AgentConfig:
    """Raises InvalidAgent; its `param` is the field of `changes` where one is at fault, else a dotted path."""
    given = dict(_given(config, changes))
    try:
        return read_document(merge_document(to_document(config), _merged(given, changes.config or {})))
    except InvalidAgent as error:
        error.param = next((name for name in given if _is_at(error.param, PLACES[name])), error.param)
        raise


def _given(config: AgentConfig, changes: AgentChanges) -> Iterator[tuple[str, object]]:
    for name in (each.name for each in fields(changes) if each.name in PLACES):
        value = getattr(changes, name)
        if value is not None:
            yield name, [value, *config.models.answer[1:]] if name == "model" else value


def _merged(given: Mapping[str, object], config: Mapping[str, Any]) -> Json:
    document: Json = {}
    for name, value in given.items():
        section, field = PLACES[name]
        document.setdefault(section, {})[field] = value
    return merge_document(document, config)


def _is_at(param: str | None, place: tuple[str, str]) -> bool:
    return (param or "").split(".")[:2] == list(place)
