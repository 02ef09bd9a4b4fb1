"""A server's tools in our rows: as a person has looked at them. What is new or has changed since waits for a person.

The server's word changes nothing that is used: its newer word is kept beside (`Tool.seen`) until somebody agrees to it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from agents.errors import InvalidTool, ToolNotFound
from agents.models import Tool as ToolRow
from agents.models import ToolConnection
from agents.tools.builtin import RESERVED
from agents.tools.conditions import default_policy, may_be_repeated
from agents.tools.credentials import Credential
from agents.tools.definitions import digest_of, policy_json, policy_of
from agents.tools.mcp.conversing import Endpoint
from agents.tools.mcp.listing import RemoteTool, fetch_tools
from agents.tools.port import Json, Policy
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM, Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope

MOST_TOOLS = 200  # of a company
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")
Standing = Literal["new", "changed", "gone", "same"]


@dataclass(frozen=True, slots=True)
class Says:
    """What a server says of a tool by now. `problem`: why it cannot be agreed to."""

    description: str
    parameters: Mapping[str, Any]
    hints: Mapping[str, Any]
    digest: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a look at a server came to: how many of its tools are new, changed, gone or the same, and what cannot be
    used, with why."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    same: int = 0
    problems: tuple[RemoteTool, ...] = ()

    @property
    def listed(self) -> int:
        return self.new + self.changed + self.same + len(self.problems)


def endpoint_of(row: ToolConnection) -> Endpoint:
    return Endpoint(row.base_url, Credential.of(row))


def refresh_connection(*, tenant_id: UUID, connection_id: UUID, actor: Actor) -> Refreshed:
    """Ask the server what it has. Nothing of it is used before a person has looked. Raises InvalidTool, ToolNotFound,
    and what `fetch_tools` raises."""
    with tenant_scope(tenant_id):
        row = ToolConnection.objects.filter(id=connection_id).first()
    if row is None:
        raise ToolNotFound("There is no such connection.")
    if row.kind != "mcp":
        raise InvalidTool("Only an MCP server can be asked what it has. Import an OpenAPI file instead.")
    found = fetch_tools(endpoint_of(row))
    with tenant_scope(tenant_id), transaction.atomic():
        connection = ToolConnection.objects.select_for_update().filter(id=connection_id).first()
        if connection is None:
            raise ToolNotFound("There is no such connection.")
        refreshed = _take_in(connection, found, actor)
        facts = {"new": refreshed.new, "changed": refreshed.changed, "gone": refreshed.gone, "same": refreshed.same}
        if refreshed.new or refreshed.changed or refreshed.gone or actor != SYSTEM:
            subject = encode(Prefix.TOOL_CONNECTION, connection.id)
            record_audit(actor=actor, action="tool_connection.refreshed", subject=subject, details=facts)
    return refreshed


def approve_tool(*, tenant_id: UUID, tool_id: UUID, digest: str, actor: Actor) -> None:
    """A person has looked at what the server says now: `digest` is what they saw. Raises InvalidTool, ToolNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = _locked(tool_id)
        if row is None:
            raise ToolNotFound("There is no such tool.")
        if standing_of(row) == "gone":
            raise InvalidTool("The server has no such tool any more. Remove it, or ask the server again.")
        description, definition = _latest(row)
        if digest != digest_of(description, definition):
            raise InvalidTool("The tool has changed again meanwhile. Look at it once more.", param="digest")
        row.policy = policy_json(_still_possible(policy_of(row.policy), row.definition, definition))
        row.description, row.definition, row.seen, row.approved_digest = description, dict(definition), None, digest
        row.save()
        _record(actor, "tool.approved", row)


