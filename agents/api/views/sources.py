"""`/v1/sources`: where documents come from."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.once import made, make_once
from agents.api.pages import page, read_id_cursor, read_limit
from agents.api.principals import staff_of
from agents.api.schema import IDEMPOTENCY_KEY, PAGE, STAFF_ONLY, errors, path_id
from agents.api.serializers.fields import page_of
from agents.api.serializers.knowledge import Count, SourceRequest, SourceSerializer
from ingestion.selectors import get_source, list_sources
from ingestion.services import crawl_source, create_source, delete_source, retry_failed_documents
from rapport.ids import Prefix, decode
from tenants.permissions import Permission


class Sources(APIView):
    @extend_schema(
        operation_id="list_sources",
        parameters=PAGE,
        responses={200: page_of(SourceSerializer), **errors(400, 401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["knowledge"],
    )
    def get(self, request: Request) -> Response:
        """Where documents come from, newest first, and how many of them are ready."""
        staff = staff_of(request, Permission.KNOWLEDGE_READ)
        limit = read_limit(request)
        rows = list_sources(tenant_id=staff.tenant_id, limit=limit + 1, before=read_id_cursor(request))
        return Response(
            page(rows, limit=limit, show=lambda row: SourceSerializer(row).data, after=lambda row: row.id.hex)
        )

    @extend_schema(
        operation_id="create_source",
        parameters=[IDEMPOTENCY_KEY],
        request=SourceRequest,
        responses={201: SourceSerializer, **errors(400, 401, 403, 413, 415, 422, 429)},
        auth=STAFF_ONLY,
        tags=["knowledge"],
    )
    def post(self, request: Request) -> Response:
        """A folder for uploads, or a website, which is read at once."""
        staff = staff_of(request, Permission.KNOWLEDGE_WRITE)
        body = SourceRequest(data=request.data)
        body.is_valid(raise_exception=True)
        source_id, is_replay = make_once(
            request,
            staff,
            "create_source",
            content=body.validated_data,
            make=lambda: create_source(tenant_id=staff.tenant_id, actor=staff.actor, **body.validated_data),
        )
        found = get_source(tenant_id=staff.tenant_id, source_id=source_id)
        return made(SourceSerializer(found).data, is_replay=is_replay)


class OneSource(APIView):
    @extend_schema(
        operation_id="get_source",
        parameters=[path_id("source_id", "src")],
        responses={200: SourceSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["knowledge"],
    )
    def get(self, request: Request, source_id: str) -> Response:
        """One source, and how many of its documents are ready."""
        staff = staff_of(request, Permission.KNOWLEDGE_READ)
        found = get_source(tenant_id=staff.tenant_id, source_id=decode(Prefix.SOURCE, source_id))
        return Response(SourceSerializer(found).data)

    @extend_schema(
        operation_id="delete_source",
        parameters=[path_id("source_id", "src")],
        responses={204: None, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["knowledge"],
    )
    def delete(self, request: Request, source_id: str) -> Response:
        """Remove a source with all its documents. They stop answering at once."""
        staff = staff_of(request, Permission.KNOWLEDGE_WRITE)
        delete_source(tenant_id=staff.tenant_id, actor=staff.actor, source_id=decode(Prefix.SOURCE, source_id))
        return Response(status=204)


class Crawl(APIView):
    @extend_schema(
        operation_id="crawl_source",
        parameters=[path_id("source_id", "src")],
        request=None,
        responses={202: SourceSerializer, **errors(400, 401, 403, 404, 409, 429)},
        auth=STAFF_ONLY,
        tags=["knowledge"],
    )
    def post(self, request: Request, source_id: str) -> Response:
        """Look at a website again: new, changed and removed pages."""
        staff = staff_of(request, Permission.KNOWLEDGE_WRITE)
        source = decode(Prefix.SOURCE, source_id)
        crawl_source(tenant_id=staff.tenant_id, actor=staff.actor, source_id=source)
        return Response(SourceSerializer(get_source(tenant_id=staff.tenant_id, source_id=source)).data, status=202)


class RetrySource(APIView):
    @extend_schema(
        operation_id="retry_source",
        parameters=[path_id("source_id", "src")],
        request=None,
        responses={202: Count, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["knowledge"],
    )
    def post(self, request: Request, source_id: str) -> Response:
        """Read all failed documents of a source again."""
        staff = staff_of(request, Permission.KNOWLEDGE_WRITE)
        found = get_source(tenant_id=staff.tenant_id, source_id=decode(Prefix.SOURCE, source_id))
        count = retry_failed_documents(tenant_id=staff.tenant_id, actor=staff.actor, source_id=found.id)
        return Response({"count": count}, status=202)
