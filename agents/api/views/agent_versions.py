"""`/v1/agents/{id}/…`: draft, versions, publishing, going back, comparing, and files."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.once import made, make_once
from agents.api.pages import page, read_limit, read_number_cursor
from agents.api.principals import staff_of
from agents.api.schema import IDEMPOTENCY_KEY, PAGE, STAFF_ONLY, errors, path_id
from agents.api.serializers.agents import AgentSerializer
from agents.api.serializers.fields import page_of
from agents.api.serializers.versions import (
    DRAFT_WORD,
    DiffSerializer,
    FileSerializer,
    ImportRequest,
    NoteRequest,
    RollbackRequest,
    VersionConfigSerializer,
    VersionSerializer,
)
from agents.configuration import to_document
from agents.selectors import AgentView, get_agent
from agents.selectors.agents import DRAFT
from agents.selectors.versions import compare_versions, get_version, list_versions
from agents.services import (
    discard_draft,
    export_agent,
    import_agent,
    make_candidate,
    publish_agent,
    roll_back_agent,
)
from rapport.errors import InvalidRequest
from rapport.ids import Prefix, decode
from tenants.permissions import Permission

AGENT_ID = path_id("agent_id", "agt")
_WHICH = f'A version\'s number, or "{DRAFT_WORD}"; without it the published one.'


def read_version(request: Request, name: str) -> int | None:
    """None when it was not given. Raises InvalidRequest."""
    text = request.query_params.get(name, "")
    if text in ("", DRAFT_WORD):
        return DRAFT if text else None
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise InvalidRequest(f'{name} is the number of a version, or "{DRAFT_WORD}".', param=name)
    return int(text)


class AgentDraft(APIView):
    @extend_schema(
        operation_id="get_agent_draft",
        parameters=[AGENT_ID],
        responses={200: VersionConfigSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def get(self, request: Request, agent_id: str) -> Response:
        """What is being edited. PATCH the agent with `publish: false` to change it."""
        staff = staff_of(request, Permission.AGENTS_READ)
        found = get_agent(tenant_id=staff.tenant_id, agent_id=decode(Prefix.AGENT, agent_id), version=DRAFT)
        return Response(_with_config(found))

    @extend_schema(
        operation_id="discard_agent_draft",
        parameters=[AGENT_ID],
        responses={204: None, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def delete(self, request: Request, agent_id: str) -> Response:
        """Put the draft back to what is published."""
        staff = staff_of(request, Permission.AGENTS_WRITE)
        discard_draft(tenant_id=staff.tenant_id, agent_id=decode(Prefix.AGENT, agent_id), actor=staff.actor)
        return Response(status=204)


class AgentVersions(APIView):
    @extend_schema(
        operation_id="list_agent_versions",
        parameters=[AGENT_ID, *PAGE],
        responses={200: page_of(VersionSerializer), **errors(400, 401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def get(self, request: Request, agent_id: str) -> Response:
        """The agent's versions, newest first."""
        staff, limit = staff_of(request, Permission.AGENTS_READ), read_limit(request)
        rows = list_versions(
            tenant_id=staff.tenant_id,
            agent_id=decode(Prefix.AGENT, agent_id),
            limit=limit + 1,
            before=read_number_cursor(request) or None,
        )
        return Response(
            page(rows, limit=limit, show=lambda row: VersionSerializer(row).data, after=lambda row: str(row.number))
        )

    @extend_schema(
        operation_id="create_agent_version",
        parameters=[AGENT_ID],
        request=NoteRequest,
        responses={201: VersionSerializer, **errors(400, 401, 403, 404, 415, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def post(self, request: Request, agent_id: str) -> Response:
        """Keep the draft as a version without publishing it: for test chats and experiments."""
        staff, agent = staff_of(request, Permission.AGENTS_WRITE), decode(Prefix.AGENT, agent_id)
        note = _note(request)
        number = make_candidate(tenant_id=staff.tenant_id, agent_id=agent, actor=staff.actor, note=note)
        found = get_version(tenant_id=staff.tenant_id, agent_id=agent, number=number)
        return Response(VersionSerializer(found).data, status=201)


class OneAgentVersion(APIView):
    @extend_schema(
        operation_id="get_agent_version",
        parameters=[
            AGENT_ID,
            OpenApiParameter("number", str, OpenApiParameter.PATH, description="A version's number."),
        ],
        responses={200: VersionConfigSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def get(self, request: Request, agent_id: str, number: int) -> Response:
        """What a version is."""
        staff, agent = staff_of(request, Permission.AGENTS_READ), decode(Prefix.AGENT, agent_id)
        return Response(_with_config(get_agent(tenant_id=staff.tenant_id, agent_id=agent, version=number)))


class PublishAgent(APIView):
    @extend_schema(
        operation_id="publish_agent",
        parameters=[AGENT_ID],
        request=NoteRequest,
        responses={200: VersionSerializer, **errors(400, 401, 403, 404, 409, 415, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def post(self, request: Request, agent_id: str) -> Response:
        """Make the draft the version that answers. A draft that differs in nothing makes no new version."""
        staff, agent = staff_of(request, Permission.AGENTS_WRITE), decode(Prefix.AGENT, agent_id)
        note = _note(request)
        number = publish_agent(tenant_id=staff.tenant_id, agent_id=agent, actor=staff.actor, note=note)
        return Response(VersionSerializer(get_version(tenant_id=staff.tenant_id, agent_id=agent, number=number)).data)


class RollBackAgent(APIView):
    @extend_schema(
        operation_id="roll_back_agent",
        parameters=[AGENT_ID],
        request=RollbackRequest,
        responses={200: VersionSerializer, **errors(400, 401, 403, 404, 409, 415, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def post(self, request: Request, agent_id: str) -> Response:
        """Publish an older version, or a candidate, as a new version. The draft becomes the same."""
        staff, agent = staff_of(request, Permission.AGENTS_WRITE), decode(Prefix.AGENT, agent_id)
        get_agent(tenant_id=staff.tenant_id, agent_id=agent)
        body = RollbackRequest(data=request.data)
        body.is_valid(raise_exception=True)
        number = roll_back_agent(
            tenant_id=staff.tenant_id,
            agent_id=agent,
            number=body.validated_data["version"],
            actor=staff.actor,
            note=body.validated_data["note"],
        )
        return Response(VersionSerializer(get_version(tenant_id=staff.tenant_id, agent_id=agent, number=number)).data)


class AgentDiff(APIView):
    @extend_schema(
        operation_id="compare_agent_versions",
        parameters=[
            AGENT_ID,
            OpenApiParameter("from", str, description=_WHICH),
            OpenApiParameter("to", str, description=_WHICH),
        ],
        responses={200: DiffSerializer, **errors(400, 401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def get(self, request: Request, agent_id: str) -> Response:
        """What changes from one version to another, setting by setting; long texts word by word."""
        staff, agent = staff_of(request, Permission.AGENTS_READ), decode(Prefix.AGENT, agent_id)
        changes = compare_versions(
            tenant_id=staff.tenant_id,
            agent_id=agent,
            before=read_version(request, "from"),
            after=read_version(request, "to"),
        )
        return Response(DiffSerializer({"changes": changes}).data)


class AgentFile(APIView):
    @extend_schema(
        operation_id="export_agent",
        parameters=[AGENT_ID, OpenApiParameter("version", str, description=_WHICH)],
        responses={200: FileSerializer, **errors(400, 401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def get(self, request: Request, agent_id: str) -> Response:
        """An agent as one YAML file, which `POST /v1/agents/import` reads."""
        staff, agent = staff_of(request, Permission.AGENTS_READ), decode(Prefix.AGENT, agent_id)
        text = export_agent(tenant_id=staff.tenant_id, agent_id=agent, version=read_version(request, "version"))
        return Response({"yaml": text})


class AgentImports(APIView):
    @extend_schema(
        operation_id="import_agent",
        parameters=[IDEMPOTENCY_KEY],
        request=ImportRequest,
        responses={201: AgentSerializer, **errors(400, 401, 403, 404, 413, 415, 422, 429)},
        auth=STAFF_ONLY,
        tags=["agents"],
    )
    def post(self, request: Request) -> Response:
        """Make an agent of a file, or write it into an agent's draft. `error.problems` has all that is wrong."""
        staff = staff_of(request, Permission.AGENTS_WRITE)
        body = ImportRequest(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        agent, is_replay = make_once(
            request,
            staff,
            "import_agent",
            content=given,
            make=lambda: import_agent(
                tenant_id=staff.tenant_id, text=given["yaml"], actor=staff.actor, agent_id=given.get("agent_id")
            ),
        )
        return made(AgentSerializer(get_agent(tenant_id=staff.tenant_id, agent_id=agent)).data, is_replay=is_replay)


def _note(request: Request) -> str:
    body = NoteRequest(data=request.data)
    body.is_valid(raise_exception=True)
    return str(body.validated_data["note"])


def _with_config(view: AgentView) -> Any:
    shown = {"version": view.version, "digest": view.digest, "config": to_document(view.config)}
    return VersionConfigSerializer(shown).data
