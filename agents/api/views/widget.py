"""`/v1/widget/sessions`: where a chat begins; `/v1/widget/challenges`: what a new visitor may have to solve first."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.authentication import bearer_token
from agents.api.limits import CHALLENGES, SESSIONS, spend_by_address
from agents.api.schema import errors
from agents.api.serializers.agents import ChallengeRequest, ChallengeSerializer, SessionRequest, SessionSerializer
from agents.channels.chat.sessions import open_session, set_challenge


class WidgetSessions(APIView):
    """Anonymous: the publishable key and the origin decide. An old token is read here, not by the authenticators."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(
        operation_id="open_widget_session",
        request=SessionRequest,
        responses={201: SessionSerializer, **errors(400, 403, 404, 429)},
        tags=["widget"],
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Open a visitor's session: an identified one with `identity`, else an anonymous one, who with an earlier token
        as Bearer stays the same."""
        spend_by_address(request, SESSIONS)
        body = SessionRequest(data=request.data)
        body.is_valid(raise_exception=True)
        opened = open_session(
            key=body.validated_data["key"],
            embed=body.validated_data["embed"],
            origin=request.headers.get("Origin", ""),
            old_token=bearer_token(request),
            identity=body.validated_data["identity"],
            consent=body.validated_data["consent"],
            carry=body.validated_data["carry_conversation"],
            proof=body.validated_data["proof"],
        )
        response = Response(SessionSerializer(opened).data, status=201)
        response["Cache-Control"] = "no-store"
        return response


class WidgetChallenges(APIView):
    """Anonymous, like the sessions: the publishable key and the origin decide."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(
        operation_id="create_widget_challenge",
        request=ChallengeRequest,
        responses={201: ChallengeSerializer, **errors(400, 403, 404, 429)},
        tags=["widget"],
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """What a new visitor solves where the widget asks for a proof of work: a challenge of ALTCHA's second version,
        good for ten minutes and one session. The solved one is `proof` of `POST /v1/widget/sessions`."""
        spend_by_address(request, CHALLENGES)
        body = ChallengeRequest(data=request.data)
        body.is_valid(raise_exception=True)
        made = set_challenge(
            key=body.validated_data["key"],
            embed=body.validated_data["embed"],
            origin=request.headers.get("Origin", ""),
        )
        response = Response(made, status=201)
        response["Cache-Control"] = "no-store"
        return response
