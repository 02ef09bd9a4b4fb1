"""`/v1/trace-export`: the company's own collector, to which its traces are sent as well."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.principals import staff_of
from agents.api.schema import STAFF_ONLY, errors
from agents.api.serializers.trace_export import TraceExportRequest, TraceExportSerializer, TraceExportTestSerializer
from agents.errors import TraceExportMissing
from agents.selectors import get_trace, list_traces
from agents.selectors.trace_export import NO_EXPORT, find_trace_export
from agents.services.trace_export import ExportSettings, remove_trace_export, set_trace_export, try_trace_export
from tenants.permissions import Permission


class TraceExports(APIView):
    @extend_schema(
        operation_id="get_trace_export",
        responses={200: TraceExportSerializer, **errors(401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["traces"],
    )
    def get(self, request: Request) -> Response:
        """Where traces are sent, and how that goes. What is in the headers is shown to nobody."""
        staff = staff_of(request, Permission.WEBHOOKS_READ)
        return Response(TraceExportSerializer(find_trace_export(tenant_id=staff.tenant_id) or NO_EXPORT).data)

    @extend_schema(
        operation_id="set_trace_export",
        request=TraceExportRequest,
        responses={200: TraceExportSerializer, **errors(400, 401, 403, 415, 429)},
        auth=STAFF_ONLY,
        tags=["traces"],
    )
    def put(self, request: Request) -> Response:
        """Send every trace from now on to this collector. Needs `traces.read` as well, and `conversations.read` for
        content."""
        staff = staff_of(request, Permission.WEBHOOKS_WRITE)
        staff_of(request, Permission.TRACES_READ)
        body = TraceExportRequest(data=request.data)
        body.is_valid(raise_exception=True)
        settings = ExportSettings(**body.validated_data)
        if settings.content:
            staff_of(request, Permission.CONVERSATIONS_READ)
        set_trace_export(tenant_id=staff.tenant_id, settings=settings, actor=staff.actor)
        return Response(TraceExportSerializer(find_trace_export(tenant_id=staff.tenant_id) or NO_EXPORT).data)

    @extend_schema(
        operation_id="remove_trace_export",
        request=None,
        responses={204: None, **errors(400, 401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["traces"],
    )
    def delete(self, request: Request) -> Response:
        """Send nothing any more."""
        staff = staff_of(request, Permission.WEBHOOKS_WRITE)
        remove_trace_export(tenant_id=staff.tenant_id, actor=staff.actor)
        return Response(status=204)


class TraceExportTest(APIView):
    @extend_schema(
        operation_id="test_trace_export",
        request=None,
        responses={200: TraceExportTestSerializer, **errors(400, 401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["traces"],
    )
    def post(self, request: Request) -> Response:
        """Send the newest trace at once, without anything that people wrote, and say what the collector answered."""
        staff = staff_of(request, Permission.WEBHOOKS_WRITE)
        staff_of(request, Permission.TRACES_READ)
        newest = list_traces(tenant_id=staff.tenant_id, limit=1)
        if not newest:
            raise TraceExportMissing("There is no trace yet. Ask an agent something, then try again.")
        trace = get_trace(tenant_id=staff.tenant_id, trace_id=newest[0].id)
        sent = try_trace_export(tenant_id=staff.tenant_id, trace=trace, actor=staff.actor)
        return Response(TraceExportTestSerializer(sent).data)
