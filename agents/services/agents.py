"""Creating and changing agents. Every change gives the agent a new version, which each turn's trace names."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from uuid import UUID

from django.db import transaction

from agents.errors import AgentNotFound, InvalidAgent
from agents.models import Agent
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import facts_of_text, record_audit
from tenants.context import tenant_scope

DEFAULT_INSTRUCTIONS = (
    "You help the company's customers. Answer from the passages you are given and cite them. "
    "Be brief and friendly. When the passages do not answer, say so and offer what the customer can do next."
)
DEFAULT_GREETING = "Hello! What can I help you with?"
MAX_SUGGESTED_QUESTIONS = 4
_LIMITS = {"name": 80, "instructions": 8000, "greeting": 300, "model": 120}
_TEXTS = ("instructions", "greeting", "suggested_questions")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class AgentChanges:
    """What to change; None leaves a field as it is. `model` "" means the platform's default."""

    name: str | None = None
    instructions: str | None = None
    greeting: str | None = None
    suggested_questions: tuple[str, ...] | None = None
    color: str | None = None
    model: str | None = None


def create_agent(
    *, tenant_id: UUID, actor: Actor, name: str = "Assistant", changes: AgentChanges | None = None
) -> UUID:
    """An agent with sensible defaults, and `changes` of them. Returns its id. Raises InvalidAgent."""
    changes = changes or AgentChanges(name=name)
    _check(changes)
    with tenant_scope(tenant_id), transaction.atomic():
        agent = Agent(name=name.strip(), instructions=DEFAULT_INSTRUCTIONS, greeting=DEFAULT_GREETING)
        _apply(agent, changes)
        agent.save()
        subject = encode(Prefix.AGENT, agent.id)
        record_audit(actor=actor, action="agent.created", subject=subject, after={"name": agent.name})
    return agent.id


def update_agent(*, tenant_id: UUID, agent_id: UUID, changes: AgentChanges, actor: Actor) -> int:
    """Apply `changes`; returns the agent's version, which grew only if something differs.

    Raises AgentNotFound, and InvalidAgent with the field's name as `param`.
    """
    _check(changes)
    with tenant_scope(tenant_id), transaction.atomic():
        agent = Agent.objects.select_for_update().filter(id=agent_id).first()
        if agent is None:
            raise AgentNotFound("There is no such agent.")
        before = _facts(agent, [each.name for each in fields(changes)])
        changed = _apply(agent, changes)
        if changed:
            agent.version += 1
            agent.save()
            record_audit(
                actor=actor,
                action="agent.updated",
                subject=encode(Prefix.AGENT, agent.id),
                details={"version": agent.version},
                before={name: before[name] for name in changed},
                after=_facts(agent, changed),
            )
        return agent.version


def _facts(agent: Agent, names: Sequence[str]) -> dict[str, object]:
    """For the audit log: what an agent is told to say is content, so only that it is another text."""
    facts = {name: getattr(agent, name) for name in names}
    return {
        name: facts_of_text(json.dumps(value) if isinstance(value, list) else value) if name in _TEXTS else value
        for name, value in facts.items()
    }


def _apply(agent: Agent, changes: AgentChanges) -> list[str]:
    changed = []
    for each in fields(changes):
        value = getattr(changes, each.name)
        value = list(value) if isinstance(value, tuple) else value
        if value is not None and value != getattr(agent, each.name):
            setattr(agent, each.name, value)
            changed.append(each.name)
    return changed


def _check(changes: AgentChanges) -> None:
    for name, limit in _LIMITS.items():
        value = getattr(changes, name)
        if value is not None and len(value) > limit:
            raise InvalidAgent(
                f"The {name} may have at most {limit} characters; this one has {len(value)}.", param=name
            )
    if changes.name is not None and not changes.name.strip():
        raise InvalidAgent("Give the agent a name.", param="name")
    if changes.color is not None and not _COLOR.fullmatch(changes.color):
        raise InvalidAgent("Write the colour as six hexadecimal digits, for example #4f46e5.", param="color")
    _check_questions(changes.suggested_questions or ())


def _check_questions(questions: tuple[str, ...]) -> None:
    if len(questions) > MAX_SUGGESTED_QUESTIONS:
        message = f"At most {MAX_SUGGESTED_QUESTIONS} suggested questions fit in the widget."
        raise InvalidAgent(message, param="suggested_questions")
    if any(not question.strip() or len(question) > 120 for question in questions):
        raise InvalidAgent("A suggested question has between 1 and 120 characters.", param="suggested_questions")
