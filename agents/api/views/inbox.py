"""People in the loop: handing over, taking over, answering, closing; and a conversation's own stream."""

import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar
from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.negotiation import AnyContent
from agents.api.principals import Member, Staff, held_conversation, principal_of, readable_conversation
from agents.api.schema import IDEMPOTENCY_KEY, STAFF_ONLY, errors, path_id
from agents.api.serializers.conversations import ConversationSerializer
from agents.api.serializers.inbox import AssignRequest, ReplyCreated, ReplyRequest, TakeOverRequest
from agents.api.views.turns import EVENT
from agents.inbox import state
from agents.inbox.replies import post_reply
from agents.inbox.ringing import CHANGED
from agents.selectors import ConversationView, get_conversation
from rapport.errors import InvalidRequest
from rapport.ids import Prefix, decode, encode
from rapport.streams import sse
from rapport.streams.port import Frame, StreamStore
from rapport.streams.registry import get_stream_store

LONGEST_SECONDS = 600.0  # then whoever listens connects again: a window that nobody closed must not listen for ever
_ID = path_id("conversation_id", "cnv")


class ConversationStream(APIView):
    content_negotiation_class = AnyContent

    @extend_schema(
        operation_id="hear_conversation",
        parameters=[_ID],
        responses={
            (200, "text/event-stream"): OpenApiResponse(
                EVENT,
                description=(
                    "`changed {state, messages}` at once and whenever the conversation changed: read the messages "
                    "again when there are more than you have. `typing {name}` while a person writes. It ends after ten "
                    "minutes; connect again."
                ),
            ),
            **errors(401, 403, 404),
        },
        tags=["conversations"],
    )
    def get(self, request: Request, conversation_id: str) -> HttpResponseBase:
        """Hear when something changes in a conversation, for example that a person wrote."""
        found = readable_conversation(request, decode(Prefix.CONVERSATION, conversation_id))
        events = _events(get_stream_store(), principal_of(request).tenant_id, found)
        return StreamingHttpResponse(events, content_type=sse.CONTENT_TYPE, headers=sse.HEADERS)


async def _events(streams: StreamStore, tenant_id: UUID, found: ConversationView) -> AsyncIterator[bytes]:
    yield sse.opening()
    until = time.monotonic() + LONGEST_SECONDS
    told = await sync_to_async(streams.read)(tenant_id, found.id)
    last = told[-1].sequence if told else 0
    now = await sync_to_async(get_conversation)(tenant_id=tenant_id, conversation_id=found.id)
    yield sse.encode(Frame(last, CHANGED, json.dumps({"state": now.state, "messages": now.message_count})))
    async for frame in streams.follow(tenant_id, found.id, after=last):
        yield sse.encode(frame)
        if time.monotonic() > until:
            return


class _Act(APIView):
    """One step of the state machine; answers with the conversation as it is then."""

    def act(self, request: Request, conversation_id: str, step: Callable[[Staff, UUID], None]) -> Response:
        staff, found = held_conversation(request, decode(Prefix.CONVERSATION, conversation_id))
        step(staff, found.id)
        after = get_conversation(tenant_id=staff.tenant_id, conversation_id=found.id)
        return Response(ConversationSerializer(after).data)


Method = TypeVar("Method", bound=Callable[..., Response])


def _schema(operation_id: str, body: Any = None) -> Callable[[Method], Method]:
    return extend_schema(
        operation_id=operation_id,
        parameters=[_ID],
        request=body,
        responses={200: ConversationSerializer, **errors(400, 401, 403, 404, 409)},
        auth=STAFF_ONLY,
        tags=["conversations"],
    )


def _member_of(staff: Staff, named: UUID | None) -> UUID:
    """In whose name: a member's own, or whom a key names."""
    if isinstance(staff, Member):
        if named not in (None, staff.user_id):
            raise InvalidRequest("A member acts in their own name: leave member_id out.", param="member_id")
        return staff.user_id
    if named is None:
        raise InvalidRequest("Name the member in whose name the key acts, for example usr_….", param="member_id")
    return named


