"""Is everything that a configuration refers to there? Asked before it is published, and when a file is read.

Tools join with `declare_tools`; what a tool's settings may hold is its own business.
"""

from collections.abc import Callable, Iterable, Iterator

from agents.configuration import AgentConfig
from agents.configuration.reading import Problem
from agents.errors import InvalidAgent
from agents.models import Prompt
from agents.prompts.resolving import names_in, problems_of, read_registry
from ingestion.selectors import list_sources
from rapport.ids import Prefix, encode
from tenants.context import require_tenant_id

Names = Callable[[], Iterable[str]]

_tools: list[Names] = []


def declare_tools(names: Names) -> None:
    """`names` says, in an open scope, which tools the company has; it is called each time."""
    _tools.append(names)


def check_references(config: AgentConfig, *, since: AgentConfig | None = None) -> None:
    """In the open scope, before publishing; the prompts it refers to are held. Raises InvalidAgent with a path.

    What the published version (`since`) already lacks does not stop a change of something else.
    """
    hold_prompts(config)
    known = {each.message for each in missing_references(since)} if since else set()
    for problem in missing_references(config):
        if problem.message not in known:
            raise InvalidAgent(problem.message, param=problem.path)


def hold_prompts(config: AgentConfig) -> None:
    """Nobody moves a label of them until the transaction ends."""
    list(Prompt.objects.select_for_update().filter(name__in=names_in(config.prompt)).order_by("id"))


def missing_references(config: AgentConfig) -> Iterator[Problem]:
    """In the open scope."""
    yield from problems_of(config.prompt, read_registry(names_in(config.prompt)))
    yield from _missing_sources(config)
    yield from _missing_tools(config)


def _missing_sources(config: AgentConfig) -> Iterator[Problem]:
    if not config.knowledge.sources:
        return
    there = {encode(Prefix.SOURCE, each.id) for each in list_sources(tenant_id=require_tenant_id())}
    for place, source in enumerate(config.knowledge.sources):
        if source not in there:
            yield Problem(f"knowledge.sources.{place}", f"There is no source {source}. Take it out, or add the source.")


def _missing_tools(config: AgentConfig) -> Iterator[Problem]:
    there = {name for names in _tools for name in names()} if config.tools.use else set()
    for place, each in enumerate(config.tools.use):
        if each.tool not in there:
            yield Problem(f"tools.use.{place}.tool", f"There is no tool {each.tool}. Add it, or take it out here.")
