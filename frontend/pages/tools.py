"""Tools: systems that agents may use, what they may do there and under which conditions, and trying it out."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from agents.configuration.comparing import Segment, compare_texts
from agents.errors import InvalidTool
from agents.tools.builtin import BUILTIN
from agents.tools.connections import (
    AUTHS,
    Auth,
    create_connection,
    delete_connection,
    get_connection,
    list_connections,
)
from agents.tools.http.calling import METHODS
from agents.tools.http.openapi import MOST_BYTES, Description
from agents.tools.mcp.pinning import Refreshed, approve_tool, refresh_connection
from agents.tools.running import Ran
from agents.tools.services import (
    HttpDefinition,
    ToolView,
    create_http_tool,
    delete_tool,
    get_tool,
    import_operations,
    list_tools,
    preview_import,
    try_tool,
    update_tool,
)
from frontend.page import Visit, asked_id, page
from frontend.phrases import phrase
from rapport.errors import InvalidRequest, RapportError
from rapport.ids import Prefix, encode
from tenants.permissions import Permission

CONSENTS = (
    ("none", phrase("nobody: it only reads")),
    ("asked", phrase("the contact, who asks for it and writes every value")),
    ("confirm", phrase("the contact, by a yes to this very call")),
    ("person", phrase("someone of the company")),
)
KINDS = (("http", phrase("an HTTP API")), ("mcp", phrase("an MCP server")))
_ADDED = {
    "http": phrase("Added. Now say what agents may do there."),
    "mcp": phrase("Added. Now ask it which tools it has."),
}
CONSENT_WORDS = {
    "none": phrase("reads"),
    "asked": phrase("when asked"),
    "confirm": phrase("contact agrees"),
    "person": phrase("a person agrees"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.AGENTS_READ)
def show_tools(visit: Visit) -> HttpResponse:
    if visit.request.method != "POST":
        return _render_all(visit)
    visit.require(Permission.AGENTS_WRITE)
    form = visit.request.POST
    try:
        made = create_connection(
            tenant_id=visit.tenant_id,
            name=form.get("name", ""),
            kind=form.get("kind", "http"),
            base_url=form.get("base_url", ""),
            auth=Auth(form.get("auth", ""), form.get("auth_name", "").strip(), form.get("secret", "")),
            actor=visit.actor,
        )
    except RapportError as error:
        return _render_all(visit, error)
    messages.success(visit.request, _ADDED.get(form.get("kind", ""), _ADDED["http"]))
    return redirect("tool_connection", connection=encode(Prefix.TOOL_CONNECTION, made))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.AGENTS_READ)
def show_connection(visit: Visit, connection: str) -> HttpResponse:
    """POST: `step` is "preview" or "import" (an OpenAPI file), "fill" (a tool filled in) or "refresh" (an MCP server is
    asked what it has)."""
    if visit.request.method == "POST":  # before the look: who may not write is not told what there is
        visit.require(Permission.AGENTS_WRITE)
    connection_id, form = asked_id(Prefix.TOOL_CONNECTION, connection), visit.request.POST
    get_connection(tenant_id=visit.tenant_id, connection_id=connection_id)
    if visit.request.method != "POST":
        return _render_connection(visit, connection_id)
    try:
        if form.get("step") == "preview":
            document = _document(visit)
            return _render_connection(
                visit, connection_id, document=document, preview=preview_import(document.encode())
            )
        if form.get("step") == "refresh":
            refreshed = refresh_connection(tenant_id=visit.tenant_id, connection_id=connection_id, actor=visit.actor)
            return _render_connection(visit, connection_id, refreshed=refreshed)
        count = _import(visit, connection_id) if form.get("step") == "import" else _fill(visit, connection_id)
    except RapportError as error:
        return _render_connection(visit, connection_id, document=form.get("document", ""), error=error)
    messages.success(
        visit.request,
        gettext("%(number)s added. Name them in an agent's settings, so that it may use them.") % {"number": count},
    )
    return redirect("tools")


@never_cache
@require_POST
@page(Permission.AGENTS_WRITE)
def act_on_connection(visit: Visit, connection: str, action: str) -> HttpResponse:
    """The only action is to remove it."""
    connection_id = asked_id(Prefix.TOOL_CONNECTION, connection)
    delete_connection(tenant_id=visit.tenant_id, connection_id=connection_id, actor=visit.actor)
    messages.success(visit.request, gettext("Removed, with its tools."))
    return redirect("tools")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.AGENTS_READ)
def show_tool(visit: Visit, tool: str) -> HttpResponse:
    if visit.request.method == "POST":  # before the look: who may not write is not told what there is
        visit.require(Permission.AGENTS_WRITE)
    tool_id, form = asked_id(Prefix.TOOL, tool), visit.request.POST
    get_tool(tenant_id=visit.tenant_id, tool_id=tool_id)
    if visit.request.method != "POST":
        return _render_tool(visit, tool_id)
    try:
        update_tool(
            tenant_id=visit.tenant_id,
            tool_id=tool_id,
            description=form.get("description"),
            policy=_policy(form),
            actor=visit.actor,
        )
    except RapportError as error:
        return _render_tool(visit, tool_id, error=error)
    messages.success(visit.request, gettext("Saved."))
    return redirect("tool", tool=tool)


@never_cache
@require_POST
@page(Permission.AGENTS_WRITE)
def act_on_tool(visit: Visit, tool: str, action: str) -> HttpResponse:
    tool_id = asked_id(Prefix.TOOL, tool)
    get_tool(tenant_id=visit.tenant_id, tool_id=tool_id)
    if action == "remove":
        delete_tool(tenant_id=visit.tenant_id, tool_id=tool_id, actor=visit.actor)
        messages.success(visit.request, gettext("Removed. Agents that name it go on without it."))
        return redirect("tools")
    if action == "try":
        return _try(visit, tool_id)
    if action == "agree":
        return _agree(visit, tool_id)
    update_tool(tenant_id=visit.tenant_id, tool_id=tool_id, is_enabled=action == "enable", actor=visit.actor)
    messages.success(
        visit.request, gettext("Switched on.") if action == "enable" else gettext("Switched off. No agent uses it.")
    )
    return redirect("tool", tool=tool)


def _try(visit: Visit, tool_id: UUID) -> HttpResponse:
    text = visit.request.POST.get("arguments", "")
    try:
        arguments = _json(text, "arguments")
        ran = try_tool(tenant_id=visit.tenant_id, tool_id=tool_id, arguments=arguments, actor=visit.actor)
    except RapportError as error:
        return _render_tool(visit, tool_id, error=error, arguments=text)
    return _render_tool(visit, tool_id, ran=ran, arguments=text)


def _agree(visit: Visit, tool_id: UUID) -> HttpResponse:
    digest = visit.request.POST.get("digest", "")
    try:
        approve_tool(tenant_id=visit.tenant_id, tool_id=tool_id, digest=digest, actor=visit.actor)
    except RapportError as error:
        return _render_tool(visit, tool_id, error=error)
    messages.success(
        visit.request, gettext("Agreed. It may be used as you saw it, until its server says something else.")
    )
    return redirect("tool", tool=encode(Prefix.TOOL, tool_id))


def _document(visit: Visit) -> str:
    file = visit.request.FILES.get("file")
    if file is None:
        return visit.request.POST.get("document", "")
    if not file.size or file.size > MOST_BYTES:
        raise InvalidTool(
            gettext("Choose a file of at most %(size)s MB.") % {"size": MOST_BYTES // 1_000_000}, param="file"
        )
    return bytes(file.read()).decode("utf-8-sig", errors="replace")


def _import(visit: Visit, connection_id: UUID) -> int:
    chosen = visit.request.POST.getlist("operations")
    if not chosen:
        raise InvalidTool(gettext("Choose at least one operation."), param="operations")
    content = visit.request.POST.get("document", "").encode()
    made = import_operations(
        tenant_id=visit.tenant_id, connection_id=connection_id, content=content, operations=chosen, actor=visit.actor
    )
    return len(made)


def _fill(visit: Visit, connection_id: UUID) -> int:
    form = visit.request.POST
    method, path = form.get("method", ""), form.get("path", "").strip()
    parameters = _json(form.get("parameters", ""), "parameters")
    names = parameters.get("properties")
    rest = "query" if method in ("GET", "DELETE") else "body"
    places = {name: "path" if f"{{{name}}}" in path else rest for name in (names if isinstance(names, dict) else {})}
    create_http_tool(
        tenant_id=visit.tenant_id,
        connection_id=connection_id,
        name=form.get("name", ""),
        description=form.get("description", ""),
        definition=HttpDefinition(method, path, parameters, places),
        policy={},
        actor=visit.actor,
    )
    return 1


def _json(text: str, param: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InvalidRequest(gettext("Write a JSON object, for example {}."), param=param)
    return found


def _policy(form: Any) -> dict[str, Any]:
    return {
        "effect": form.get("effect", ""),
        "consent": form.get("consent", ""),
        "asks_for": _lines(form.get("asks_for", "")),
        "destinations": _lines(form.get("destinations", "")),
        "takes_found": form.get("takes_found") == "on",
        "is_idempotent": form.get("is_idempotent") == "on",
        "timeout_seconds": _number(form.get("timeout_seconds", ""), "timeout_seconds"),
        "per_minute": int(_number(form.get("per_minute", ""), "per_minute")),
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _number(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InvalidTool(gettext("Write a number."), param=f"policy.{name}") from error


def _render_all(visit: Visit, error: RapportError | None = None) -> HttpResponse:
    tools = list_tools(tenant_id=visit.tenant_id)
    context = {
        "section": "tools",
        "tools": [(each, CONSENT_WORDS.get(each.policy.consent, "")) for each in tools],
        "connections": list_connections(tenant_id=visit.tenant_id),
        "builtin": [(each, CONSENT_WORDS[each.policy.consent]) for each in BUILTIN.values()],
        "auths": AUTHS,
        "kinds": KINDS,
        "waiting": sum(each.standing in ("new", "changed") for each in tools),
        "form": visit.request.POST,
        "error": error,
        "can_write_agents": visit.may(Permission.AGENTS_WRITE),
    }
    return visit.render("pages/tools/index.html", context, status=error.status if error else 200)


def _render_connection(
    visit: Visit,
    connection_id: UUID,
    *,
    document: str = "",
    preview: Description | None = None,
    refreshed: Refreshed | None = None,
    error: RapportError | None = None,
) -> HttpResponse:
    found = get_connection(tenant_id=visit.tenant_id, connection_id=connection_id)
    context = {
        "section": "tools",
        "connection": found,
        "tools": list_tools(tenant_id=visit.tenant_id, connection_id=connection_id),
        "document": document,
        "preview": preview,
        "usable": sum(not each.problem for each in preview.operations) if preview else 0,
        "refreshed": refreshed,
        "methods": METHODS,
        "form": visit.request.POST,
        "error": error,
        "can_write_agents": visit.may(Permission.AGENTS_WRITE),
        "trail": [(gettext("Tools"), "/tools/")],
    }
    return visit.render("pages/tools/connection.html", context, status=error.status if error else 200)


def _written(schema: Any) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False)


def _differences(tool: ToolView) -> list[tuple[str, tuple[Segment, ...]]]:
    """What the server says now against what somebody agreed to, part by part."""
    says = tool.says
    assert says is not None
    parts = (
        (gettext("What it is for"), tool.description, says.description),
        (gettext("Arguments"), _written(tool.parameters), _written(says.parameters)),
    )
    return [(name, compare_texts(before, after)) for name, before, after in parts if before != after]


def _render_tool(
    visit: Visit, tool_id: UUID, *, ran: Ran | None = None, error: RapportError | None = None, arguments: str = ""
) -> HttpResponse:
    found = get_tool(tenant_id=visit.tenant_id, tool_id=tool_id)
    context = {
        "section": "tools",
        "tool": found,
        "schema": _written(found.parameters),
        "says_schema": _written(found.says.parameters) if found.says else "",
        "differs": _differences(found) if found.says and found.standing == "changed" else (),
        "consents": CONSENTS,
        "asks_for": "\n".join(found.policy.asks_for),
        "destinations": "\n".join(found.policy.destinations),
        "ran": ran,
        "arguments": arguments or "{}",
        "error": error,
        "can_write_agents": visit.may(Permission.AGENTS_WRITE),
        "trail": [(gettext("Tools"), "/tools/")],
    }
    return visit.render("pages/tools/one.html", context, status=error.status if error else 200)
