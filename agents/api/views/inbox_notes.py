"""What people keep beside conversations: notes to each other, and replies that are written often."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.pages import whole
from agents.api.principals import held_conversation, readable_conversation, staff_of
from agents.api.schema import STAFF_ONLY, errors, path_id
from agents.api.serializers.fields import page_of
from agents.api.serializers.inbox import (
    CannedReplyRequest,
    CannedReplySerializer,
    ColleagueNoteRequest,
    NoteSerializer,
    SuggestionAccepted,
    SuggestionSerializer,
)
from agents.errors import SuggestionNotFound
from agents.inbox.canned import delete_canned_reply, get_canned_reply, list_canned_replies, save_canned_reply
from agents.inbox.notes import add_note, list_notes
from agents.inbox.suggesting import latest_suggestion, suggest_answer
from rapport.ids import Prefix, decode, encode
from tenants.permissions import Permission


class Notes(APIView):
    @extend_schema(
        operation_id="list_notes",
        parameters=[path_id("conversation_id", "cnv")],
        responses={200: page_of(NoteSerializer), **errors(401, 403, 404)},
        auth=STAFF_ONLY,
        tags=["conversations"],
    )
    def get(self, request: Request, conversation_id: str) -> Response:
        """Colleagues' notes on a conversation, oldest first. No contact and no model is ever given one."""
        staff = staff_of(request, Permission.CONVERSATIONS_READ)
        found = readable_conversation(request, decode(Prefix.CONVERSATION, conversation_id))
        rows = list_notes(tenant_id=staff.tenant_id, conversation_id=found.id)
        return Response(whole(rows, show=lambda row: NoteSerializer(row).data))

    @extend_schema(
        operation_id="add_note",
        parameters=[path_id("conversation_id", "cnv")],
        request=ColleagueNoteRequest,
        responses={201: NoteSerializer, **errors(400, 401, 403, 404)},
        auth=STAFF_ONLY,
        tags=["conversations"],
    )
    def post(self, request: Request, conversation_id: str) -> Response:
        """Leave a note for colleagues."""
        staff, found = held_conversation(request, decode(Prefix.CONVERSATION, conversation_id))
        body = ColleagueNoteRequest(data=request.data)
        body.is_valid(raise_exception=True)
        text = body.validated_data["text"]
        note = add_note(tenant_id=staff.tenant_id, conversation_id=found.id, text=text, actor=staff.actor)
        return Response(NoteSerializer(note).data, status=201)


class Suggestions(APIView):
    @extend_schema(
        operation_id="get_suggestion",
        parameters=[path_id("conversation_id", "cnv")],
        responses={200: SuggestionSerializer, **errors(401, 403, 404)},
        auth=STAFF_ONLY,
        tags=["conversations"],
    )
    def get(self, request: Request, conversation_id: str) -> Response:
        """What the agent would answer, as it was last asked."""
        staff = staff_of(request, Permission.CONVERSATIONS_READ)
        found = readable_conversation(request, decode(Prefix.CONVERSATION, conversation_id))
        suggestion = latest_suggestion(tenant_id=staff.tenant_id, conversation_id=found.id)
        if suggestion is None:
            raise SuggestionNotFound("No answer was suggested here. Ask for one first.")
        return Response(SuggestionSerializer(suggestion).data)

    @extend_schema(
        operation_id="suggest_answer",
        parameters=[path_id("conversation_id", "cnv")],
        request=None,
        responses={202: SuggestionAccepted, **errors(401, 403, 404, 409, 429)},
        auth=STAFF_ONLY,
        tags=["conversations"],
    )
    def post(self, request: Request, conversation_id: str) -> Response:
        """Ask what the agent would answer to the contact's last message, while a person has the conversation.

        Only colleagues see it; no tool is called for it. Asked twice for one message, it is the same suggestion.
        """
        staff, found = held_conversation(request, decode(Prefix.CONVERSATION, conversation_id))
        turn = suggest_answer(tenant_id=staff.tenant_id, conversation_id=found.id, actor=staff.actor)
        turn_id = encode(Prefix.TURN, turn)
        return Response({"turn_id": turn_id, "stream_url": f"/v1/turns/{turn_id}/stream"}, status=202)


