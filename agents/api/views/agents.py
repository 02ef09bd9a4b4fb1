"""`/v1/agents`: who answers."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.once import made, make_once
from agents.api.pages import page, read_id_cursor, read_limit
from agents.api.principals import staff_of
from agents.api.schema import IDEMPOTENCY_KEY, PAGE, STAFF_ONLY, errors, path_id
from agents.api.serializers.agents import AgentChangesRequest, AgentRequest, AgentSerializer
from agents.api.serializers.fields import page_of
from agents.selectors import get_agent, list_agents
from agents.services import AgentChanges, create_agent, update_agent
from rapport.ids import Prefix, decode
from tenants.permissions import Permission


class Agents(APIView):
    @extend_schema(
        operation_id="list_agents",
        parameters=PAGE,
        responses={200: page_of(AgentSerializer), **errors(400, 401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def get(self, request: Request) -> Response:
        """The company's agents, oldest first."""
        staff = staff_of(request, Permission.AGENTS_READ)
        limit = read_limit(request)
        rows = list_agents(tenant_id=staff.tenant_id, limit=limit + 1, after=read_id_cursor(request))
        return Response(
            page(rows, limit=limit, show=lambda row: AgentSerializer(row).data, after=lambda row: row.id.hex)
        )

    @extend_schema(
        operation_id="create_agent",
        parameters=[IDEMPOTENCY_KEY],
        request=AgentRequest,
        responses={201: AgentSerializer, **errors(400, 401, 403, 413, 415, 422, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def post(self, request: Request) -> Response:
        """Make an agent. What is not given has a sensible default."""
        staff = staff_of(request, Permission.AGENTS_WRITE)
        body = _read(request)
        note = body.pop("note", "")
        agent_id, is_replay = make_once(
            request,
            staff,
            "create_agent",
            content=body,
            make=lambda: create_agent(
                tenant_id=staff.tenant_id, actor=staff.actor, changes=AgentChanges(**body), note=note
            ),
        )
        found = get_agent(tenant_id=staff.tenant_id, agent_id=agent_id)
        return made(AgentSerializer(found).data, is_replay=is_replay)


class OneAgent(APIView):
    @extend_schema(
        operation_id="get_agent",
        parameters=[path_id("agent_id", "agt")],
        responses={200: AgentSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def get(self, request: Request, agent_id: str) -> Response:
        """One agent."""
        staff = staff_of(request, Permission.AGENTS_READ)
        found = get_agent(tenant_id=staff.tenant_id, agent_id=decode(Prefix.AGENT, agent_id))
        return Response(AgentSerializer(found).data)

    @extend_schema(
        operation_id="update_agent",
        parameters=[path_id("agent_id", "agt")],
        request=AgentChangesRequest,
        responses={200: AgentSerializer, **errors(400, 401, 403, 404, 409, 413, 415, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def patch(self, request: Request, agent_id: str) -> Response:
        """Change an agent. What differs is published as a new version, which the next answer is by, and stands in the
        draft too; with `publish: false` only the draft changes. What else waits in the draft goes on waiting."""
        staff = staff_of(request, Permission.AGENTS_WRITE)
        agent, body = decode(Prefix.AGENT, agent_id), _read(request, AgentChangesRequest)
        publish, note = body.pop("publish"), body.pop("note", "")
        update_agent(
            tenant_id=staff.tenant_id,
            agent_id=agent,
            changes=AgentChanges(**body),
            actor=staff.actor,
            publish=publish,
            note=note,
        )
        return Response(AgentSerializer(get_agent(tenant_id=staff.tenant_id, agent_id=agent)).data)


def _read(request: Request, serializer: type[AgentRequest] = AgentRequest) -> dict[str, Any]:
    body = serializer(data=request.data)
    body.is_valid(raise_exception=True)
    given = dict(body.validated_data)
    if "suggested_questions" in given:
        given["suggested_questions"] = tuple(given["suggested_questions"])
    return given
