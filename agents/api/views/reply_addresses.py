"""Where people's answers go by mail when the contact is gone."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.limits import ADDRESSES, spend_by_address
from agents.api.principals import Visitor, held_conversation, principal_of, readable_conversation
from agents.api.schema import errors, path_id
from agents.api.serializers.conversations import ReplyAddressRequest
from agents.inbox.addresses import leave_address, remove_address
from agents.selectors import ConversationView
from rapport.ids import Prefix, decode

_ID = path_id("conversation_id", "cnv")


def _found(request: Request, conversation_id: str) -> ConversationView:
    """A visitor's own, or any for who may answer in the inbox: contacts also say an address in their own words."""
    found = decode(Prefix.CONVERSATION, conversation_id)
    if isinstance(principal_of(request), Visitor):
        return readable_conversation(request, found)
    return held_conversation(request, found)[1]


class ReplyAddress(APIView):
    @extend_schema(
        operation_id="leave_reply_address",
        parameters=[_ID],
        request=ReplyAddressRequest,
        responses={204: None, **errors(400, 401, 403, 404, 409, 429)},
        tags=["conversations"],
    )
    def put(self, request: Request, conversation_id: str) -> Response:
        """Leave an address for the answer, while a person is awaited or answers. What the person writes goes there when
        nobody has read it in the chat two minutes later. For the visitor, and for who may answer in the inbox."""
        found = _found(request, conversation_id)
        spend_by_address(request, ADDRESSES)
        body = ReplyAddressRequest(data=request.data)
        body.is_valid(raise_exception=True)
        principal = principal_of(request)
        leave_address(
            tenant_id=principal.tenant_id,
            conversation_id=found.id,
            address=body.validated_data["email"],
            actor=principal.actor,
        )
        return Response(status=204)

    @extend_schema(
        operation_id="remove_reply_address",
        parameters=[_ID],
        request=None,
        responses={204: None, **errors(401, 403, 404)},
        tags=["conversations"],
    )
    def delete(self, request: Request, conversation_id: str) -> Response:
        """Take it back: the answer is in the chat alone."""
        found = _found(request, conversation_id)
        principal = principal_of(request)
        remove_address(tenant_id=principal.tenant_id, conversation_id=found.id, actor=principal.actor)
        return Response(status=204)
