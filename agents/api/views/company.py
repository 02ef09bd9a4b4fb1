"""`/v1/me`: who calls."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.principals import Machine, Visitor, principal_of
from agents.api.schema import STAFF_ONLY, errors
from agents.api.serializers.company import CompanySerializer, MeSerializer
from rapport.errors import PermissionDenied
from rapport.ids import Prefix, encode
from tenants.permissions import granted_to
from tenants.selectors import get_tenant


class Me(APIView):
    @extend_schema(
        operation_id="get_me",
        responses={200: MeSerializer, **errors(401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["company"],
    )
    def get(self, request: Request) -> Response:
        """Whose key this is, and what it may do."""
        caller = principal_of(request)
        if isinstance(caller, Visitor):
            raise PermissionDenied("This is for the company's own keys and members.")
        is_key = isinstance(caller, Machine)
        scopes = caller.scopes if isinstance(caller, Machine) else granted_to(caller.role)
        return Response(
            {
                "company": CompanySerializer(get_tenant(caller.tenant_id)).data,
                "kind": "key" if is_key else "member",
                "id": encode(Prefix.API_KEY, caller.key_id)
                if isinstance(caller, Machine)
                else encode(Prefix.USER, caller.user_id),
                "is_test": isinstance(caller, Machine) and caller.is_test,
                "scopes": sorted(scopes),
            }
        )
