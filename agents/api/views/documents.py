"""`/v1/documents`: what a company knows, one page or file each."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.filters import read_choice, read_id
from agents.api.pages import page, read_id_cursor, read_limit, read_number_cursor
from agents.api.parsers import BoundedJsonParser
from agents.api.principals import Staff, staff_of
from agents.api.schema import PAGE, STAFF_ONLY, errors, path_id
from agents.api.serializers.fields import page_of
from agents.api.serializers.knowledge import DocumentRequest, DocumentSerializer, DocumentTaken, PassageSerializer
from ingestion.models import DocumentState
from ingestion.selectors import get_document, list_documents, list_passages
from ingestion.services import (
    SubmittedDocument,
    delete_document,
    ensure_upload_source,
    retry_document,
    submit_document,
    submit_file,
)
from rapport.errors import InvalidRequest
from rapport.ids import Prefix, decode, encode
from tenants.permissions import Permission

STATES = tuple(state for state in DocumentState.values if state != DocumentState.DELETING)


class LongTextParser(BoundedJsonParser):
    """A long text is a body larger than others."""

    max_bytes = 10 * 1024 * 1024


class Documents(APIView):
    parser_classes = (LongTextParser, MultiPartParser)

    @extend_schema(
        operation_id="list_documents",
        parameters=[*PAGE, OpenApiParameter("source_id", str), OpenApiParameter("state", str, enum=STATES)],
        responses={200: page_of(DocumentSerializer), **errors(400, 401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["knowledge"],
    )
    def get(self, request: Request) -> Response:
        """Documents, newest first."""
        staff = staff_of(request, Permission.KNOWLEDGE_READ)
        limit = read_limit(request)
        rows = list_documents(
            tenant_id=staff.tenant_id,
            source_id=read_id(request, "source_id", Prefix.SOURCE),
            state=read_choice(request, "state", STATES),
            limit=limit + 1,
            before=read_id_cursor(request),
        )
        return Response(
            page(rows, limit=limit, show=lambda row: DocumentSerializer(row).data, after=lambda row: row.id.hex)
        )

    @extend_schema(
        operation_id="submit_document",
        request={"application/json": DocumentRequest, "multipart/form-data": DocumentRequest},
        responses={202: DocumentTaken, 200: DocumentTaken, **errors(400, 401, 403, 404, 413, 415, 429)},
        auth=STAFF_ONLY,
        tags=["knowledge"],
    )
    def post(self, request: Request) -> Response:
        """Send a text or a file. It is read in the background (202); the same bytes again change nothing (200), so the
        call may be repeated safely."""
        staff = staff_of(request, Permission.KNOWLEDGE_WRITE)
        body = DocumentRequest(data=request.data)
        body.is_valid(raise_exception=True)
        taken = _submit(staff, body.validated_data)
        answer = {"id": encode(Prefix.DOCUMENT, taken.document_id), "is_unchanged": taken.is_unchanged}
        return Response(answer, status=200 if taken.is_unchanged else 202)


def _submit(staff: Staff, body: Mapping[str, Any]) -> SubmittedDocument:
    if ("file" in body) == ("text" in body):
        raise InvalidRequest("Send either text, in JSON, or file, as multipart/form-data.", param="text")
    if "file" in body:
        file = body["file"]
        file.name = body.get("name") or file.name
        return submit_file(
            tenant_id=staff.tenant_id,
            actor=staff.actor,
            source_id=_source(staff, body),
            file=file,
            content_type=body["content_type"] or file.content_type or "",
        )
    if not body.get("name"):
        raise InvalidRequest("Give the text a name: the same name again is its new version.", param="name")
    return submit_document(
        tenant_id=staff.tenant_id,
        actor=staff.actor,
        source_id=_source(staff, body),
        name=body["name"],
        content=body["text"].encode(),
        content_type=body["content_type"] or "text/markdown",
        url=body["url"],
    )


def _source(staff: Staff, body: Mapping[str, Any]) -> UUID:
    given: UUID | None = body.get("source_id")
    return given or ensure_upload_source(tenant_id=staff.tenant_id, actor=staff.actor)


class OneDocument(APIView):
    @extend_schema(
        operation_id="get_document",
        parameters=[path_id("document_id", "doc")],
        responses={200: DocumentSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["knowledge"],
    )
    def get(self, request: Request, document_id: str) -> Response:
        """One document and how far its ingest is."""
        staff = staff_of(request, Permission.KNOWLEDGE_READ)
        found = get_document(tenant_id=staff.tenant_id, document_id=decode(Prefix.DOCUMENT, document_id))
        return Response(DocumentSerializer(found).data)

    @extend_schema(
        operation_id="delete_document",
        parameters=[path_id("document_id", "doc")],
        responses={204: None, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["knowledge"],
    )
    def delete(self, request: Request, document_id: str) -> Response:
        """Remove a document. It stops answering at once."""
        staff = staff_of(request, Permission.KNOWLEDGE_WRITE)
        delete_document(tenant_id=staff.tenant_id, actor=staff.actor, document_id=decode(Prefix.DOCUMENT, document_id))
        return Response(status=204)


class RetryDocument(APIView):
    @extend_schema(
        operation_id="retry_document",
        parameters=[path_id("document_id", "doc")],
        request=None,
        responses={202: DocumentSerializer, **errors(401, 403, 404, 409, 429)},
        auth=STAFF_ONLY,
        tags=["knowledge"],
    )
    def post(self, request: Request, document_id: str) -> Response:
        """Read a failed document again."""
        staff = staff_of(request, Permission.KNOWLEDGE_WRITE)
        document = decode(Prefix.DOCUMENT, document_id)
        retry_document(tenant_id=staff.tenant_id, actor=staff.actor, document_id=document)
        found = get_document(tenant_id=staff.tenant_id, document_id=document)
        return Response(DocumentSerializer(found).data, status=202)


class Passages(APIView):
    @extend_schema(
        operation_id="list_passages",
        parameters=[path_id("document_id", "doc"), *PAGE],
        responses={200: page_of(PassageSerializer), **errors(400, 401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["knowledge"],
    )
    def get(self, request: Request, document_id: str) -> Response:
        """The passages that the document was split into, in their order."""
        staff = staff_of(request, Permission.KNOWLEDGE_READ)
        limit = read_limit(request)
        rows = list_passages(
            tenant_id=staff.tenant_id,
            document_id=decode(Prefix.DOCUMENT, document_id),
            limit=limit + 1,
            after=read_number_cursor(request) - 1,
        )
        return Response(
            page(
                rows,
                limit=limit,
                show=lambda row: PassageSerializer(row).data,
                after=lambda row: str(row.ordinal + 1),
            )
        )
