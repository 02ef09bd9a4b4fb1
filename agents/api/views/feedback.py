"""Thumbs and corrections on answers, and what a company makes of them."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.filters import read_choice, read_id
from agents.api.limits import MESSAGES, spend
from agents.api.pages import page, read_id_cursor, read_limit
from agents.api.principals import Machine, Member, Visitor, principal_of, staff_of
from agents.api.schema import PAGE, STAFF_ONLY, errors, path_id
from agents.api.serializers.feedback import (
    RATINGS,
    ApprovedAnswerRequest,
    ApprovedAnswerSerializer,
    FeedbackSerializer,
    RatedSerializer,
    RatingRequest,
)
from agents.api.serializers.fields import page_of
from agents.feedback.approving import approve_answer
from agents.feedback.rating import Judge, Opinion, check_message, rate_answer, withdraw_rating
from agents.feedback.selectors import get_feedback, list_feedback
from rapport.errors import InvalidRequest
from rapport.ids import Prefix, decode
from tenants.permissions import Permission

_MESSAGE = path_id("message_id", "msg")


class AnswerFeedback(APIView):
    @extend_schema(
        operation_id="rate_answer",
        parameters=[_MESSAGE],
        request=RatingRequest,
        responses={200: RatedSerializer, **errors(400, 401, 403, 404, 429)},
        tags=["feedback"],
    )
    def put(self, request: Request, message_id: str) -> Response:
        """Say what you think of an agent's answer; a later word replaces the earlier one.

        A visitor rates answers it was given; members, and keys with inbox.write, all of the company's.
        """
        judge = _judge(request, request.data if isinstance(request.data, Mapping) else {})
        found = decode(Prefix.MESSAGE, message_id)
        check_message(tenant_id=principal_of(request).tenant_id, message_id=found, judge=judge)
        body = RatingRequest(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        spend(request, MESSAGES, principal_of(request).caller)
        opinion = Opinion(given["rating"] == "good", given["reason"], given["comment"], given["correction"])
        feedback_id = rate_answer(
            tenant_id=principal_of(request).tenant_id, message_id=found, judge=judge, opinion=opinion
        )
        return Response(RatedSerializer({"id": feedback_id}).data)

    @extend_schema(
        operation_id="withdraw_rating",
        parameters=[_MESSAGE, OpenApiParameter("rater", str, enum=["contact", "staff"], description="For keys.")],
        responses={204: None, **errors(400, 401, 403, 404)},
        tags=["feedback"],
    )
    def delete(self, request: Request, message_id: str) -> Response:
        """Take your word back."""
        judge = _judge(request, {"rater": read_choice(request, "rater", ["contact", "staff"])})
        tenant_id = principal_of(request).tenant_id
        withdraw_rating(tenant_id=tenant_id, message_id=decode(Prefix.MESSAGE, message_id), judge=judge)
        return Response(status=204)


def _judge(request: Request, body: Mapping[str, Any]) -> Judge:
    """Raises PermissionDenied, NotAuthenticated, and InvalidRequest for a member that speaks in a contact's name."""
    principal = principal_of(request)
    if isinstance(principal, Visitor):
        return Judge(principal.actor, contact_id=principal.contact_id)
    staff = staff_of(request, Permission.INBOX_WRITE)
    if isinstance(staff, Member):
        if body.get("rater") == "contact":
            raise InvalidRequest("Only the customer says what the customer thinks: leave rater out.", param="rater")
        return Judge(staff.actor, staff_id=staff.user_id)
    return Judge(staff.actor, staff_id=_staff_id(staff, body))


def _staff_id(key: Machine, body: Mapping[str, Any]) -> Any:
    return key.key_id if body.get("rater") == "staff" else None


class FeedbackList(APIView):
    @extend_schema(
        operation_id="list_feedback",
        parameters=[
            *PAGE,
            OpenApiParameter("rating", str, enum=list(RATINGS)),
            OpenApiParameter("rater", str, enum=["contact", "staff"]),
            OpenApiParameter("agent_id", str),
        ],
        responses={200: page_of(FeedbackSerializer), **errors(400, 401, 403)},
        auth=STAFF_ONLY,
        tags=["feedback"],
    )
    def get(self, request: Request) -> Response:
        """What people think of answers, latest first, with what was asked and answered: for evaluation."""
        staff = staff_of(request, Permission.CONVERSATIONS_READ)
        limit, rating = read_limit(request), read_choice(request, "rating", RATINGS)
        rows = list_feedback(
            tenant_id=staff.tenant_id,
            limit=limit + 1,
            before=read_id_cursor(request),
            is_good={"": None, "good": True, "bad": False}[rating],
            agent_id=read_id(request, "agent_id", Prefix.AGENT),
            rater=read_choice(request, "rater", ["contact", "staff"]),
        )
        return Response(
            page(rows, limit=limit, show=lambda row: FeedbackSerializer(row).data, after=lambda row: row.id.hex)
        )


class OneFeedback(APIView):
    @extend_schema(
        operation_id="get_feedback",
        parameters=[path_id("feedback_id", "fbk")],
        responses={200: FeedbackSerializer, **errors(401, 403, 404)},
        auth=STAFF_ONLY,
        tags=["feedback"],
    )
    def get(self, request: Request, feedback_id: str) -> Response:
        """One word about one answer."""
        staff = staff_of(request, Permission.CONVERSATIONS_READ)
        found = get_feedback(tenant_id=staff.tenant_id, feedback_id=decode(Prefix.FEEDBACK, feedback_id))
        return Response(FeedbackSerializer(found).data)


class ApprovedAnswers(APIView):
    @extend_schema(
        operation_id="approve_answer",
        request=ApprovedAnswerRequest,
        responses={201: ApprovedAnswerSerializer, **errors(400, 401, 403, 404)},
        auth=STAFF_ONLY,
        tags=["feedback"],
    )
    def post(self, request: Request) -> Response:
        """Keep an answer that a person says is right, for all agents.

        It is a document of the source "Approved answers", listed, changed and deleted with the documents."""
        staff = staff_of(request, Permission.KNOWLEDGE_WRITE)
        body = ApprovedAnswerRequest(data=request.data)
        body.is_valid(raise_exception=True)
        approved = approve_answer(tenant_id=staff.tenant_id, actor=staff.actor, **body.validated_data)
        return Response(ApprovedAnswerSerializer(approved).data, status=201)
