"""`/v1/tool-approvals` and `/v1/service-requests`: what agents leave to people."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.filters import read_choice, read_id
from agents.api.pages import page, read_id_cursor, read_limit
from agents.api.principals import Staff, may, staff_of
from agents.api.schema import PAGE, STAFF_ONLY, errors, path_id
from agents.api.serializers.fields import page_of
from agents.api.serializers.tools import ApprovalSerializer, ServiceRequestSerializer
from agents.tools.approvals import ApprovalView, decide_approval, get_approval, list_approvals
from agents.tools.requests import close_request, get_request, list_requests
from rapport.ids import Prefix, decode
from tenants.permissions import Permission

APPROVAL_ID, REQUEST_ID = path_id("approval_id", "apr"), path_id("request_id", "srq")
STATES = ("waiting", "approved", "refused", "expired")


class Approvals(APIView):
    @extend_schema(
        operation_id="list_tool_approvals",
        parameters=[*PAGE, OpenApiParameter("state", str, enum=STATES), OpenApiParameter("conversation_id", str)],
        responses={200: page_of(ApprovalSerializer), **errors(400, 401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def get(self, request: Request) -> Response:
        """Calls of tools that people decide on, newest first."""
        staff, limit = staff_of(request, Permission.CONVERSATIONS_READ), read_limit(request)
        rows = list_approvals(
            tenant_id=staff.tenant_id,
            limit=limit + 1,
            before=read_id_cursor(request),
            state=read_choice(request, "state", STATES),
            conversation_id=read_id(request, "conversation_id", Prefix.CONVERSATION),
        )
        return Response(page(rows, limit=limit, show=lambda row: _told(staff, row), after=lambda row: row.id.hex))


class OneApproval(APIView):
    @extend_schema(
        operation_id="get_tool_approval",
        parameters=[APPROVAL_ID],
        responses={200: ApprovalSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def get(self, request: Request, approval_id: str) -> Response:
        """One call that waits, or waited."""
        staff = staff_of(request, Permission.CONVERSATIONS_READ)
        found = get_approval(tenant_id=staff.tenant_id, approval_id=decode(Prefix.APPROVAL, approval_id))
        return Response(_told(staff, found))


class Approve(APIView):
    @extend_schema(
        operation_id="approve_tool_approval",
        parameters=[APPROVAL_ID],
        request=None,
        responses={200: ApprovalSerializer, **errors(401, 403, 404, 409, 429)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def post(self, request: Request, approval_id: str) -> Response:
        """Agree to this very call. It is made, and the agent goes on."""
        return _decided(request, approval_id, is_agreed=True)


class Refuse(APIView):
    @extend_schema(
        operation_id="refuse_tool_approval",
        parameters=[APPROVAL_ID],
        request=None,
        responses={200: ApprovalSerializer, **errors(401, 403, 404, 409, 429)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def post(self, request: Request, approval_id: str) -> Response:
        """The call is not made, and the agent tells the contact so."""
        return _decided(request, approval_id, is_agreed=False)


def _decided(request: Request, approval_id: str, *, is_agreed: bool) -> Response:
    staff, found = staff_of(request, Permission.CONVERSATIONS_WRITE), decode(Prefix.APPROVAL, approval_id)
    decide_approval(tenant_id=staff.tenant_id, approval_id=found, is_agreed=is_agreed, actor=staff.actor)
    return Response(_told(staff, get_approval(tenant_id=staff.tenant_id, approval_id=found)))


def _told(staff: Staff, row: ApprovalView) -> dict[str, object]:
    """What tools were given is for those who decide on it, and for those who read traces; what they gave for these."""
    reads = may(staff, Permission.TRACES_READ)
    shown = dict(ApprovalSerializer(row).data)
    arguments = shown["arguments"] if reads or may(staff, Permission.CONVERSATIONS_WRITE) else None
    return {**shown, "arguments": arguments, "result": shown["result"] if reads else None}


class ServiceRequests(APIView):
    @extend_schema(
        operation_id="list_service_requests",
        parameters=[
            *PAGE,
            OpenApiParameter("contact_id", str),
            OpenApiParameter("open", str, enum=("true", "false")),
        ],
        responses={200: page_of(ServiceRequestSerializer), **errors(400, 401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def get(self, request: Request) -> Response:
        """Tickets and callbacks that agents took down, newest first."""
        staff, limit = staff_of(request, Permission.CONTACTS_READ), read_limit(request)
        is_open = read_choice(request, "open", ("true", "false"))
        rows = list_requests(
            tenant_id=staff.tenant_id,
            limit=limit + 1,
            before=read_id_cursor(request),
            contact_id=read_id(request, "contact_id", Prefix.CONTACT),
            is_open=is_open == "true" if is_open else None,
        )
        return Response(
            page(rows, limit=limit, show=lambda row: ServiceRequestSerializer(row).data, after=lambda row: row.id.hex)
        )


class OneServiceRequest(APIView):
    @extend_schema(
        operation_id="get_service_request",
        parameters=[REQUEST_ID],
        responses={200: ServiceRequestSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def get(self, request: Request, request_id: str) -> Response:
        """One ticket or callback: what a webhook's data.id names."""
        staff = staff_of(request, Permission.CONTACTS_READ)
        return Response(_shown(staff.tenant_id, decode(Prefix.SERVICE_REQUEST, request_id)))


class CloseServiceRequest(APIView):
    @extend_schema(
        operation_id="close_service_request",
        parameters=[REQUEST_ID],
        request=None,
        responses={200: ServiceRequestSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["tools"],
    )
    def post(self, request: Request, request_id: str) -> Response:
        """It is seen to."""
        staff, found = staff_of(request, Permission.CONTACTS_WRITE), decode(Prefix.SERVICE_REQUEST, request_id)
        close_request(tenant_id=staff.tenant_id, request_id=found, actor=staff.actor)
        return Response(_shown(staff.tenant_id, found))


def _shown(tenant_id: UUID, request_id: UUID) -> dict[str, object]:
    return dict(ServiceRequestSerializer(get_request(tenant_id=tenant_id, request_id=request_id)).data)
