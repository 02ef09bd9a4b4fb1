"""`/v1/memories`: what is remembered of contacts, and what said it."""

from datetime import datetime
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.filters import read_choice, read_id, read_time
from agents.api.pages import Json, page, read_id_cursor, read_limit, whole
from agents.api.principals import staff_of
from agents.api.schema import PAGE, STAFF_ONLY, errors, path_id
from agents.api.serializers.fields import page_of
from agents.api.serializers.memories import MemoryChanges, MemoryRequest, MemorySerializer
from agents.memory.editing import add_fact, edit_fact, pin_fact, restore_fact, retract_fact
from agents.selectors import get_fact, list_facts_as_of, list_memories
from rapport.errors import InvalidRequest
from rapport.ids import Prefix, decode
from tenants.permissions import Permission


class Memories(APIView):
    @extend_schema(
        operation_id="list_memories",
        parameters=[
            *PAGE,
            OpenApiParameter("contact_id", str),
            OpenApiParameter("predicate", str),
            OpenApiParameter("superseded", bool, description="Also what is over, and what is only proposed."),
            OpenApiParameter("valid_at", OpenApiTypes.DATETIME, description="What held then. Needs contact_id."),
            OpenApiParameter(
                "recorded_at", OpenApiTypes.DATETIME, description="As far as it was known then. Needs contact_id."
            ),
        ],
        responses={200: page_of(MemorySerializer), **errors(400, 401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["contacts"],
    )
    def get(self, request: Request) -> Response:
        """What is remembered of contacts, newest first. `valid_at` asks what held at a time in the world,
        `recorded_at` what was known at a time; both together ask what was then believed of then. Such an answer is one
        page, of those who are read as one with the contact, too."""
        staff = staff_of(request, Permission.CONTACTS_READ)
        limit = read_limit(request)
        valid_at, recorded_at = read_time(request, "valid_at"), read_time(request, "recorded_at")
        if valid_at or recorded_at:
            return Response(_as_of(request, staff.tenant_id, valid_at, recorded_at))
        rows = list_memories(
            tenant_id=staff.tenant_id,
            limit=limit + 1,
            before=read_id_cursor(request),
            contact_id=read_id(request, "contact_id", Prefix.CONTACT),
            predicate=request.query_params.get("predicate", "")[:200],
            with_superseded=read_choice(request, "superseded", ("true", "false")) == "true",
        )
        return Response(
            page(rows, limit=limit, show=lambda row: MemorySerializer(row).data, after=lambda row: row.id.hex)
        )

    @extend_schema(
        operation_id="add_memory",
        request=MemoryRequest,
        responses={201: MemorySerializer, **errors(400, 401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["contacts"],
    )
    def post(self, request: Request) -> Response:
        """Keep something that your company knows of a contact."""
        staff = staff_of(request, Permission.CONTACTS_WRITE)
        body = MemoryRequest(data=request.data)
        body.is_valid(raise_exception=True)
        told = body.validated_data
        fact_id = add_fact(
            tenant_id=staff.tenant_id,
            contact_id=told["contact_id"],
            predicate=told["predicate"],
            value=told["value"],
            actor=staff.actor,
        )
        return Response(MemorySerializer(get_fact(tenant_id=staff.tenant_id, fact_id=fact_id)).data, status=201)


def _as_of(request: Request, tenant_id: UUID, valid_at: datetime | None, recorded_at: datetime | None) -> Json:
    contact_id = read_id(request, "contact_id", Prefix.CONTACT)
    if contact_id is None:
        raise InvalidRequest("Name the contact whose past you ask for.", param="contact_id")
    rows = list_facts_as_of(tenant_id=tenant_id, contact_id=contact_id, valid_at=valid_at, recorded_at=recorded_at)
    predicate = request.query_params.get("predicate", "")
    rows = [row for row in rows if not predicate or row.predicate == predicate]
    return whole(rows, show=lambda row: MemorySerializer(row).data)


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

    @extend_schema(
        operation_id="update_memory",
        parameters=[path_id("fact_id", "fct")],
        request=MemoryChanges,
        responses={200: MemorySerializer, **errors(400, 401, 403, 404, 409, 429)},
        auth=STAFF_ONLY,
        tags=["contacts"],
    )
    def patch(self, request: Request, fact_id: str) -> Response:
        """Put a fact right, or pin it. With another value it is another fact: the answer has its id."""
        staff, found = staff_of(request, Permission.CONTACTS_WRITE), decode(Prefix.FACT, fact_id)
        body = MemoryChanges(data=request.data)
        body.is_valid(raise_exception=True)
        changes, tenant_id, actor = body.validated_data, staff.tenant_id, staff.actor
        if "value" in changes:
            found = edit_fact(tenant_id=tenant_id, fact_id=found, value=changes["value"], actor=actor)
        if "is_pinned" in changes:
            pin_fact(tenant_id=tenant_id, fact_id=found, is_pinned=changes["is_pinned"], actor=actor)
        return Response(MemorySerializer(get_fact(tenant_id=tenant_id, fact_id=found)).data)


class RetractMemory(APIView):
    @extend_schema(
        operation_id="retract_memory",
        parameters=[path_id("fact_id", "fct")],
        request=None,
        responses={200: MemorySerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["contacts"],
    )
    def post(self, request: Request, fact_id: str) -> Response:
        """It is not so, and never was: it is used no more, and what it had ended holds again."""
        staff, found = staff_of(request, Permission.CONTACTS_WRITE), decode(Prefix.FACT, fact_id)
        retract_fact(tenant_id=staff.tenant_id, fact_id=found, actor=staff.actor)
        return Response(MemorySerializer(get_fact(tenant_id=staff.tenant_id, fact_id=found)).data)


class RestoreMemory(APIView):
    @extend_schema(
        operation_id="restore_memory",
        parameters=[path_id("fact_id", "fct")],
        request=None,
        responses={200: MemorySerializer, **errors(401, 403, 404, 409, 429)},
        auth=STAFF_ONLY,
        tags=["contacts"],
    )
    def post(self, request: Request, fact_id: str) -> Response:
        """Take back that your company called it wrong."""
        staff, found = staff_of(request, Permission.CONTACTS_WRITE), decode(Prefix.FACT, fact_id)
        restore_fact(tenant_id=staff.tenant_id, fact_id=found, actor=staff.actor)
        return Response(MemorySerializer(get_fact(tenant_id=staff.tenant_id, fact_id=found)).data)
