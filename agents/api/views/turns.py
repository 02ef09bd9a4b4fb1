"""`/v1/turns/{id}/stream`: an answer while it is written, as server-sent events."""

from collections.abc import AsyncIterator
from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.negotiation import AnyContent
from agents.api.principals import readable_turn, stoppable_turn
from agents.api.schema import errors, path_id
from agents.runtime.awaiting import heal
from agents.services.turns import cancel_turn
from rapport.ids import Prefix, decode
from rapport.streams import sse
from rapport.streams.port import StreamStore
from rapport.streams.registry import get_stream_store

EVENT = {
    "type": "object",
    "description": "One server-sent event.",
    "properties": {
        "id": {"type": "string", "description": "For Last-Event-ID."},
        "event": {"type": "string"},
        "data": {"type": "string", "description": "JSON."},
    },
    "required": ["id", "event", "data"],
}


class TurnStream(APIView):
    content_negotiation_class = AnyContent

    @extend_schema(
        operation_id="stream_turn",
        parameters=[
            path_id("turn_id", "trn"),
            OpenApiParameter("Last-Event-ID", OpenApiTypes.STR, OpenApiParameter.HEADER, description="Go on after it."),
            OpenApiParameter("after", OpenApiTypes.INT, description="The same, for clients that cannot set headers."),
        ],
        responses={
            (200, "text/event-stream"): OpenApiResponse(
                EVENT,
                description=(
                    "Events: status {stage}, token {text}, citation {…}, restart {} (forget the text so far), and one "
                    "ending: done {message} or error {code, message}. A comment every 10 s keeps the line open."
                ),
            ),
            204: OpenApiResponse(description="The stream has ended and you have seen all of it."),
            **errors(401, 403, 404),
        },
        tags=["conversations"],
    )
    def get(self, request: Request, turn_id: str) -> HttpResponseBase:
        """Follow an answer to its end; take it up again with Last-Event-ID."""
        turn = decode(Prefix.TURN, turn_id)
        tenant_id, is_over = readable_turn(request, turn)
        after = sse.last_event_id(request.headers.get("Last-Event-ID"), request.query_params.get("after"))
        streams = get_stream_store()
        if is_over:
            heal(streams, tenant_id, turn)
        if is_over and streams.is_finished(tenant_id, turn) and not streams.read(tenant_id, turn, after=after):
            return HttpResponse(status=204)
        events = _events(streams, tenant_id, turn, after)
        return StreamingHttpResponse(events, content_type=sse.CONTENT_TYPE, headers=sse.HEADERS)


class CancelTurn(APIView):
    @extend_schema(
        operation_id="cancel_turn",
        parameters=[path_id("turn_id", "trn")],
        request=None,
        responses={202: OpenApiResponse(description="It is stopped."), **errors(401, 403, 404)},
        tags=["conversations"],
    )
    def post(self, request: Request, turn_id: str) -> Response:
        """Stop an answer that nobody wants any more. The model is cut off at once; what it has said by then is the
        answer, and the stream ends with it: with `done`, or with the error `cancelled` when nothing was said yet.
        A turn that has ended stays as it is."""
        turn = decode(Prefix.TURN, turn_id)
        principal = stoppable_turn(request, turn)
        cancel_turn(tenant_id=principal.tenant_id, turn_id=turn, actor=principal.actor, streams=get_stream_store())
        return Response(status=202)


async def _events(streams: StreamStore, tenant_id: UUID, turn_id: UUID, after: int) -> AsyncIterator[bytes]:
    yield sse.opening()
    async for frame in streams.follow(tenant_id, turn_id, after=after):
        if frame is None:
            await sync_to_async(heal)(streams, tenant_id, turn_id)
        yield sse.encode(frame)
