"""Files of a conversation: they are sent first, then named by the message that they go with."""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.limits import FILE_KILOBYTES, FILES, spend, spend_by_address
from agents.api.pages import page, read_id_cursor, read_limit
from agents.api.parsers import BoundedJsonParser
from agents.api.principals import (
    Principal,
    Visitor,
    principal_of,
    readable_attachment,
    readable_conversation,
    removable_attachment,
    writable_conversation,
)
from agents.api.schema import IDEMPOTENCY_KEY, PAGE, errors, path_id
from agents.api.serializers.attachments import AttachmentRequest, AttachmentSerializer, AttachmentUpload
from agents.api.serializers.fields import page_of
from agents.attachments.files import read_file
from agents.attachments.keeping import attach_file, refuse_unless_on, remove_attachment
from agents.attachments.kinds import check_size
from agents.attachments.selectors import list_attachments
from agents.attachments.views import AttachmentView
from agents.errors import AttachmentNotFound
from agents.presenting import attachment_json
from rapport.errors import BodyTooLarge, InvalidRequest
from rapport.ids import Prefix, decode
from tenants.attachments import MEGABYTE, MOST_MEGABYTES

MOST_BODY_BYTES = MOST_MEGABYTES * MEGABYTE * 4 // 3 + 64 * 1024  # in JSON: base64, and what is around it


class FileParser(BoundedJsonParser):
    max_bytes: ClassVar[int] = MOST_BODY_BYTES


class Attachments(APIView):
    parser_classes = (MultiPartParser, FileParser)

    @extend_schema(
        operation_id="list_attachments",
        parameters=[path_id("conversation_id", "cnv"), *PAGE],
        responses={200: page_of(AttachmentSerializer), **errors(400, 401, 403, 404)},
        tags=["conversations"],
    )
    def get(self, request: Request, conversation_id: str) -> Response:
        """The files that were sent in a conversation, the earliest first."""
        found = readable_conversation(request, decode(Prefix.CONVERSATION, conversation_id))
        limit, tenant_id = read_limit(request), principal_of(request).tenant_id
        rows = list_attachments(
            tenant_id=tenant_id, conversation_id=found.id, limit=limit + 1, after=read_id_cursor(request)
        )
        return Response(page(rows, limit=limit, show=attachment_json, after=lambda row: row.id.hex))

    @extend_schema(
        operation_id="upload_attachment",
        parameters=[path_id("conversation_id", "cnv"), IDEMPOTENCY_KEY],
        request={"multipart/form-data": AttachmentUpload, "application/json": AttachmentRequest},
        responses={201: AttachmentSerializer, **errors(400, 401, 403, 404, 413, 415, 422, 429)},
        tags=["conversations"],
    )
    def post(self, request: Request, conversation_id: str) -> Response:
        """Send a file that a message names in its `attachments` afterwards.

        PNG, JPEG, WebP and GIF pictures, PDF, plain text and CSV are told by their content; a widget's visitors send
        what its company allows. Nobody but the sender sees a file before its message, and after a day without one it is
        gone.
        """
        principal = principal_of(request)
        found = writable_conversation(request, decode(Prefix.CONVERSATION, conversation_id))
        refuse_unless_on(principal.files)
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BODY_BYTES:
            raise BodyTooLarge(f"This file is too large: at most {principal.files.megabytes} MB are possible.")
        _spend(request, principal)
        name, content = _read(request, principal)
        kept = attach_file(
            tenant_id=principal.tenant_id,
            conversation_id=found.id,
            name=name,
            content=content,
            rules=principal.files,
            actor=principal.actor,
            idempotency_key=request.headers.get("Idempotency-Key", ""),
        )
        return Response(attachment_json(kept), status=201)


def _spend(request: Request, principal: Principal) -> None:
    """An anonymous visitor costs nothing to be, so its address is counted too."""
    kilobytes = max(1, min(int(request.META.get("CONTENT_LENGTH") or MOST_BODY_BYTES), MOST_BODY_BYTES) // 1024)
    spend(request, FILES, principal.caller)
    spend(request, FILE_KILOBYTES, principal.caller, tokens=kilobytes)
    if isinstance(principal, Visitor) and not principal.is_identified:
        spend_by_address(request, FILES)
        spend_by_address(request, FILE_KILOBYTES, tokens=kilobytes)


def _read(request: Request, principal: Principal) -> tuple[str, bytes]:
    """Name and bytes. A file that is too large is not read."""
    if not isinstance(request.data, Mapping) or "file" not in request.data:
        return _read_json(request)
    body = AttachmentUpload(data=request.data)
    body.is_valid(raise_exception=True)
    file = body.validated_data["file"]
    check_size(file.size, principal.files)
    return body.validated_data.get("name") or file.name, file.read()


def _read_json(request: Request) -> tuple[str, bytes]:
    body = AttachmentRequest(data=request.data)
    body.is_valid(raise_exception=True)
    try:
        return body.validated_data["name"], b64decode(body.validated_data["content"], validate=True)
    except (binascii.Error, ValueError):
        raise InvalidRequest("The content is not base64.", param="content") from None


class OneAttachment(APIView):
    @extend_schema(
        operation_id="get_attachment",
        parameters=[path_id("attachment_id", "att")],
        responses={200: AttachmentSerializer, **errors(401, 403, 404)},
        tags=["conversations"],
    )
    def get(self, request: Request, attachment_id: str) -> Response:
        """What is known of a file."""
        return Response(attachment_json(readable_attachment(request, _id(attachment_id))))

    @extend_schema(
        operation_id="remove_attachment",
        parameters=[path_id("attachment_id", "att")],
        responses={204: None, **errors(401, 403, 404, 409)},
        tags=["conversations"],
    )
    def delete(self, request: Request, attachment_id: str) -> Response:
        """Take a file away that was not sent with a message yet. One that was sent goes with its message."""
        principal, found = principal_of(request), removable_attachment(request, _id(attachment_id))
        remove_attachment(
            tenant_id=principal.tenant_id,
            attachment_id=found.id,
            conversation_id=found.conversation_id,
            actor=principal.actor,
        )
        return Response(status=204)


class AttachmentContent(APIView):
    @extend_schema(
        operation_id="download_attachment",
        parameters=[path_id("attachment_id", "att")],
        responses={
            (200, "application/octet-stream"): OpenApiResponse(
                OpenApiTypes.BINARY, description="The file, as what its content is."
            ),
            **errors(401, 403, 404),
        },
        tags=["conversations"],
    )
    def get(self, request: Request, attachment_id: str) -> HttpResponse:
        """The file itself, to be saved: no browser shows it as a page."""
        found = readable_attachment(request, _id(attachment_id))
        content = read_file(principal_of(request).tenant_id, found.id)
        if content is None:
            raise AttachmentNotFound("This file is gone.")
        return served(found, content)


def served(view: AttachmentView, content: bytes) -> HttpResponse:
    """As what was found in it, to be saved, and as nothing that could run; only `<img>` shows a picture of it."""
    response = HttpResponse(content, content_type=view.media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, view.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def _id(text: str) -> UUID:
    return decode(Prefix.ATTACHMENT, text)
