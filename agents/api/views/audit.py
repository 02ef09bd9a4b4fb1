"""`/v1/audit`: who did what to what, and when."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.filters import SINCE, UNTIL, read_time
from agents.api.pages import page, read_id_cursor, read_limit
from agents.api.principals import staff_of
from agents.api.schema import PAGE, STAFF_ONLY, errors
from agents.api.serializers.audit import AuditSerializer
from agents.api.serializers.fields import page_of
from tenants.audit_log import AuditFilter, list_audit
from tenants.permissions import Permission

_FILTERS = [
    OpenApiParameter("actor", str, description="A label (user:usr_…), an id (usr_…), or a kind: user, key, agent, …"),
    OpenApiParameter("action", str, description="agent.updated; or agent, for all that is done to agents."),
    OpenApiParameter("subject", str, description="The id of what it was done to."),
    SINCE,
    UNTIL,
]


class Audit(APIView):
    @extend_schema(
        operation_id="list_audit",
        parameters=[*PAGE, *_FILTERS],
        responses={200: page_of(AuditSerializer), **errors(400, 401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["company"],
    )
    def get(self, request: Request) -> Response:
        """The audit log, newest first. Filters that are given must all match."""
        staff = staff_of(request, Permission.AUDIT_READ)
        limit, asked = read_limit(request), request.query_params
        rows = list_audit(
            tenant_id=staff.tenant_id,
            which=AuditFilter(
                actor=asked.get("actor", "").replace("\x00", ""),
                action=asked.get("action", "").replace("\x00", ""),
                subject=asked.get("subject", "").replace("\x00", ""),
                since=read_time(request, "since"),
                until=read_time(request, "until"),
            ),
            limit=limit + 1,
            before=read_id_cursor(request),
        )
        return Response(
            page(rows, limit=limit, show=lambda row: AuditSerializer(row).data, after=lambda row: row.id.hex)
        )
