"""`/v1/events` and the calls of customer-data tools: where tenants' own systems say what happened.

Whose events they are is who called, never what a body says.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.authentication import EventKeyAuthentication, MemberAuthentication, VisitorAuthentication
from agents.api.bodies import read_body
from agents.api.limits import EVENTS, spend
from agents.api.principals import Staff, staff_of
from agents.api.schema import errors
from agents.api.serializers.incoming import (
    CloudEventSerializer,
    EventsAccepted,
    TrackingAccepted,
    TrackingBatch,
    TrackingCall,
)
from ingestion.incoming.cloud import PREFIX, envelope_of, read_cloud_event
from ingestion.incoming.customer_data import KINDS, read_message
from ingestion.incoming.event import Incoming, InvalidEvent, Rejected, read_object
from ingestion.incoming.intake import receive_events
from ingestion.incoming.json_text import parse
from ingestion.incoming.reading import read_each, read_one
from rapport.errors import InvalidRequest
from tenants.permissions import Permission

Read = tuple[Sequence[Incoming], Sequence[Rejected]]
_AUTH: list[Any] = [{"apiKey": []}, {"writeKey": []}, {"memberSession": []}]
_REFUSALS = (400, 401, 403, 413, 415, 429)


class UnsupportedMediaType(InvalidRequest):
    code = "unsupported_media_type"
    status = 415


class IncomingView(APIView):
    """Keys here may also come as Basic's user name."""

    authentication_classes = (EventKeyAuthentication, VisitorAuthentication, MemberAuthentication)


class Events(IncomingView):
    @extend_schema(
        operation_id="send_events",
        request={
            "application/cloudevents+json": CloudEventSerializer,
            "application/cloudevents-batch+json": CloudEventSerializer(many=True),
        },
        responses={202: EventsAccepted, **errors(*_REFUSALS)},
        auth=_AUTH,
        tags=["events"],
    )
    def post(self, request: Request) -> Response:
        """Send what happened in your own systems, as CloudEvents: one, one with its attributes in `ce-…` headers, or up
        to 1,000. What is accepted is kept for good; of many, the right ones are taken and the others are named."""
        staff, received_at = staff_of(request, Permission.EVENTS_WRITE), timezone.now()
        return _answer(request, staff, _read_cloud_events(request, received_at), received_at, status=202)


def _read_cloud_events(request: Request, received_at: datetime) -> Read:
    media_type = (request.content_type or "").partition(";")[0].strip().lower()
    read = partial(read_cloud_event, received_at=received_at)
    if any(name.lower().startswith(PREFIX) for name in request.headers):
        return [read_one(envelope_of(request.headers, read_body(request)), read)], []
    if media_type not in {"application/cloudevents+json", "application/cloudevents-batch+json", "application/json"}:
        raise UnsupportedMediaType(
            "Send application/cloudevents+json, application/cloudevents-batch+json, or the attributes as ce-… headers."
        )
    body = parse(read_body(request))
    if media_type == "application/cloudevents-batch+json" or isinstance(body, list):
        return read_each(body, read, name="events")
    return [read_one(body, read)], []


class Tracking(IncomingView):
    """One call of one kind, which the address says."""

    kind = ""

    def post(self, request: Request) -> Response:
        staff, received_at = staff_of(request, Permission.EVENTS_WRITE), timezone.now()
        read = partial(read_message, kind=self.kind, received_at=received_at)
        return _answer(request, staff, ([read_one(parse(read_body(request)), read)], []), received_at, status=200)


def tracking_view(kind: str, meaning: str) -> type[Tracking]:
    """The view of `/v1/<kind>`."""
    described = extend_schema(
        operation_id=f"{kind}_contact",
        request=TrackingCall,
        responses={200: TrackingAccepted, **errors(*_REFUSALS)},
        auth=_AUTH,
        tags=["events"],
        description=f"{meaning} As customer-data tools send it, with a secret key as the write key.",
    )
    view: type[Tracking] = type(kind.title(), (Tracking,), {"kind": kind})
    return extend_schema_view(post=described)(view)


class TrackingBatches(IncomingView):
    @extend_schema(
        operation_id="send_tracking_batch",
        request=TrackingBatch,
        responses={200: TrackingAccepted, **errors(*_REFUSALS)},
        auth=_AUTH,
        tags=["events"],
    )
    def post(self, request: Request) -> Response:
        """Send up to 1,000 calls of customer-data tools at once. Those that are right are taken, the others named."""
        staff, received_at = staff_of(request, Permission.EVENTS_WRITE), timezone.now()
        body = read_object(parse(read_body(request)), "the body")
        read = partial(read_message, sent_at=body.get("sentAt"), received_at=received_at)
        return _answer(request, staff, read_each(body.get("batch"), read, name="batch"), received_at, status=200)


@extend_schema(exclude=True)
class Imports(TrackingBatches):
    """The same under the name that some clients use for what happened long ago."""


def _answer(request: Request, staff: Staff, read: Read, received_at: datetime, *, status: int) -> Response:
    events, rejected = read
    if not events:
        raise InvalidEvent(rejected[0].message, param=rejected[0].param)
    spend(request, EVENTS, staff.caller, tokens=len(events))
    received = receive_events(tenant_id=staff.tenant_id, events=events, received_at=received_at)
    body: dict[str, object] = {
        "accepted": received.accepted,
        "duplicates": received.duplicates,
        "errors": [each._asdict() for each in rejected],
    }
    if status == 200:
        body = {"success": True, **body}
    return Response(body, status=status)


_MEANINGS = {
    "identify": "Say who someone is, and what is known of them.",
    "track": "Say what someone did.",
    "page": "Say which page someone saw.",
    "screen": "Say which screen of an app someone saw.",
    "group": "Say to which company someone belongs.",
    "alias": "Say that an id until now is this user.",
}
TRACKING = {kind: tracking_view(kind, _MEANINGS[kind]) for kind in KINDS}
