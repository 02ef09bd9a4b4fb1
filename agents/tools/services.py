"""A company's own tools: filled in, imported from OpenAPI, changed, switched, removed, tried out. What an MCP server
has: `agents.tools.mcp.pinning`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agents.errors import InvalidTool, ToolExists, ToolNotFound
from agents.models import Tool as ToolRow
from agents.models import ToolConnection
from agents.tools.builtin import RESERVED
from agents.tools.conditions import checked_policy, default_policy, may_be_repeated
from agents.tools.definitions import digest_of, is_looked_at, is_usable, policy_json, policy_of, tool_of
from agents.tools.http.calling import METHODS
from agents.tools.http.openapi import Description, read_description
from agents.tools.mcp.pinning import MOST_TOOLS, Says, Standing, says_of, standing_of
from agents.tools.port import Policy, ToolContext
from agents.tools.running import Ran, run_tool
from agents.tools.schemas import BadSchema, check_parameters, check_schema, fault_of
from rapport.ids import Prefix, encode, new_id
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope

_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]{0,59}$")
_PLACES = frozenset({"path", "query", "body", "whole_body"})


@dataclass(frozen=True, slots=True)
class ToolView:
    """`is_usable`: on, and as somebody has looked at it. `method` is "" and `path` the server's name for it where it is
    an MCP server's; `standing` is then what a person has to look at, and `says` what they would agree to."""

    id: UUID
    connection_id: UUID
    connection: str
    kind: str
    name: str
    description: str
    method: str
    path: str
    parameters: Mapping[str, Any]
    policy: Policy
    is_enabled: bool
    is_usable: bool
    standing: Standing
    says: Says | None
    may_be_repeated: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class HttpDefinition:
    """`places`: "path", "query", "body" or "whole_body" by argument."""

    method: str
    path: str
    parameters: Mapping[str, Any]
    places: Mapping[str, str]
    result: Mapping[str, Any] | None = None


def create_http_tool(
    *,
    tenant_id: UUID,
    connection_id: UUID,
    name: str,
    description: str,
    definition: HttpDefinition,
    policy: Mapping[str, Any],
    actor: Actor,
) -> UUID:
    """A tool that somebody filled in, and has looked at by that. Raises InvalidTool, ToolExists, ToolNotFound."""
    stored = _checked_definition(definition)
    checked = checked_policy(policy, definition=stored)
    with tenant_scope(tenant_id), transaction.atomic():
        connection = _hold_connection(connection_id)
        row = _create(connection, name, description, stored, checked, actor)
    return row.id


def preview_import(content: bytes) -> Description:
    """What a file would give: nothing is written. Raises InvalidTool."""
    return read_description(content)


def import_operations(
    *, tenant_id: UUID, connection_id: UUID, content: bytes, operations: Sequence[str], actor: Actor
) -> list[UUID]:
    """The chosen ones ("GET /orders/{id}"), all or none. Raises InvalidTool, ToolExists, ToolNotFound."""
    known = {each.key: each for each in read_description(content).operations}
    for key in operations:
        if key not in known or known[key].problem:
            why = known[key].problem if key in known else "There is no such operation in the file."
            raise InvalidTool(f"The operation {key[:100]} cannot be taken. {why}", param="operations")
    with tenant_scope(tenant_id), transaction.atomic():
        connection = _hold_connection(connection_id)
        return [
            _create(
                connection,
                known[key].name,
                known[key].description,
                known[key].definition,
                default_policy(known[key].definition),
                actor,
            ).id
            for key in dict.fromkeys(operations)
        ]


def update_tool(
    *,
    tenant_id: UUID,
    tool_id: UUID,
    actor: Actor,
    description: str | None = None,
    policy: Mapping[str, Any] | None = None,
    is_enabled: bool | None = None,
) -> None:
    """What is None stays; of `policy` what is not named. Raises InvalidTool, ToolNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = _locked(tool_id)
        before = {"is_enabled": row.is_enabled, "consent": row.policy.get("consent")}
        if description is not None:
            _describe(row, _checked_description(description))
        if policy is not None:
            row.policy = policy_json(checked_policy({**row.policy, **policy}, definition=row.definition))
        if is_enabled is not None:
            row.is_enabled = is_enabled
        row.save()
        after = {"is_enabled": row.is_enabled, "consent": row.policy.get("consent")}
        _record(actor, "tool.updated", row, before=before, after=after)


def _describe(row: ToolRow, description: str) -> None:
    """Its own words are a tool's that somebody filled in; a server's tool is what the server says of it."""
    if row.connection.kind == "mcp":
        if description != row.description:
            raise InvalidTool("What it is for is said by its server. Change it there.", param="description")
        return
    row.description = description
    row.approved_digest = digest_of(row.description, row.definition)


def delete_tool(*, tenant_id: UUID, tool_id: UUID, actor: Actor) -> None:
    """Agents that name it go on without it. Raises ToolNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = _locked(tool_id)
        _record(actor, "tool.deleted", row, before={"name": row.name})
        row.delete()


def list_tools(*, tenant_id: UUID, connection_id: UUID | None = None) -> list[ToolView]:
    """By name."""
    with tenant_scope(tenant_id):
        rows = ToolRow.objects.select_related("connection").order_by("name")
        rows = rows.filter(connection_id=connection_id) if connection_id else rows
        return [_view(row) for row in rows]


