"""`/v1/runs`, `/v1/traces` and `/v1/usage`: what agents did, why, and what it cost."""

from typing import Literal
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.filters import SINCE, UNTIL, read_choice, read_id, read_least, read_time
from agents.api.pages import page, read_id_cursor, read_limit, whole
from agents.api.principals import may, staff_of
from agents.api.schema import PAGE, STAFF_ONLY, errors, path_id
from agents.api.serializers.fields import page_of
from agents.api.serializers.traces import (
    RunSerializer,
    TraceLineSerializer,
    TraceSerializer,
    UsageDaySerializer,
    UsageLineSerializer,
    UsageSerializer,
)
from agents.models import TurnState
from agents.selectors import WhichTraces, get_trace, get_turn, list_runs, list_traces, without_content
from agents.selectors.costs import usage_by_contact
from billing.models import Meter
from billing.selectors import Dimension, list_usage, usage_by, usage_by_day
from rapport.errors import InvalidRequest
from rapport.ids import Prefix, decode, encode
from tenants.permissions import Permission

MOST_DAYS = 366
# What is asked for → the ledger's column, and of what kind its ids are.
DIMENSIONS: dict[str, tuple[Dimension | Literal["contact"], Prefix | None]] = {
    "agent": ("agent_id", Prefix.AGENT),
    "conversation": ("conversation_id", Prefix.CONVERSATION),
    "contact": ("contact", Prefix.CONTACT),
    "document": ("document_id", Prefix.DOCUMENT),
    "model": ("model", None),
    "step": ("step", None),
    "meter": ("meter", None),
}


