"""Reads about agents: who answers, and by which version."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any
from uuid import UUID

from django.db.models import F

from agents.configuration import AgentConfig, digest_of, read_document
from agents.errors import AgentNotFound, VersionNotFound
from agents.models import Agent, AgentVersion, Conversation
from tenants.context import tenant_scope

DRAFT = 0  # in place of a version's number
MOST_READ = 256  # configurations that a process keeps


@dataclass(frozen=True, slots=True)
class AgentView:
    """An agent by one of its versions: `version` is its number, or DRAFT; `digest` the SHA-256 of its configuration."""

    id: UUID
    config: AgentConfig
    version: int
    digest: str
    created_at: datetime
    updated_at: datetime

    @property
    def name(self) -> str:
        return self.config.appearance.name

    @property
    def greeting(self) -> str:
        return self.config.appearance.greeting

    @property
    def suggested_questions(self) -> tuple[str, ...]:
        return self.config.appearance.suggested_questions

    @property
    def color(self) -> str:
        return self.config.appearance.color

    @property
    def instructions(self) -> str:
        return self.config.prompt.instructions

    @property
    def model(self) -> str:
        """The first that is asked for an answer; "" means the platform's default."""
        return self.config.models.answer[0]


def get_agent(*, tenant_id: UUID, agent_id: UUID, version: int | None = None) -> AgentView:
    """By its published version, or by another one, or DRAFT. Raises AgentNotFound, VersionNotFound."""
    with tenant_scope(tenant_id):
        if version == DRAFT:
            return _draft_view(agent_id)
        number = F("agent__version") if version is None else version
        rows = AgentVersion.objects.select_related("agent").filter(agent_id=agent_id, number=number)
        row = rows.first()
        if row is None:
            raise not_there(agent_id)
        return _view(row)


def answering_agent(conversation: Conversation) -> AgentView:
    """In the version that answers there. Raises AgentNotFound, VersionNotFound."""
    return get_agent(
        tenant_id=conversation.tenant_id, agent_id=conversation.agent_id, version=conversation.agent_version
    )


def list_agents(*, tenant_id: UUID, limit: int | None = None, after: UUID | None = None) -> list[AgentView]:
    """By their published versions, oldest first; the first one is the agent that sign-up made. `after` is the last id
    of the previous page."""
    with tenant_scope(tenant_id):
        rows = AgentVersion.objects.select_related("agent").filter(number=F("agent__version"))
        rows = rows.filter(agent_id__gt=after) if after else rows
        return [_view(row) for row in rows.order_by("agent_id")[:limit]]


def _view(row: AgentVersion) -> AgentView:
    agent = row.agent
    config = _read_once(row.digest, row.config)
    return AgentView(agent.id, config, row.number, row.digest, agent.created_at, agent.updated_at)


_read: OrderedDict[str, AgentConfig] = OrderedDict()
_reading = Lock()


def _read_once(digest: str, stored: Mapping[str, Any]) -> AgentConfig:
    """A version never changes, and reading its document costs more than the query that finds it. What is read is the
    same for everybody: its digest is over all of it."""
    with _reading:
        config = _read.pop(digest, None)
        _read[digest] = config = config or read_document(stored)
        if len(_read) > MOST_READ:
            _read.popitem(last=False)
    return config


def _draft_view(agent_id: UUID) -> AgentView:
    agent = Agent.objects.filter(id=agent_id).first()
    if agent is None:
        raise AgentNotFound("There is no such agent.")
    config = read_document(agent.draft)
    return AgentView(agent.id, config, DRAFT, digest_of(config), agent.created_at, agent.updated_at)


def not_there(agent_id: UUID) -> AgentNotFound | VersionNotFound:
    """In the open scope: which of the two it is that is missing."""
    if Agent.objects.filter(id=agent_id).exists():
        return VersionNotFound("This agent has no such version.", param="version")
    return AgentNotFound("There is no such agent.")
