"""An agent from a file, and into one."""

from collections.abc import Iterator
from uuid import UUID

from agents.configuration import AgentConfig, to_document
from agents.configuration.files import AgentFile, Unreadable, read_file, write_file
from agents.configuration.reading import Problem, check_document
from agents.errors import InvalidAgentFile
from agents.selectors.agents import get_agent
from agents.services.agents import AgentChanges, create_agent
from agents.services.drafts import replace_draft
from agents.services.references import missing_references
from ingestion.selectors import list_sources
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.context import tenant_scope


def export_agent(*, tenant_id: UUID, agent_id: UUID, version: int | None = None) -> str:
    """As YAML: the published version, another one, or DRAFT. Raises AgentNotFound, VersionNotFound."""
    agent = get_agent(tenant_id=tenant_id, agent_id=agent_id, version=version)
    sources = {encode(Prefix.SOURCE, each.id): each.name for each in list_sources(tenant_id=tenant_id)}
    return write_file(agent.config, sources=sources)


def import_agent(*, tenant_id: UUID, text: str, actor: Actor, agent_id: UUID | None = None) -> UUID:
    """A new agent that is published, or the draft of `agent_id`. Returns the agent's id.

    Raises InvalidAgentFile with everything that is wrong, and AgentNotFound.
    """
    config = read_config(tenant_id=tenant_id, text=text)
    if agent_id is None:
        return create_agent(tenant_id=tenant_id, actor=actor, changes=AgentChanges(config=to_document(config)))
    replace_draft(tenant_id=tenant_id, agent_id=agent_id, config=config, actor=actor)
    return agent_id


def read_config(*, tenant_id: UUID, text: str) -> AgentConfig:
    """Raises InvalidAgentFile."""
    try:
        file = read_file(text)
    except Unreadable as error:
        raise _refused([error.problem]) from error
    with tenant_scope(tenant_id):
        config, problems = check_document(_with_own_sources(tenant_id, file))
        problems += list(missing_references(config)) if config else []
    if problems or config is None:
        raise _refused([_named(each, file) for each in problems])
    return config


def _with_own_sources(tenant_id: UUID, file: AgentFile) -> object:
    """A source of another installation is taken for the one that is called the same here, if there is exactly one."""
    knowledge = file.document.get("knowledge")
    if not isinstance(knowledge, dict) or not isinstance(asked := knowledge.get("sources"), list) or not asked:
        return file.document
    there = [(encode(Prefix.SOURCE, each.id), each.name) for each in list_sources(tenant_id=tenant_id)]
    own = [_own_source(each, file, there) for each in asked]
    return {**file.document, "knowledge": {**knowledge, "sources": own}}


def _own_source(asked: object, file: AgentFile, there: list[tuple[str, str]]) -> object:
    if not isinstance(asked, str) or asked in dict(there):
        return asked
    named = [each for each, name in there if name == file.sources.get(asked)]
    return named[0] if len(named) == 1 else asked


def _named(problem: Problem, file: AgentFile) -> Problem:
    """With the name that the file has for a source that is not here."""
    found = next((f"{problem.message} In the file it is called {_quoted(name)}." for name in _names(problem, file)), "")
    return Problem(problem.path, found or problem.message)


def _names(problem: Problem, file: AgentFile) -> Iterator[str]:
    return (name for source, name in file.sources.items() if source in problem.message)


def _quoted(name: str) -> str:
    return f"“{name[:80]}”"


def _refused(problems: list[Problem]) -> InvalidAgentFile:
    first = problems[0]
    more = f" There are {len(problems) - 1} more problems." if len(problems) > 2 else ""
    more = " There is one more problem." if len(problems) == 2 else more
    error = InvalidAgentFile(f"{first.message}{more}", param=first.path or None)
    error.problems = tuple((each.path, each.message) for each in problems)
    return error