class Runs(APIView):
    @extend_schema(
        operation_id="list_runs",
        parameters=[
            *PAGE,
            OpenApiParameter("conversation_id", str),
            OpenApiParameter("state", str, enum=TurnState.values),
        ],
        responses={200: page_of(RunSerializer), **errors(400, 401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["traces"],
    )
    def get(self, request: Request) -> Response:
        """What agents did, newest first: each run is the work on one message."""
        staff = staff_of(request, Permission.TRACES_READ)
        limit = read_limit(request)
        rows = list_runs(
            tenant_id=staff.tenant_id,
            limit=limit + 1,
            before=read_id_cursor(request),
            conversation_id=read_id(request, "conversation_id", Prefix.CONVERSATION),
            state=read_choice(request, "state", TurnState.values),
        )
        return Response(page(rows, limit=limit, show=lambda row: RunSerializer(row).data, after=lambda row: row.id.hex))


class OneRun(APIView):
    @extend_schema(
        operation_id="get_run",
        parameters=[path_id("turn_id", "trn")],
        responses={200: RunSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["traces"],
    )
    def get(self, request: Request, turn_id: str) -> Response:
        """One run: how it stands, and the trace and answer that it led to."""
        staff = staff_of(request, Permission.TRACES_READ)
        found = get_turn(tenant_id=staff.tenant_id, turn_id=decode(Prefix.TURN, turn_id))
        return Response(RunSerializer(found).data)


class Traces(APIView):
    @extend_schema(
        operation_id="list_traces",
        parameters=[
            *PAGE,
            OpenApiParameter("agent_id", str),
            OpenApiParameter("conversation_id", str),
            OpenApiParameter("contact_id", str),
            OpenApiParameter("outcome", str),
            OpenApiParameter("min_duration_ms", int, description="As long at least."),
            OpenApiParameter("min_cost_micros", int, description="As dear at least, in millionths."),
            SINCE,
            UNTIL,
        ],
        responses={200: page_of(TraceLineSerializer), **errors(400, 401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["traces"],
    )
    def get(self, request: Request) -> Response:
        """Traces, newest first, without their spans."""
        staff = staff_of(request, Permission.TRACES_READ)
        limit = read_limit(request)
        which = WhichTraces(
            agent_id=read_id(request, "agent_id", Prefix.AGENT),
            conversation_id=read_id(request, "conversation_id", Prefix.CONVERSATION),
            contact_id=read_id(request, "contact_id", Prefix.CONTACT),
            outcome=request.query_params.get("outcome", "")[:16],
            since=read_time(request, "since"),
            until=read_time(request, "until"),
            min_duration_us=read_least(request, "min_duration_ms") * 1000,
            min_cost_micros=read_least(request, "min_cost_micros"),
        )
        rows = list_traces(tenant_id=staff.tenant_id, limit=limit + 1, before=read_id_cursor(request), which=which)
        return Response(
            page(rows, limit=limit, show=lambda row: TraceLineSerializer(row).data, after=lambda row: row.id.hex)
        )


class OneTrace(APIView):
    @extend_schema(
        operation_id="get_trace",
        parameters=[path_id("trace_id", "trc")],
        responses={200: TraceSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["traces"],
    )
    def get(self, request: Request, trace_id: str) -> Response:
        """What a turn did, step by step, and what each step cost."""
        staff = staff_of(request, Permission.TRACES_READ)
        found = get_trace(tenant_id=staff.tenant_id, trace_id=decode(Prefix.TRACE, trace_id))
        shown = found if may(staff, Permission.CONVERSATIONS_READ) else without_content(found)
        return Response(TraceSerializer(shown).data)


class Usage(APIView):
    @extend_schema(
        operation_id="list_usage",
        parameters=[*PAGE, OpenApiParameter("meter", str, enum=Meter.values), SINCE, UNTIL],
        responses={200: page_of(UsageSerializer), **errors(400, 401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["usage"],
    )
    def get(self, request: Request) -> Response:
        """The ledger's rows, newest first."""
        staff = staff_of(request, Permission.USAGE_READ)
        limit = read_limit(request)
        rows = list_usage(
            tenant_id=staff.tenant_id,
            limit=limit + 1,
            before=read_id_cursor(request),
            since=read_time(request, "since"),
            until=read_time(request, "until"),
            meter=read_choice(request, "meter", Meter.values),
        )
        return Response(
            page(rows, limit=limit, show=lambda row: UsageSerializer(row).data, after=lambda row: row.id.hex)
        )


class UsageDays(APIView):
    @extend_schema(
        operation_id="list_usage_days",
        parameters=[OpenApiParameter("days", int, default=30, description=f"How many, at most {MOST_DAYS}.")],
        responses={200: page_of(UsageDaySerializer), **errors(400, 401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["usage"],
    )
    def get(self, request: Request) -> Response:
        """What each day cost, oldest first, ending today; days without usage are zeros."""
        staff = staff_of(request, Permission.USAGE_READ)
        rows = usage_by_day(tenant_id=staff.tenant_id, days=_days(request))
        return Response(whole(rows, show=lambda row: UsageDaySerializer(row).data))


class UsageBy(APIView):
    @extend_schema(
        operation_id="list_usage_by",
        parameters=[
            OpenApiParameter("dimension", str, enum=list(DIMENSIONS), default="agent"),
            OpenApiParameter("days", int, default=30, description=f"How many, at most {MOST_DAYS}."),
            OpenApiParameter("limit", int, default=100, description="How many lines, at most 1000."),
        ],
        responses={200: page_of(UsageLineSerializer), **errors(400, 401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["usage"],
    )
    def get(self, request: Request) -> Response:
        """What each conversation, contact, agent, model, step or document cost in the last days, dearest first. `key`
        is empty for what belongs to none."""
        staff = staff_of(request, Permission.USAGE_READ)
        column, prefix = DIMENSIONS[read_choice(request, "dimension", DIMENSIONS) or "agent"]
        days, most = _days(request), _number(request, "limit", 100, 1000)
        if column == "contact":
            rows = usage_by_contact(tenant_id=staff.tenant_id, days=days, most=most)
        else:
            rows = usage_by(tenant_id=staff.tenant_id, dimension=column, days=days, most=most)
        return Response(whole(rows, show=lambda row: {**UsageLineSerializer(row).data, "key": _key(row.key, prefix)}))


def _key(key: str, prefix: Prefix | None) -> str:
    return encode(prefix, UUID(key)) if prefix and key else key


def _number(request: Request, name: str, default: int, most: int) -> int:
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= most):
        raise InvalidRequest(f"{name} is a number from 1 to {most}.", param=name)
    return int(text)


def _days(request: Request) -> int:
    return _number(request, "days", 30, MOST_DAYS)
