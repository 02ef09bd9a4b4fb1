"""`/v1/contacts/{id}/graph`: whom and what a contact has to do with, since when, and what says so."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.filters import read_time
from agents.api.principals import staff_of
from agents.api.schema import STAFF_ONLY, errors, path_id
from agents.api.serializers.memory_graph import MemoryGraphSerializer
from agents.selectors import get_memory_graph
from ingestion.contacts.selectors import get_contact
from rapport.ids import Prefix, decode
from tenants.permissions import Permission


class MemoryGraph(APIView):
    @extend_schema(
        operation_id="get_memory_graph",
        parameters=[
            path_id("contact_id", "con"),
            OpenApiParameter("valid_at", OpenApiTypes.DATETIME, description="Only what held then."),
        ],
        responses={200: MemoryGraphSerializer, **errors(400, 401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["contacts"],
    )
    def get(self, request: Request, contact_id: str) -> Response:
        """People, companies, places, orders and events of a contact and those who are read as one with it, how they
        hang together, and what says so. What is only proposed is left out; without `valid_at` what is over is there."""
        staff = staff_of(request, Permission.CONTACTS_READ)
        valid_at = read_time(request, "valid_at")
        found = get_contact(tenant_id=staff.tenant_id, contact_id=decode(Prefix.CONTACT, contact_id))
        graph = get_memory_graph(tenant_id=staff.tenant_id, contact_id=found.id)
        return Response(MemoryGraphSerializer(graph.held_at(valid_at) if valid_at else graph).data)
