"""The whole document: its sections, its one canonical form, and the digest by which two are told apart."""

import hashlib
import json
from typing import Any

from agents.configuration.section import Section
from agents.configuration.sections.analysis import Analysis
from agents.configuration.sections.appearance import Appearance
from agents.configuration.sections.budget import Budget
from agents.configuration.sections.cache import Cache
from agents.configuration.sections.guardrails import Guardrails
from agents.configuration.sections.handoff import Handoff
from agents.configuration.sections.judging import Judging
from agents.configuration.sections.knowledge import Knowledge
from agents.configuration.sections.models import Models
from agents.configuration.sections.prompt import Prompt
from agents.configuration.sections.tools import Tools
from agents.configuration.sections.voice import Voice

Json = dict[str, Any]


class AgentConfig(Section):
    """Everything that decides how an agent answers. `AgentConfig()` is a sensible agent."""

    appearance: Appearance = Appearance()
    prompt: Prompt = Prompt()
    models: Models = Models()
    knowledge: Knowledge = Knowledge()
    tools: Tools = Tools()
    guardrails: Guardrails = Guardrails()
    cache: Cache = Cache()
    budget: Budget = Budget()
    handoff: Handoff = Handoff()
    voice: Voice = Voice()
    judging: Judging = Judging()
    analysis: Analysis = Analysis()


def default_config(*, name: str) -> AgentConfig:
    """A new agent's: everything as it is by default, under this name."""
    return AgentConfig(appearance=Appearance(name=name))


def to_document(config: AgentConfig) -> Json:
    """As JSON, defaults written out: a default that changes later does not change a version."""
    return config.model_dump(mode="json")


def canonical_json(config: AgentConfig) -> str:
    """The same text for the same configuration: keys sorted, no white space, characters as they are."""
    return json.dumps(to_document(config), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest_of(config: AgentConfig) -> str:
    """SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical_json(config).encode()).hexdigest()
