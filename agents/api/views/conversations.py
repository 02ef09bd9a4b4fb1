"""Conversations and their messages, for visitors (their own) and members."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.filters import read_choice, read_id, read_time
from agents.api.limits import CONVERSATIONS, MESSAGES, spend
from agents.api.pages import page, read_id_cursor, read_limit, read_number_cursor
from agents.api.principals import (
    RESERVED,
    Machine,
    Principal,
    Visitor,
    principal_of,
    readable_conversation,
    refuse_forgotten,
    staff_of,
    writable_conversation,
)
from agents.api.schema import IDEMPOTENCY_KEY, PAGE, STAFF_ONLY, errors, path_id
from agents.api.serializers.conversations import (
    ConversationCreated,
    ConversationRequest,
    ConversationSerializer,
    MessageAccepted,
    MessageRequest,
    MessageSerializer,
)
from agents.api.serializers.fields import page_of
from agents.inbox.answer_mail import note_reading
from agents.models import MessageRole
from agents.presenting import message_json
from agents.runtime.page_context import PageContext, read_page_context
from agents.selectors import list_conversations, list_messages
from agents.selectors.conversation_search import STATES, Sought
from agents.services import post_message, start_conversation
from billing.budgets import Spender
from ingestion.contacts.services import ensure_contact
from rapport.errors import InvalidRequest
from rapport.ids import Prefix, decode, encode
from rapport.ratelimits.callers import address_of
from tenants.permissions import Permission
from tenants.proactive import find_proactive_text


class Conversations(APIView):
    @extend_schema(
        operation_id="list_conversations",
        parameters=[
            *PAGE,
            OpenApiParameter("contact_id", str),
            OpenApiParameter("channel", str),
            OpenApiParameter("q", str, description="One message says all of these words, at most eight."),
            OpenApiParameter("state", str, enum=STATES),
            OpenApiParameter("agent_id", str),
            OpenApiParameter("since", OpenApiTypes.DATETIME, description="Somebody said something after that."),
        ],
        responses={200: page_of(ConversationSerializer), **errors(400, 401, 403)},
        auth=STAFF_ONLY,
        tags=["conversations"],
    )
    def get(self, request: Request) -> Response:
        """List the company's conversations, those with the latest message first. For members and keys."""
        staff = staff_of(request, Permission.CONVERSATIONS_READ)
        limit = read_limit(request)
        rows = list_conversations(
            tenant_id=staff.tenant_id,
            limit=limit + 1,
            before=read_id_cursor(request),
            contact_id=read_id(request, "contact_id", Prefix.CONTACT),
            channel=request.query_params.get("channel", ""),
            sought=Sought(
                text=request.query_params.get("q", ""),
                state=read_choice(request, "state", STATES),
                agent_id=read_id(request, "agent_id", Prefix.AGENT),
                since=read_time(request, "since"),
            ),
        )
        return Response(
            page(rows, limit=limit, show=lambda row: ConversationSerializer(row).data, after=lambda row: row.id.hex)
        )

    @extend_schema(
        operation_id="start_conversation",
        parameters=[IDEMPOTENCY_KEY],
        request=ConversationRequest,
        responses={201: ConversationCreated, **errors(400, 401, 403, 404, 422, 429)},
        tags=["conversations"],
    )
    def post(self, request: Request) -> Response:
        """Start a conversation: a visitor with the agent of its widget, a member as a test chat with `agent_id`, a key
        with `agent_id` for the `contact` that it names."""
        principal = principal_of(request)
        body = ConversationRequest(data=request.data)
        body.is_valid(raise_exception=True)
        if not isinstance(principal, Visitor):
            staff_of(request, Permission.CONVERSATIONS_WRITE)
        spend(request, CONVERSATIONS, principal.caller)
        refuse_forgotten(principal)
        agent_id, contact_id, channel = _who(principal, body.validated_data)
        conversation_id = start_conversation(
            tenant_id=principal.tenant_id,
            agent_id=agent_id,
            contact_id=contact_id,
            actor=principal.actor,
            channel=channel,
            idempotency_key=request.headers.get("Idempotency-Key", ""),
            version=_version(request, principal, body.validated_data),
        )
        return Response({"id": encode(Prefix.CONVERSATION, conversation_id)}, status=201)


def _who(principal: Principal, body: Mapping[str, Any]) -> tuple[UUID, UUID, str]:
    """Agent, contact and channel of a new conversation."""
    if isinstance(principal, Visitor):
        return principal.agent_id, principal.contact_id, "chat"
    agent_id = body.get("agent_id")
    if agent_id is None:
        raise InvalidRequest("Name the agent to talk to, for example agt_….", param="agent_id")
    if isinstance(principal, Machine):
        return agent_id, _contact_of(principal, body.get("contact")), principal.channel
    contact_id = ensure_contact(
        tenant_id=principal.tenant_id,
        external_id=principal.contact_name,
        name=principal.name or principal.email,
        email=principal.email,
        actor=principal.actor,
    )
    return agent_id, contact_id, "test"