class CannedReplies(APIView):
    @extend_schema(
        operation_id="list_canned_replies",
        responses={200: page_of(CannedReplySerializer), **errors(401, 403)},
        auth=STAFF_ONLY,
        tags=["conversations"],
    )
    def get(self, request: Request) -> Response:
        """Replies that are written often, by name."""
        staff = staff_of(request, Permission.CONVERSATIONS_READ)
        rows = list_canned_replies(tenant_id=staff.tenant_id)
        return Response(whole(rows, show=lambda row: CannedReplySerializer(row).data))

    @extend_schema(
        operation_id="create_canned_reply",
        request=CannedReplyRequest,
        responses={201: CannedReplySerializer, **errors(400, 401, 403, 409)},
        auth=STAFF_ONLY,
        tags=["conversations"],
    )
    def post(self, request: Request) -> Response:
        """Keep a reply by a name."""
        staff = staff_of(request, Permission.INBOX_WRITE)
        body = CannedReplyRequest(data=request.data)
        body.is_valid(raise_exception=True)
        reply_id = save_canned_reply(tenant_id=staff.tenant_id, actor=staff.actor, **body.validated_data)
        found = get_canned_reply(tenant_id=staff.tenant_id, reply_id=reply_id)
        return Response(CannedReplySerializer(found).data, status=201)


class OneCannedReply(APIView):
    @extend_schema(
        operation_id="get_canned_reply",
        parameters=[path_id("reply_id", "can")],
        responses={200: CannedReplySerializer, **errors(401, 403, 404)},
        auth=STAFF_ONLY,
        tags=["conversations"],
    )
    def get(self, request: Request, reply_id: str) -> Response:
        """One reply, with its variables as they are written."""
        staff = staff_of(request, Permission.CONVERSATIONS_READ)
        found = get_canned_reply(tenant_id=staff.tenant_id, reply_id=decode(Prefix.CANNED_REPLY, reply_id))
        return Response(CannedReplySerializer(found).data)

    @extend_schema(
        operation_id="replace_canned_reply",
        parameters=[path_id("reply_id", "can")],
        request=CannedReplyRequest,
        responses={200: CannedReplySerializer, **errors(400, 401, 403, 404, 409)},
        auth=STAFF_ONLY,
        tags=["conversations"],
    )
    def put(self, request: Request, reply_id: str) -> Response:
        """Another name or text for it."""
        staff = staff_of(request, Permission.INBOX_WRITE)
        found_id = decode(Prefix.CANNED_REPLY, reply_id)
        get_canned_reply(tenant_id=staff.tenant_id, reply_id=found_id)
        body = CannedReplyRequest(data=request.data)
        body.is_valid(raise_exception=True)
        save_canned_reply(tenant_id=staff.tenant_id, actor=staff.actor, reply_id=found_id, **body.validated_data)
        return Response(CannedReplySerializer(get_canned_reply(tenant_id=staff.tenant_id, reply_id=found_id)).data)

    @extend_schema(
        operation_id="delete_canned_reply",
        parameters=[path_id("reply_id", "can")],
        responses={204: None, **errors(401, 403, 404)},
        auth=STAFF_ONLY,
        tags=["conversations"],
    )
    def delete(self, request: Request, reply_id: str) -> Response:
        """Remove it; what was written with it stays."""
        staff = staff_of(request, Permission.INBOX_WRITE)
        found_id = decode(Prefix.CANNED_REPLY, reply_id)
        delete_canned_reply(tenant_id=staff.tenant_id, reply_id=found_id, actor=staff.actor)
        return Response(status=204)