def note_listing(*, tenant_id: UUID, tool_id: UUID, found: RemoteTool | None) -> None:
    """A call met something else than what was looked at: the tool is off from now on."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = _locked(tool_id)
        if row is not None and _note(row, found) != "same":
            _record(SYSTEM, "tool.changed", row)


def standing_of(row: ToolRow) -> Standing:
    """What a person has to look at: "same" is nothing."""
    if row.seen is not None:
        return "gone" if row.seen.get("is_gone") else "changed"
    return "new" if not row.approved_digest else "same"


def says_of(row: ToolRow) -> Says | None:
    """What a person is to look at; None when there is nothing."""
    standing = standing_of(row)
    if standing in ("same", "gone"):
        return None
    seen = row.seen or {"description": row.description, "definition": row.definition}
    description, definition = seen["description"], seen["definition"]
    digest = digest_of(description, definition)
    return Says(description, definition["parameters"], definition.get("hints") or {}, digest, seen.get("problem", ""))


def _take_in(connection: ToolConnection, found: Sequence[RemoteTool], actor: Actor) -> Refreshed:
    rows = {row.definition["remote"]: row for row in connection.tools.select_for_update().order_by("id")}
    counts: dict[Standing, int] = {"new": 0, "changed": 0, "gone": 0, "same": 0}
    by_name = {each.name: each for each in found}
    for name, row in rows.items():
        before, now = standing_of(row), _note(row, by_name.get(name))
        counts[now] += 1
        if before != now and now in ("changed", "gone"):
            _record(actor, "tool.changed", row)
    fresh = [each for name, each in by_name.items() if name not in rows and not each.problem]
    for each in fresh:
        _record(actor, "tool.created", _create(connection, each), after={"name": each.name})
    counts["new"] += len(fresh)
    problems = tuple(each for name, each in by_name.items() if each.problem and name not in rows)
    return Refreshed(**counts, problems=problems)


def _note(row: ToolRow, found: RemoteTool | None) -> Standing:
    """Keep the server's newest word beside what was looked at."""
    if found is None:
        row.seen = {"is_gone": True}
    elif found.problem:
        row.seen = {"description": found.description, "definition": dict(row.definition), "problem": found.problem}
    elif not row.approved_digest:
        row.description, row.definition, row.seen = found.description, dict(found.definition), None
    elif found.digest == row.approved_digest:
        row.seen = None
    else:
        row.seen = {"description": found.description, "definition": dict(found.definition)}
    row.save()
    return standing_of(row)


def _create(connection: ToolConnection, found: RemoteTool) -> ToolRow:
    if ToolRow.objects.count() >= MOST_TOOLS:
        raise InvalidTool(f"There are {MOST_TOOLS} tools already. Remove some that are not used.")
    return ToolRow.objects.create(
        connection=connection,
        name=_free_name(connection.name, found.name),
        description=found.description,
        definition=dict(found.definition),
        policy=policy_json(default_policy(found.definition)),
        approved_digest="",
    )


def _free_name(connection: str, remote: str) -> str:
    """As the model calls it: the server's name, or with the system's before it where that is taken."""
    plain = _slug(remote) or "tool"
    first = (plain, f"{_slug(connection)}_{plain}"[:60].strip("_"))
    for name in (*first, *(f"{plain[:54]}_{number}" for number in range(2, MOST_TOOLS + 2))):
        if name and name not in RESERVED and not ToolRow.objects.filter(name=name).exists():
            return name
    raise InvalidTool("There are too many tools of that name.")


def _slug(text: str) -> str:
    return _NOT_A_NAME.sub("_", text.lower()).strip("_")[:60]


def _latest(row: ToolRow) -> tuple[str, Mapping[str, Any]]:
    if row.seen is None:
        return row.description, row.definition
    if row.seen.get("problem"):
        raise InvalidTool(row.seen["problem"])
    return row.seen["description"], row.seen["definition"]


def _still_possible(policy: Policy, before: Json, now: Json) -> Policy:
    """What was set stays, but for what the server no longer says of the tool."""
    hints, was_reading = now["hints"], before["hints"].get("read_only") is True
    if was_reading and hints.get("read_only") is not True and policy.effect == "read":
        policy = replace(policy, effect="write", consent="confirm", is_idempotent=False)
    return replace(policy, is_idempotent=policy.is_idempotent and may_be_repeated(now))


def _locked(tool_id: UUID) -> ToolRow | None:
    """Of an MCP server only."""
    rows = ToolRow.objects.select_for_update(of=("self",)).select_related("connection")
    return rows.filter(id=tool_id, connection__kind="mcp").first()


def _record(actor: Actor, action: str, row: ToolRow, *, after: Mapping[str, object] | None = None) -> None:
    details = {"name": row.name, "connection": encode(Prefix.TOOL_CONNECTION, row.connection_id)}
    record_audit(actor=actor, action=action, subject=encode(Prefix.TOOL, row.id), details=details, after=after)
