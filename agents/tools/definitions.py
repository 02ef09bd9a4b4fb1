"""From a stored tool to one that can be used: what each kind's definition holds, and its digest."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from agents.models import Tool as ToolRow
from agents.tools.port import Json, Policy, Tool


def digest_of(description: str, definition: Json) -> str:
    """SHA-256 of what a person looked at: another schema or another description is another tool."""
    text = json.dumps([description, definition], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def is_usable(row: ToolRow) -> bool:
    """Enabled, and as a person has looked at it: what has changed since waits for that."""
    return row.is_enabled and is_looked_at(row)


def is_looked_at(row: ToolRow) -> bool:
    return row.seen is None and row.approved_digest == digest_of(row.description, row.definition)


def policy_of(stored: Json) -> Policy:
    lists = {name: tuple(stored[name]) for name in ("asks_for", "destinations") if name in stored}
    return Policy(**{**stored, **lists})


def policy_json(policy: Policy) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(policy).items()}


def tool_of(row: ToolRow) -> Tool:
    """With its connection, which the caller has read too."""
    if row.connection.kind == "mcp":
        from agents.tools.mcp.calling import McpTool

        return McpTool.of(row)
    from agents.tools.http.calling import HttpTool

    return HttpTool.of(row)
