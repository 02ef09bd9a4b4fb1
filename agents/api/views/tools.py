"""`/v1/tool-connections` and `/v1/tools`: systems of the company's that agents may use, and what they may do there."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.once import made, make_once
from agents.api.pages import whole
from agents.api.principals import staff_of
from agents.api.schema import IDEMPOTENCY_KEY, STAFF_ONLY, errors, path_id
from agents.api.serializers.fields import page_of
from agents.api.serializers.tools import (
    AgreementRequest,
    ConnectionRequest,
    ConnectionSerializer,
    CredentialRequest,
    ImportSerializer,
    OpenApiRequest,
    RefreshedSerializer,
    ToolChangesRequest,
    ToolRequest,
    ToolSerializer,
    TrialRequest,
    TrialSerializer,
)
from agents.tools.connections import (
    Auth,
    create_connection,
    delete_connection,
    get_connection,
    list_connections,
    replace_credential,
)
from agents.tools.mcp.pinning import approve_tool, refresh_connection
from agents.tools.services import (
    HttpDefinition,
    create_http_tool,
    delete_tool,
    get_tool,
    import_operations,
    list_tools,
    preview_import,
    try_tool,
    update_tool,
)
from rapport.ids import Prefix, decode
from tenants.permissions import Permission

CONNECTION_ID, TOOL_ID = path_id("connection_id", "tcn"), path_id("tool_id", "tol")


class Connections(APIView):
    @extend_schema(
        operation_id="list_tool_connections",
        responses={200: page_of(ConnectionSerializer), **errors(401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def get(self, request: Request) -> Response:
        """The systems that tools talk to, oldest first. Credentials are never given back."""
        staff = staff_of(request, Permission.AGENTS_READ)
        rows = list_connections(tenant_id=staff.tenant_id)
        return Response(whole(rows, show=lambda row: ConnectionSerializer(row).data))

    @extend_schema(
        operation_id="create_tool_connection",
        parameters=[IDEMPOTENCY_KEY],
        request=ConnectionRequest,
        responses={201: ConnectionSerializer, **errors(400, 401, 403, 409, 415, 422, 429)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def post(self, request: Request) -> Response:
        """Add a system. Its credential is kept encrypted."""
        staff = staff_of(request, Permission.AGENTS_WRITE)
        body = ConnectionRequest(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        made_id, is_replay = make_once(
            request,
            staff,
            "create_tool_connection",
            content=given,
            make=lambda: create_connection(
                tenant_id=staff.tenant_id,
                name=given["name"],
                kind=given["kind"],
                base_url=given["base_url"],
                auth=_auth(given),
                actor=staff.actor,
            ),
        )
        found = get_connection(tenant_id=staff.tenant_id, connection_id=made_id)
        return made(ConnectionSerializer(found).data, is_replay=is_replay)


class OneConnection(APIView):
    @extend_schema(
        operation_id="get_tool_connection",
        parameters=[CONNECTION_ID],
        responses={200: ConnectionSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def get(self, request: Request, connection_id: str) -> Response:
        """One system."""
        staff = staff_of(request, Permission.AGENTS_READ)
        found = decode(Prefix.TOOL_CONNECTION, connection_id)
        return Response(ConnectionSerializer(get_connection(tenant_id=staff.tenant_id, connection_id=found)).data)

    @extend_schema(
        operation_id="update_tool_connection",
        parameters=[CONNECTION_ID],
        request=CredentialRequest,
        responses={200: ConnectionSerializer, **errors(400, 401, 403, 404, 415, 429)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def patch(self, request: Request, connection_id: str) -> Response:
        """Replace its credential."""
        staff, found = staff_of(request, Permission.AGENTS_WRITE), decode(Prefix.TOOL_CONNECTION, connection_id)
        body = CredentialRequest(data=request.data)
        body.is_valid(raise_exception=True)
        auth = _auth(body.validated_data)
        replace_credential(tenant_id=staff.tenant_id, connection_id=found, auth=auth, actor=staff.actor)
        return Response(ConnectionSerializer(get_connection(tenant_id=staff.tenant_id, connection_id=found)).data)

    @extend_schema(
        operation_id="delete_tool_connection",
        parameters=[CONNECTION_ID],
        responses={204: None, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def delete(self, request: Request, connection_id: str) -> Response:
        """Remove a system with its tools."""
        staff, found = staff_of(request, Permission.AGENTS_WRITE), decode(Prefix.TOOL_CONNECTION, connection_id)
        delete_connection(tenant_id=staff.tenant_id, connection_id=found, actor=staff.actor)
        return Response(status=204)


class ConnectionRefresh(APIView):
    @extend_schema(
        operation_id="refresh_tool_connection",
        parameters=[CONNECTION_ID],
        request=None,
        responses={200: RefreshedSerializer, **errors(400, 401, 403, 404, 429, 503)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def post(self, request: Request, connection_id: str) -> Response:
        """Ask an MCP server which tools it has. What is new or has changed is off until somebody agrees to it."""
        staff, found = staff_of(request, Permission.AGENTS_WRITE), decode(Prefix.TOOL_CONNECTION, connection_id)
        refreshed = refresh_connection(tenant_id=staff.tenant_id, connection_id=found, actor=staff.actor)
        return Response(RefreshedSerializer(refreshed).data)


class OpenApiImport(APIView):
    @extend_schema(
        operation_id="import_tool_connection",
        parameters=[CONNECTION_ID],
        request=OpenApiRequest,
        responses={200: ImportSerializer, **errors(400, 401, 403, 404, 409, 415, 429)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def post(self, request: Request, connection_id: str) -> Response:
        """Look into an OpenAPI file and make tools of the chosen operations: all of them or none."""
        staff, found = staff_of(request, Permission.AGENTS_WRITE), decode(Prefix.TOOL_CONNECTION, connection_id)
        get_connection(tenant_id=staff.tenant_id, connection_id=found)
        body = OpenApiRequest(data=request.data)
        body.is_valid(raise_exception=True)
        content, chosen = body.validated_data["document"].encode(), body.validated_data["operations"]
        preview = preview_import(content)
        ids: list[UUID] = []
        if chosen:
            ids = import_operations(
                tenant_id=staff.tenant_id, connection_id=found, content=content, operations=chosen, actor=staff.actor
            )
        imported = [each for each in list_tools(tenant_id=staff.tenant_id, connection_id=found) if each.id in ids]
        facts = {"title": preview.title, "base_url": preview.base_url, "operations": preview.operations}
        return Response(ImportSerializer({**facts, "imported": imported}).data)


class Tools(APIView):
    @extend_schema(
        operation_id="list_tools",
        responses={200: page_of(ToolSerializer), **errors(401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def get(self, request: Request) -> Response:
        """The company's own tools by name. Those that are built in are in docs/tools."""
        staff = staff_of(request, Permission.AGENTS_READ)
        return Response(whole(list_tools(tenant_id=staff.tenant_id), show=lambda row: ToolSerializer(row).data))

    @extend_schema(
        operation_id="create_tool",
        parameters=[IDEMPOTENCY_KEY],
        request=ToolRequest,
        responses={201: ToolSerializer, **errors(400, 401, 403, 404, 409, 415, 422, 429)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def post(self, request: Request) -> Response:
        """Make a tool of one call of a system's."""
        staff = staff_of(request, Permission.AGENTS_WRITE)
        body = ToolRequest(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        definition = HttpDefinition(
            given["method"], given["path"], given["parameters"], given["places"], given.get("result")
        )
        made_id, is_replay = make_once(
            request,
            staff,
            "create_tool",
            content=given,
            make=lambda: create_http_tool(
                tenant_id=staff.tenant_id,
                connection_id=given["connection_id"],
                name=given["name"],
                description=given["description"],
                definition=definition,
                policy=given.get("policy", {}),
                actor=staff.actor,
            ),
        )
        found = get_tool(tenant_id=staff.tenant_id, tool_id=made_id)
        return made(ToolSerializer(found).data, is_replay=is_replay)


class OneTool(APIView):
    @extend_schema(
        operation_id="get_tool",
        parameters=[TOOL_ID],
        responses={200: ToolSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def get(self, request: Request, tool_id: str) -> Response:
        """One tool."""
        staff = staff_of(request, Permission.AGENTS_READ)
        return Response(_shown(staff.tenant_id, decode(Prefix.TOOL, tool_id)))

    @extend_schema(
        operation_id="update_tool",
        parameters=[TOOL_ID],
        request=ToolChangesRequest,
        responses={200: ToolSerializer, **errors(400, 401, 403, 404, 415, 429)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def patch(self, request: Request, tool_id: str) -> Response:
        """Change what it says of itself and under which conditions it is used, or switch it off and on."""
        staff, found = staff_of(request, Permission.AGENTS_WRITE), decode(Prefix.TOOL, tool_id)
        body = ToolChangesRequest(data=request.data)
        body.is_valid(raise_exception=True)
        update_tool(tenant_id=staff.tenant_id, tool_id=found, actor=staff.actor, **body.validated_data)
        return Response(_shown(staff.tenant_id, found))

    @extend_schema(
        operation_id="delete_tool",
        parameters=[TOOL_ID],
        responses={204: None, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def delete(self, request: Request, tool_id: str) -> Response:
        """Remove a tool. Agents that name it go on without it."""
        staff = staff_of(request, Permission.AGENTS_WRITE)
        delete_tool(tenant_id=staff.tenant_id, tool_id=decode(Prefix.TOOL, tool_id), actor=staff.actor)
        return Response(status=204)


class ToolAgreement(APIView):
    @extend_schema(
        operation_id="agree_to_tool",
        parameters=[TOOL_ID],
        request=AgreementRequest,
        responses={200: ToolSerializer, **errors(400, 401, 403, 404, 415, 429)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def post(self, request: Request, tool_id: str) -> Response:
        """Agree to what an MCP server says of its tool: agents may use it from now on, until it says something else."""
        staff, found = staff_of(request, Permission.AGENTS_WRITE), decode(Prefix.TOOL, tool_id)
        get_tool(tenant_id=staff.tenant_id, tool_id=found)
        body = AgreementRequest(data=request.data)
        body.is_valid(raise_exception=True)
        digest = body.validated_data["digest"]
        approve_tool(tenant_id=staff.tenant_id, tool_id=found, digest=digest, actor=staff.actor)
        return Response(_shown(staff.tenant_id, found))


class ToolTrial(APIView):
    @extend_schema(
        operation_id="try_tool",
        parameters=[TOOL_ID],
        request=TrialRequest,
        responses={200: TrialSerializer, **errors(400, 401, 403, 404, 415, 429)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def post(self, request: Request, tool_id: str) -> Response:
        """Call it once, really, and see what a model would be told."""
        staff, found = staff_of(request, Permission.AGENTS_WRITE), decode(Prefix.TOOL, tool_id)
        get_tool(tenant_id=staff.tenant_id, tool_id=found)
        body = TrialRequest(data=request.data)
        body.is_valid(raise_exception=True)
        arguments = body.validated_data["arguments"]
        ran = try_tool(tenant_id=staff.tenant_id, tool_id=found, arguments=arguments, actor=staff.actor)
        facts = {"state": str(ran.state), "code": ran.code, "told": ran.told.text, "attempts": ran.attempts}
        return Response(TrialSerializer(facts).data)


def _auth(given: dict[str, Any]) -> Auth:
    return Auth(given["auth"], given["auth_name"], given["secret"])


def _shown(tenant_id: UUID, tool_id: UUID) -> dict[str, Any]:
    return dict(ToolSerializer(get_tool(tenant_id=tenant_id, tool_id=tool_id)).data)
