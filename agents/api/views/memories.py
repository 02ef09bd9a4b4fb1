"""`/v1/memories`: what is remembered of contacts, and what said it."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.filters import read_choice, read_id
from agents.api.pages import page, read_id_cursor, read_limit
from agents.api.principals import staff_of
from agents.api.schema import PAGE, STAFF_ONLY, errors, path_id
from agents.api.serializers.fields import page_of
from agents.api.serializers.memories import MemorySerializer
from agents.selectors import get_fact, list_memories
from rapport.ids import Prefix, decode
from tenants.permissions import Permission


class Memories(APIView):
    @extend_schema(
        operation_id="list_memories",
        parameters=[
            *PAGE,
            OpenApiParameter("contact_id", str),
            OpenApiParameter("predicate", str),
            OpenApiParameter("superseded", bool, description="Also what held once and does not any more."),
        ],
        responses={200: page_of(MemorySerializer), **errors(400, 401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["contacts"],
    )
    def get(self, request: Request) -> Response:
        """What is remembered of contacts, newest first."""
        staff = staff_of(request, Permission.CONTACTS_READ)
        limit = read_limit(request)
        rows = list_memories(
            tenant_id=staff.tenant_id,
            limit=limit + 1,
            before=read_id_cursor(request),
            contact_id=read_id(request, "contact_id", Prefix.CONTACT),
            predicate=request.query_params.get("predicate", "")[:60],
            with_superseded=read_choice(request, "superseded", ("true", "false")) == "true",
        )
        return Response(
            page(rows, limit=limit, show=lambda row: MemorySerializer(row).data, after=lambda row: row.id.hex)
        )


class OneMemory(APIView):
    @extend_schema(
        operation_id="get_memory",
        parameters=[path_id("fact_id", "fct")],
        responses={200: MemorySerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["contacts"],
    )
    def get(self, request: Request, fact_id: str) -> Response:
        """One fact of a contact, with what said it."""
        staff = staff_of(request, Permission.CONTACTS_READ)
        found = get_fact(tenant_id=staff.tenant_id, fact_id=decode(Prefix.FACT, fact_id))
        return Response(MemorySerializer(found).data)