def _version(request: Request, principal: Principal, body: Mapping[str, Any]) -> int | None:
    """Which version is tried is for who may read agents; a visitor gets what everybody gets."""
    if "version" not in body or isinstance(principal, Visitor):
        return None
    staff_of(request, Permission.AGENTS_READ)
    return int(body["version"])


def _contact_of(principal: Machine, contact: Mapping[str, str] | None) -> UUID:
    """By the name that the tenant's own system has for it; a key without a contact is asked for one."""
    if contact is None:
        raise InvalidRequest(
            'Name the contact who speaks: {"external_id": "your own id of the customer"}.', param="contact"
        )
    if contact["external_id"].startswith(RESERVED):
        raise InvalidRequest(f"An external_id cannot begin with {RESERVED!r}.", param="contact.external_id")
    return ensure_contact(tenant_id=principal.tenant_id, actor=principal.actor, **contact)


class OneConversation(APIView):
    @extend_schema(
        operation_id="get_conversation",
        parameters=[path_id("conversation_id", "cnv")],
        responses={200: ConversationSerializer, **errors(401, 403, 404)},
        tags=["conversations"],
    )
    def get(self, request: Request, conversation_id: str) -> Response:
        """One conversation, without its messages. Visitors are not told whose it is, nor why it was handed over."""
        found = readable_conversation(request, decode(Prefix.CONVERSATION, conversation_id))
        if isinstance(principal_of(request), Visitor):
            found = replace(found, assignee_id=None, assignee_name="", handoff_reason="", handoff_summary="")
        return Response(ConversationSerializer(found).data)


class Messages(APIView):
    @extend_schema(
        operation_id="list_messages",
        parameters=[path_id("conversation_id", "cnv"), *PAGE],
        responses={200: page_of(MessageSerializer), **errors(400, 401, 403, 404)},
        tags=["conversations"],
    )
    def get(self, request: Request, conversation_id: str) -> Response:
        """The messages of a conversation, in the order in which they were said."""
        found = readable_conversation(request, decode(Prefix.CONVERSATION, conversation_id))
        limit, tenant_id = read_limit(request), principal_of(request).tenant_id
        rows = list_messages(
            tenant_id=tenant_id, conversation_id=found.id, limit=limit + 1, after=read_number_cursor(request)
        )
        answered = max((each.sequence for each in rows[:limit] if each.role == MessageRole.HUMAN), default=0)
        if answered and isinstance(principal_of(request), Visitor):
            note_reading(tenant_id=tenant_id, conversation_id=found.id, sequence=answered)
        return Response(page(rows, limit=limit, show=message_json, after=lambda row: str(row.sequence)))

    @extend_schema(
        operation_id="post_message",
        parameters=[path_id("conversation_id", "cnv"), IDEMPOTENCY_KEY],
        request=MessageRequest,
        responses={202: MessageAccepted, **errors(400, 401, 403, 404, 422, 429)},
        tags=["conversations"],
    )
    def post(self, request: Request, conversation_id: str) -> Response:
        """Say something. The answer comes on `stream_url`, and among the messages when it is complete.

        While a person has the conversation `turn_id` and `stream_url` are null: the conversation's own stream tells of
        their answer.
        """
        principal = principal_of(request)
        found = writable_conversation(request, decode(Prefix.CONVERSATION, conversation_id))
        body = MessageRequest(data=request.data)
        body.is_valid(raise_exception=True)
        spend(request, MESSAGES, principal.caller)
        posted = post_message(
            tenant_id=principal.tenant_id,
            conversation_id=found.id,
            text=body.validated_data["text"],
            idempotency_key=request.headers.get("Idempotency-Key", ""),
            actor=principal.actor,
            spender=_spender(request, principal),
            answers=_answered(principal, body.validated_data.get("proactive", "")),
            page=_page(principal, body.validated_data.get("page_context")),
            attachments=body.validated_data.get("attachments", ()),
            most_attachments=principal.files.most,
        )
        turn_id = encode(Prefix.TURN, posted.answering_turn_id) if posted.answering_turn_id else None
        accepted = {
            "message_id": encode(Prefix.MESSAGE, posted.message_id),
            "turn_id": turn_id,
            "stream_url": f"/v1/turns/{turn_id}/stream" if turn_id else None,
        }
        response = Response(accepted, status=202)
        if posted.is_replay:
            response["Idempotent-Replayed"] = "true"
        return response


def _answered(principal: Principal, rule_id: str) -> str:
    """The company's own words, by their id: no visitor puts others into the agent's mouth. "" when it is gone."""
    if not rule_id or not isinstance(principal, Visitor):
        return ""
    return find_proactive_text(tenant_id=principal.tenant_id, agent_id=principal.agent_id, rule_id=rule_id)


def _page(principal: Principal, given: Mapping[str, object] | None) -> PageContext | None:
    return read_page_context(given) if given is not None and isinstance(principal, Visitor) else None


def _spender(request: Request, principal: Principal) -> Spender | None:
    """Visitors have a budget; an anonymous one costs nothing to be, so its address has one too."""
    if not isinstance(principal, Visitor):
        return None
    address = "" if principal.is_identified else address_of(request._request)
    return Spender(principal.contact_id, principal.budget, address)
