"""One call of an MCP server's tool, as a person has looked at it: the server is asked first whether it still is that.

Its result is data like any other. A call that may have reached the server and was not answered is of unknown outcome.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from agents.models import Tool as ToolRow
from agents.tools.definitions import policy_of
from agents.tools.mcp.conversing import Endpoint, converse
from agents.tools.mcp.listing import RemoteTool, listed
from agents.tools.mcp.pinning import endpoint_of, note_listing
from agents.tools.port import Done, Failed, Json, Kind, Outcome, Policy, ToolContext
from rapport.errors import RapportError, Unavailable

if TYPE_CHECKING:
    from mcp.client.client import Client
    from mcp_types import CallToolResult

_TOLD = 300  # characters of an error that the tool tells


@dataclass(frozen=True, slots=True)
class McpTool:
    """`remote`: its name at the server; `pinned`: the digest of what a person has looked at."""

    id: UUID
    name: str
    description: str
    parameters: Json
    result_schema: Json | None
    policy: Policy
    remote: str
    pinned: str
    endpoint: Endpoint = field(repr=False)
    kind: Kind = "mcp"

    @classmethod
    def of(cls, row: ToolRow) -> "McpTool":
        definition: Mapping[str, Any] = row.definition
        return cls(
            id=row.id,
            name=row.name,
            description=row.description,
            parameters=definition["parameters"],
            result_schema=definition.get("result"),
            policy=policy_of(row.policy),
            remote=definition["remote"],
            pinned=row.approved_digest,
            endpoint=endpoint_of(row.connection),
        )

    def run(self, context: ToolContext, arguments: Json) -> Outcome:
        call = _Call(self, arguments)
        key = context.idempotency_key if self.policy.effect == "write" else ""
        try:
            outcome = converse(self.endpoint, call.work, seconds=self.policy.timeout_seconds, idempotency_key=key)
        except RapportError as error:
            outcome = Failed(
                error.code,
                "The other system did not answer." if isinstance(error, Unavailable) else error.message,
                is_retryable=isinstance(error, Unavailable),
                is_unknown=call.is_sent and self.policy.effect == "write",
            )
        if call.is_changed:
            note_listing(tenant_id=context.tenant_id, tool_id=self.id, found=call.found)
        return outcome


@dataclass(slots=True)
class _Call:
    tool: McpTool
    arguments: Json
    found: RemoteTool | None = None
    is_changed: bool = False
    is_sent: bool = False

    async def work(self, client: "Client") -> Outcome:
        self.found = await self._look(client)
        if self.found is None or self.found.problem or self.found.digest != self.tool.pinned:
            self.is_changed = True
            return Failed(
                "tool_changed", "The tool is no longer what the company looked at, so it is not called until it has."
            )
        self.is_sent = True
        try:
            result = await client.call_tool(self.tool.remote, dict(self.arguments))
        except (RuntimeError, ValueError):  # the client holds the answer against the tool's own schema
            return Failed("result_invalid", "It answered something else than it promises.")
        return self._outcome(result)

    async def _look(self, client: "Client") -> RemoteTool | None:
        async for each in listed(client):
            if each.name == self.tool.remote:
                return each
        return None

    def _outcome(self, result: "CallToolResult") -> Outcome:
        value = _value(result)
        if result.is_error:
            text = value if isinstance(value, str) else str(value)
            told = " ".join(self.tool.endpoint.credential.blotted(text).split())[:_TOLD]
            return Failed("tool_failed", f"The tool says that it failed. {told}".strip())
        return Done(_blotted(value, self.tool))


def _value(result: "CallToolResult") -> Any:
    """What it gave as JSON, else its texts; what is no text is named and left out."""
    if result.structured_content is not None:
        return result.structured_content
    return "\n".join(each.text if each.type == "text" else f"[{each.type}: left out]" for each in result.content)


def _blotted(value: Any, tool: McpTool) -> Any:
    """Without the credential, should the server say it back."""
    if isinstance(value, str):
        return tool.endpoint.credential.blotted(value)
    if isinstance(value, Mapping):
        return {name: _blotted(inner, tool) for name, inner in value.items()}
    if isinstance(value, list):
        return [_blotted(inner, tool) for inner in value]
    return value
