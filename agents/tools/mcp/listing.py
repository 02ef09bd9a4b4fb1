"""What a server says of its tools, as it is kept and compared: bounded, and without characters that nobody sees.

All of it was written by others, and a description is read by the model: nothing of it counts before a person looked.
"""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agents.errors import ToolServerFailed
from agents.tools.definitions import digest_of
from agents.tools.mcp.conversing import Endpoint, converse
from agents.tools.policy import is_hidden
from agents.tools.schemas import BadSchema, check_parameters, check_schema

if TYPE_CHECKING:
    from mcp.client.client import Client
    from mcp_types import Tool as WireTool

MOST_LISTED = 200
MOST_PAGES = 20
LONGEST_DESCRIPTION = 1000
LONGEST_NAME = 128
SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class RemoteTool:
    """`problem`: why it cannot be used, "" when it can."""

    name: str
    description: str = ""
    definition: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""

    @property
    def digest(self) -> str:
        return digest_of(self.description, self.definition)


def fetch_tools(endpoint: Endpoint, *, seconds: float = SECONDS) -> list[RemoteTool]:
    """All that the server has, by name. Raises a RapportError."""

    async def work(client: "Client") -> list[RemoteTool]:
        return [each async for each in listed(client)]

    return sorted(converse(endpoint, work, seconds=seconds), key=lambda each: each.name)


async def listed(client: "Client") -> AsyncIterator[RemoteTool]:
    """Page by page. Raises ToolServerFailed for a list without an end."""
    cursor, count = None, 0
    for _ in range(MOST_PAGES):
        page = await client.list_tools(cursor=cursor)
        for tool in page.tools:
            count += 1
            if count > MOST_LISTED:
                raise ToolServerFailed(f"The server has more than {MOST_LISTED} tools. Let it offer fewer.")
            yield remote_tool(tool)
        cursor = page.next_cursor
        if cursor is None:
            return
    raise ToolServerFailed("The server's list of tools does not end.")


def remote_tool(tool: "WireTool") -> RemoteTool:
    name = tool.name[:LONGEST_NAME]
    description = " ".join((tool.description or tool.title or "").split())[:LONGEST_DESCRIPTION]
    try:
        parameters = check_parameters(tool.input_schema)
        result = check_schema(tool.output_schema) if tool.output_schema else None
    except BadSchema as problem:
        return RemoteTool(name, description, problem=str(problem))
    told = tool.annotations
    hints = {
        "read_only": told.read_only_hint if told else None,
        "destructive": told.destructive_hint if told else None,
        "idempotent": told.idempotent_hint if told else None,
    }
    definition = {"remote": name, "parameters": parameters, "hints": hints, **({"result": result} if result else {})}
    return RemoteTool(name, description, definition, _problem(tool.name, description, definition))


def _problem(name: str, description: str, definition: Mapping[str, Any]) -> str:
    if not name or len(name) > LONGEST_NAME:
        return f"Its name has none or more than {LONGEST_NAME} characters."
    if not description:
        return "It does not say what it is for."
    if any(is_hidden(each) for each in f"{name}{description}{json.dumps(definition, ensure_ascii=False)}"):
        return "Its description or schema holds characters that cannot be seen. They may be meant for the model alone."
    return ""