def get_tool(*, tenant_id: UUID, tool_id: UUID) -> ToolView:
    """Raises ToolNotFound."""
    with tenant_scope(tenant_id):
        row = ToolRow.objects.select_related("connection").filter(id=tool_id).first()
        if row is None:
            raise _not_there()
        return _view(row)


def try_tool(*, tenant_id: UUID, tool_id: UUID, arguments: Mapping[str, Any], actor: Actor) -> Ran:
    """One real call by somebody of the company, who has agreed to it by that. Raises InvalidTool, ToolNotFound."""
    with tenant_scope(tenant_id):
        row = ToolRow.objects.select_related("connection").filter(id=tool_id).first()
    if row is None:
        raise _not_there()
    if not is_looked_at(row):
        raise InvalidTool("Look at what its server says of it first, and agree to that.")
    tool, run_id = tool_of(row), new_id()
    fault = fault_of(tool.parameters, dict(arguments))
    if fault:
        raise InvalidTool(f"The arguments are wrong: {fault}", param="arguments")
    with tenant_scope(tenant_id), transaction.atomic():
        _record(actor, "tool.tried", row)
    context = ToolContext(
        tenant_id=tenant_id,
        agent_id=run_id,
        conversation_id=run_id,
        contact_id=run_id,
        question_id=run_id,
        asked_at=timezone.now(),
        words=(),
        run_id=run_id,
        idempotency_key=encode(Prefix.TOOL_RUN, run_id),
        search=lambda _: "",
    )
    return run_tool(tool, context, dict(arguments))


def _create(
    connection: ToolConnection, name: str, description: str, definition: dict[str, Any], policy: Policy, actor: Actor
) -> ToolRow:
    if not _NAME.match(name):
        raise InvalidTool(
            "A name has lower-case letters, digits, - and _, at most 60, and begins not with _.", param="name"
        )
    if name in RESERVED or ToolRow.objects.filter(name=name).exists():
        raise ToolExists(f"There is a tool {name} already. Choose another name.", param="name")
    if ToolRow.objects.count() >= MOST_TOOLS:
        raise InvalidTool(f"There are {MOST_TOOLS} tools already. Remove one that is not used.")
    description = _checked_description(description)
    row = ToolRow.objects.create(
        connection=connection,
        name=name,
        description=description,
        definition=definition,
        policy=policy_json(policy),
        approved_digest=digest_of(description, definition),
    )
    after = {"name": name, "method": definition["method"], "path": definition["path"]}
    _record(actor, "tool.created", row, after=after)
    return row


def _checked_description(text: str) -> str:
    text = " ".join(text.split())
    if not 0 < len(text) <= 1000:
        raise InvalidTool(
            "Say in at most 1000 characters what the tool is for: the model goes by it.", param="description"
        )
    return text


def _checked_definition(definition: HttpDefinition) -> dict[str, Any]:
    if definition.method not in METHODS:
        raise InvalidTool(f"Choose one of {', '.join(METHODS)}.", param="method")
    if not re.fullmatch(r"/[^\s?#]{0,1000}", definition.path):
        raise InvalidTool("The path begins with / and holds no ?, # or space.", param="path")
    try:
        parameters = check_parameters(definition.parameters)
        result = check_schema(definition.result) if definition.result else None
    except BadSchema as problem:
        raise InvalidTool(str(problem), param="parameters") from problem
    places = dict(definition.places)
    known = set(parameters.get("properties", {}))
    if strange := (set(places) - known) or {each for each in places.values() if each not in _PLACES}:
        raise InvalidTool(f"{min(strange)[:60]} is no argument, or no place for one.", param="places")
    in_path = set(re.findall(r"\{([^{}]*)\}", definition.path))
    if in_path != {name for name, place in places.items() if place == "path"}:
        raise InvalidTool("The names in { } of the path are the arguments whose place is path.", param="path")
    if in_path - set(parameters.get("required", ())):
        raise InvalidTool("What stands in the path is required.", param="parameters")
    stored = {"method": definition.method, "path": definition.path, "parameters": parameters, "places": places}
    return {**stored, **({"result": result} if result else {})}


def _hold_connection(connection_id: UUID) -> ToolConnection:
    row = ToolConnection.objects.select_for_update().filter(id=connection_id).first()
    if row is None:
        raise ToolNotFound("There is no such connection.")
    if row.kind != "http":
        raise InvalidTool("What an MCP server can do is asked from it. Fetch its tools instead.")
    return row


def _locked(tool_id: UUID) -> ToolRow:
    row = ToolRow.objects.select_for_update(of=("self",)).select_related("connection").filter(id=tool_id).first()
    if row is None:
        raise _not_there()
    return row


def _not_there() -> ToolNotFound:
    return ToolNotFound("There is no such tool.")


def _record(
    actor: Actor,
    action: str,
    row: ToolRow,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    details = {"name": row.name, "connection": encode(Prefix.TOOL_CONNECTION, row.connection_id)}
    subject = encode(Prefix.TOOL, row.id)
    record_audit(actor=actor, action=action, subject=subject, details=details, before=before, after=after)


def _view(row: ToolRow) -> ToolView:
    return ToolView(
        row.id,
        row.connection_id,
        row.connection.name,
        row.connection.kind,
        row.name,
        row.description,
        row.definition.get("method", ""),
        row.definition.get("path") or row.definition.get("remote", ""),
        row.definition["parameters"],
        policy_of(row.policy),
        row.is_enabled,
        is_usable(row),
        standing_of(row),
        says_of(row),
        may_be_repeated(row.definition),
        row.created_at,
    )