class HandOffConversation(_Act):
    @_schema("hand_off_conversation")
    def post(self, request: Request, conversation_id: str) -> Response:
        """A person is to answer: the agent stays silent, and the contact is told."""

        def step(staff: Staff, found: UUID) -> None:
            state.hand_off(tenant_id=staff.tenant_id, conversation_id=found, reason="staff", actor=staff.actor)

        return self.act(request, conversation_id, step)


class TakeOver(_Act):
    @_schema("take_over_conversation", TakeOverRequest)
    def post(self, request: Request, conversation_id: str) -> Response:
        """Answer yourself from now on. 409 when somebody else has it already."""
        staff, _ = held_conversation(request, decode(Prefix.CONVERSATION, conversation_id))
        body = TakeOverRequest(data=request.data)
        body.is_valid(raise_exception=True)
        member_id = _member_of(staff, body.validated_data.get("member_id"))

        def step(staff: Staff, found: UUID) -> None:
            state.take_over(tenant_id=staff.tenant_id, conversation_id=found, member_id=member_id, actor=staff.actor)

        return self.act(request, conversation_id, step)


class GiveBack(_Act):
    @_schema("give_conversation_back")
    def post(self, request: Request, conversation_id: str) -> Response:
        """The agent answers again, and knows what people wrote."""

        def step(staff: Staff, found: UUID) -> None:
            state.give_back(tenant_id=staff.tenant_id, conversation_id=found, actor=staff.actor)

        return self.act(request, conversation_id, step)


class Assign(_Act):
    @_schema("assign_conversation", AssignRequest)
    def post(self, request: Request, conversation_id: str) -> Response:
        """Say whose it is, or (null) that it is nobody's."""
        held_conversation(request, decode(Prefix.CONVERSATION, conversation_id))
        body = AssignRequest(data=request.data)
        body.is_valid(raise_exception=True)
        member_id = body.validated_data["member_id"]

        def step(staff: Staff, found: UUID) -> None:
            state.assign(tenant_id=staff.tenant_id, conversation_id=found, member_id=member_id, actor=staff.actor)

        return self.act(request, conversation_id, step)


class Close(_Act):
    @_schema("close_conversation")
    def post(self, request: Request, conversation_id: str) -> Response:
        """Nothing more is to be done; the contact's next message opens it again."""

        def step(staff: Staff, found: UUID) -> None:
            state.close(tenant_id=staff.tenant_id, conversation_id=found, actor=staff.actor)

        return self.act(request, conversation_id, step)


class Reopen(_Act):
    @_schema("reopen_conversation")
    def post(self, request: Request, conversation_id: str) -> Response:
        """A closed conversation goes on, with the agent."""

        def step(staff: Staff, found: UUID) -> None:
            state.reopen(tenant_id=staff.tenant_id, conversation_id=found, actor=staff.actor)

        return self.act(request, conversation_id, step)


class Replies(APIView):
    @extend_schema(
        operation_id="reply_to_conversation",
        parameters=[_ID, IDEMPOTENCY_KEY],
        request=ReplyRequest,
        responses={201: ReplyCreated, **errors(400, 401, 403, 404, 409, 422)},
        auth=STAFF_ONLY,
        tags=["conversations"],
    )
    def post(self, request: Request, conversation_id: str) -> Response:
        """Write to the contact as a person: for the member who has the conversation."""
        staff, found = held_conversation(request, decode(Prefix.CONVERSATION, conversation_id))
        body = ReplyRequest(data=request.data)
        body.is_valid(raise_exception=True)
        message_id = post_reply(
            tenant_id=staff.tenant_id,
            conversation_id=found.id,
            member_id=_member_of(staff, body.validated_data.get("member_id")),
            text=body.validated_data["text"],
            actor=staff.actor,
            idempotency_key=request.headers.get("Idempotency-Key", ""),
        )
        return Response({"message_id": encode(Prefix.MESSAGE, message_id)}, status=201)
