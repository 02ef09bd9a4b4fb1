"""What members and keys read: agents, sources, documents, traces and usage."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.pages import page, read_id_cursor, read_limit, read_number_cursor, whole
from agents.api.principals import staff_of
from agents.api.schema import PAGE, STAFF_ONLY, errors, path_id
from agents.api.serializers.agents import AgentSerializer
from agents.api.serializers.fields import page_of
from agents.api.serializers.knowledge import DocumentSerializer, SourceSerializer
from agents.api.serializers.traces import TraceSerializer, UsageSerializer
from agents.selectors import get_agent, get_trace, list_agents
from billing.selectors import list_usage
from ingestion.selectors import get_document, list_documents, list_sources
from rapport.ids import Prefix, decode
from tenants.permissions import Permission


class Agents(APIView):
    @extend_schema(
        operation_id="list_agents",
        responses={200: page_of(AgentSerializer), **errors(401, 403)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def get(self, request: Request) -> Response:
        """The company's agents, oldest first."""
        staff = staff_of(request, Permission.AGENTS_READ)
        rows = list_agents(tenant_id=staff.tenant_id)
        return Response(whole(rows, show=lambda row: AgentSerializer(row).data))


class OneAgent(APIView):
    @extend_schema(
        operation_id="get_agent",
        parameters=[path_id("agent_id", "agt")],
        responses={200: AgentSerializer, **errors(401, 403, 404)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def get(self, request: Request, agent_id: str) -> Response:
        """One agent."""
        staff = staff_of(request, Permission.AGENTS_READ)
        found = get_agent(tenant_id=staff.tenant_id, agent_id=decode(Prefix.AGENT, agent_id))
        return Response(AgentSerializer(found).data)


class Sources(APIView):
    @extend_schema(
        operation_id="list_sources",
        responses={200: page_of(SourceSerializer), **errors(401, 403)},
        auth=STAFF_ONLY,
        tags=["knowledge"],
    )
    def get(self, request: Request) -> Response:
        """Where documents come from, newest first, and how many of them are ready."""
        staff = staff_of(request, Permission.KNOWLEDGE_READ)
        rows = list_sources(tenant_id=staff.tenant_id)
        return Response(whole(rows, show=lambda row: SourceSerializer(row).data))


class Documents(APIView):
    @extend_schema(
        operation_id="list_documents",
        parameters=[*PAGE, OpenApiParameter("source_id", str), OpenApiParameter("state", str)],
        responses={200: page_of(DocumentSerializer), **errors(400, 401, 403, 404)},
        auth=STAFF_ONLY,
        tags=["knowledge"],
    )
    def get(self, request: Request) -> Response:
        """Documents, newest first."""
        staff = staff_of(request, Permission.KNOWLEDGE_READ)
        limit, offset = read_limit(request), read_number_cursor(request)
        source = request.query_params.get("source_id", "")
        rows = list_documents(
            tenant_id=staff.tenant_id,
            source_id=decode(Prefix.SOURCE, source) if source else None,
            state=request.query_params.get("state", ""),
            limit=limit + 1,
            offset=offset,
        )
        following = str(offset + limit)
        return Response(
            page(rows, limit=limit, show=lambda row: DocumentSerializer(row).data, after=lambda _: following)
        )


class OneDocument(APIView):
    @extend_schema(
        operation_id="get_document",
        parameters=[path_id("document_id", "doc")],
        responses={200: DocumentSerializer, **errors(401, 403, 404)},
        auth=STAFF_ONLY,
        tags=["knowledge"],
    )
    def get(self, request: Request, document_id: str) -> Response:
        """One document and how far its ingest is."""
        staff = staff_of(request, Permission.KNOWLEDGE_READ)
        found = get_document(tenant_id=staff.tenant_id, document_id=decode(Prefix.DOCUMENT, document_id))
        return Response(DocumentSerializer(found).data)


class OneTrace(APIView):
    @extend_schema(
        operation_id="get_trace",
        parameters=[path_id("trace_id", "trc")],
        responses={200: TraceSerializer, **errors(401, 403, 404)},
        auth=STAFF_ONLY,
        tags=["traces"],
    )
    def get(self, request: Request, trace_id: str) -> Response:
        """What a turn did, step by step, and what each step cost."""
        staff = staff_of(request, Permission.TRACES_READ)
        found = get_trace(tenant_id=staff.tenant_id, trace_id=decode(Prefix.TRACE, trace_id))
        return Response(TraceSerializer(found).data)


class Usage(APIView):
    @extend_schema(
        operation_id="list_usage",
        parameters=PAGE,
        responses={200: page_of(UsageSerializer), **errors(400, 401, 403)},
        auth=STAFF_ONLY,
        tags=["usage"],
    )
    def get(self, request: Request) -> Response:
        """The ledger's rows, newest first."""
        staff = staff_of(request, Permission.USAGE_READ)
        limit = read_limit(request)
        rows = list_usage(tenant_id=staff.tenant_id, limit=limit + 1, before=read_id_cursor(request))
        return Response(
            page(rows, limit=limit, show=lambda row: UsageSerializer(row).data, after=lambda row: row.id.hex)
        )
