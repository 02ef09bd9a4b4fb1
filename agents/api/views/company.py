"""`/v1/me`, `/v1/members` and `/v1/keys`: who calls, who belongs to the company, and which keys there are.

People and keys are made and ended on the dashboard, where the password is asked for again.
"""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.pages import whole
from agents.api.principals import Machine, Visitor, principal_of, staff_of
from agents.api.schema import STAFF_ONLY, errors, path_id
from agents.api.serializers.company import ApiKeySerializer, CompanySerializer, MemberSerializer, MeSerializer
from agents.api.serializers.fields import page_of
from rapport.errors import PermissionDenied
from rapport.ids import Prefix, decode, encode
from tenants.api_keys import get_api_key, list_api_keys
from tenants.permissions import Permission, granted_to
from tenants.selectors import get_tenant, list_members


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


class Members(APIView):
    @extend_schema(
        operation_id="list_members",
        responses={200: page_of(MemberSerializer), **errors(401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["company"],
    )
    def get(self, request: Request) -> Response:
        """The company's people and their roles, first comers first."""
        staff = staff_of(request, Permission.MEMBERS_READ)
        return Response(whole(list_members(staff.tenant_id), show=lambda row: MemberSerializer(row).data))


class Keys(APIView):
    @extend_schema(
        operation_id="list_keys",
        responses={200: page_of(ApiKeySerializer), **errors(401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["company"],
    )
    def get(self, request: Request) -> Response:
        """Which keys there are, newest first; never the keys themselves."""
        staff = staff_of(request, Permission.KEYS_READ)
        return Response(whole(list_api_keys(staff.tenant_id), show=lambda row: ApiKeySerializer(row).data))


class OneKey(APIView):
    @extend_schema(
        operation_id="get_key",
        parameters=[path_id("key", "key")],
        responses={200: ApiKeySerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["company"],
    )
    def get(self, request: Request, key: str) -> Response:
        """One key: what it may do, when it was last used and when it ends."""
        staff = staff_of(request, Permission.KEYS_READ)
        found = get_api_key(tenant_id=staff.tenant_id, key_id=decode(Prefix.API_KEY, key))
        return Response(ApiKeySerializer(found).data)
