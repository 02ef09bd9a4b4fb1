"""Which tools an agent has: those that its configuration names and that are there, enabled and looked at."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from agents.configuration.sections.tools import Tools
from agents.models import Tool as ToolRow
from agents.tools.builtin import BUILTIN
from agents.tools.definitions import is_usable, tool_of
from agents.tools.port import Json, Tool
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class Offered:
    """A tool with the agent's settings for it."""

    tool: Tool
    settings: Json


def tools_of(*, tenant_id: UUID, section: Tools) -> dict[str, Offered]:
    """By name, in the configuration's order. A tool that is gone, off or blocked is left out: the model never hears of
    it."""
    return {each.tool.name: each for each in _found(tenant_id, section)}


def tool_names() -> Iterator[str]:
    """In the open scope: what an agent's configuration may name. One that is off may be named: it may be on again."""
    yield from BUILTIN
    yield from ToolRow.objects.values_list("name", flat=True)


def _found(tenant_id: UUID, section: Tools) -> Iterator[Offered]:
    wanted = [each for each in section.use if each.tool not in BUILTIN]
    rows = _rows(tenant_id, [each.tool for each in wanted]) if wanted else {}
    for each in section.use:
        tool = BUILTIN.get(each.tool) or rows.get(each.tool)
        if tool is not None:
            yield Offered(tool, each.settings)


def _rows(tenant_id: UUID, names: list[str]) -> dict[str, Tool]:
    with tenant_scope(tenant_id):
        rows = ToolRow.objects.select_related("connection").filter(name__in=names, is_enabled=True)
        return {row.name: tool_of(row) for row in rows if is_usable(row)}
