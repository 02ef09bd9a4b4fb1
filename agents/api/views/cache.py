"""`/v1/agents/{id}/cache`: what the cache saves, how often it was wrong, and taking a wrong answer out of it."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.pages import page, read_id_cursor, read_limit
from agents.api.principals import staff_of
from agents.api.schema import PAGE, STAFF_ONLY, errors, path_id
from agents.api.serializers.cache import CacheBoardSerializer, CacheLookupSerializer
from agents.api.serializers.fields import page_of
from agents.cache.board import get_board, get_lookup, list_lookups
from agents.cache.reporting import report_wrong_answer
from rapport.ids import Prefix, decode
from tenants.permissions import Permission


class AgentCache(APIView):
    @extend_schema(
        operation_id="get_agent_cache",
        parameters=[path_id("agent_id", "agt")],
        responses={200: CacheBoardSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def get(self, request: Request, agent_id: str) -> Response:
        """What the agent's cache did in the last 30 days, and what was proved of it."""
        staff = staff_of(request, Permission.AGENTS_READ)
        board = get_board(tenant_id=staff.tenant_id, agent_id=decode(Prefix.AGENT, agent_id))
        return Response(CacheBoardSerializer(board).data)


class CacheLookups(APIView):
    @extend_schema(
        operation_id="list_cache_lookups",
        parameters=[path_id("agent_id", "agt"), *PAGE],
        responses={200: page_of(CacheLookupSerializer), **errors(400, 401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def get(self, request: Request, agent_id: str) -> Response:
        """Questions for which an answer was kept, newest first."""
        staff = staff_of(request, Permission.CONVERSATIONS_READ)
        limit = read_limit(request)
        rows = list_lookups(
            tenant_id=staff.tenant_id,
            agent_id=decode(Prefix.AGENT, agent_id),
            limit=limit + 1,
            before=read_id_cursor(request),
        )
        return Response(
            page(rows, limit=limit, show=lambda row: CacheLookupSerializer(row).data, after=lambda row: row.id.hex)
        )


class WrongAnswers(APIView):
    @extend_schema(
        operation_id="report_cached_answer",
        parameters=[path_id("agent_id", "agt"), path_id("lookup_id", "lkp")],
        request=None,
        responses={200: CacheLookupSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def post(self, request: Request, agent_id: str, lookup_id: str) -> Response:
        """This answer was wrong: it is not given again, and counts as a false hit. Saying it twice changes nothing."""
        staff = staff_of(request, Permission.AGENTS_WRITE)
        agent, lookup = decode(Prefix.AGENT, agent_id), decode(Prefix.LOOKUP, lookup_id)
        report_wrong_answer(tenant_id=staff.tenant_id, agent_id=agent, lookup_id=lookup, actor=staff.actor)
        found = get_lookup(tenant_id=staff.tenant_id, agent_id=agent, lookup_id=lookup)
        return Response(CacheLookupSerializer(found).data)
