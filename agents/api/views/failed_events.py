"""Events that failed for good: what members read, have tried again, and give up."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.pages import page, read_limit, read_number_cursor
from agents.api.principals import staff_of
from agents.api.schema import PAGE, STAFF_ONLY, errors
from agents.api.serializers.events import FailedEventsActed, FailedEventSerializer, FailedEventsRequest
from agents.api.serializers.fields import page_of
from rapport.errors import InvalidRequest
from rapport.events.failed import Which, list_failed
from tenants.failed_events import drop_failed_events, replay_failed_events
from tenants.permissions import Permission


class FailedEvents(APIView):
    @extend_schema(
        operation_id="list_failed_events",
        parameters=[*PAGE, OpenApiParameter("subscription", str), OpenApiParameter("code", str)],
        responses={200: page_of(FailedEventSerializer), **errors(400, 401, 403)},
        auth=STAFF_ONLY,
        tags=["events"],
    )
    def get(self, request: Request) -> Response:
        """Events that failed for good, newest first. They stay until someone replays or drops them."""
        staff = staff_of(request, Permission.TRACES_READ)
        limit = read_limit(request)
        rows = list_failed(
            tenant_id=staff.tenant_id,
            which=Which(request.query_params.get("subscription", ""), request.query_params.get("code", "")),
            limit=limit + 1,
            before=read_number_cursor(request),
        )
        return Response(
            page(rows, limit=limit, show=lambda row: FailedEventSerializer(row).data, after=lambda row: str(row.id))
        )

    @extend_schema(
        operation_id="act_on_failed_events",
        request=FailedEventsRequest,
        responses={200: FailedEventsActed, **errors(400, 401, 403, 404)},
        auth=STAFF_ONLY,
        tags=["events"],
    )
    def post(self, request: Request) -> Response:
        """Have failed events handled again, in their order, or give them up. Every filter given must match."""
        staff = staff_of(request, Permission.KNOWLEDGE_WRITE)
        asked = FailedEventsRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        which = Which(
            asked.validated_data["subscription"],
            asked.validated_data["code"],
            tuple(asked.validated_data["event_ids"]),
        )
        if which == Which() and not asked.validated_data["all"]:
            raise InvalidRequest("Say which: event_ids, subscription or code; or all: true.", param="event_ids")
        act = {"replay": replay_failed_events, "drop": drop_failed_events}[asked.validated_data["action"]]
        return Response({"count": act(tenant_id=staff.tenant_id, which=which, actor=staff.actor)})
