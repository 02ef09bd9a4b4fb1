"""`/v1/prompts`: the prompt registry."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.filters import read_choice
from agents.api.once import made, make_once
from agents.api.pages import page, read_id_cursor, read_limit
from agents.api.principals import Staff, staff_of
from agents.api.schema import IDEMPOTENCY_KEY, PAGE, STAFF_ONLY, errors, path_id
from agents.api.serializers.fields import page_of
from agents.api.serializers.prompts import (
    LabelRequest,
    PromptChangeRequest,
    PromptLineSerializer,
    PromptRequest,
    PromptSerializer,
    PromptVersionRequest,
)
from agents.selectors.prompts import get_prompt, list_prompts
from agents.services import add_prompt_version, archive_prompt, create_prompt, move_label, remove_label
from rapport.ids import Prefix, decode
from tenants.permissions import Permission

PROMPT_ID = path_id("prompt_id", "prm")


class Prompts(APIView):
    @extend_schema(
        operation_id="list_prompts",
        parameters=[*PAGE, OpenApiParameter("archived", bool, default=False, description="Those that were put away.")],
        responses={200: page_of(PromptLineSerializer), **errors(400, 401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["prompts"],
    )
    def get(self, request: Request) -> Response:
        """The company's prompts, oldest first."""
        staff, limit = staff_of(request, Permission.AGENTS_READ), read_limit(request)
        rows = list_prompts(
            tenant_id=staff.tenant_id,
            limit=limit + 1,
            after=read_id_cursor(request),
            is_archived=read_choice(request, "archived", ["true", "false"]) == "true",
        )
        return Response(
            page(rows, limit=limit, show=lambda row: PromptLineSerializer(row).data, after=lambda row: row.id.hex)
        )

    @extend_schema(
        operation_id="create_prompt",
        parameters=[IDEMPOTENCY_KEY],
        request=PromptRequest,
        responses={201: PromptSerializer, **errors(400, 401, 403, 409, 415, 422, 429)},
        auth=STAFF_ONLY,
        tags=["prompts"],
    )
    def post(self, request: Request) -> Response:
        """Make a prompt. Its first version gets the label production."""
        staff = staff_of(request, Permission.AGENTS_WRITE)
        body = PromptRequest(data=request.data)
        body.is_valid(raise_exception=True)
        prompt, is_replay = make_once(
            request,
            staff,
            "create_prompt",
            content=body.validated_data,
            make=lambda: create_prompt(tenant_id=staff.tenant_id, actor=staff.actor, **body.validated_data),
        )
        shown = PromptSerializer(get_prompt(tenant_id=staff.tenant_id, prompt_id=prompt)).data
        return made(shown, is_replay=is_replay)


class OnePrompt(APIView):
    @extend_schema(
        operation_id="get_prompt",
        parameters=[PROMPT_ID],
        responses={200: PromptSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["prompts"],
    )
    def get(self, request: Request, prompt_id: str) -> Response:
        """A prompt, its versions, and which agents answer with it."""
        staff = staff_of(request, Permission.AGENTS_READ)
        return _shown(staff, decode(Prefix.PROMPT, prompt_id))

    @extend_schema(
        operation_id="change_prompt",
        parameters=[PROMPT_ID],
        request=PromptChangeRequest,
        responses={200: PromptSerializer, **errors(400, 401, 403, 404, 409, 415, 429)},
        auth=STAFF_ONLY,
        tags=["prompts"],
    )
    def patch(self, request: Request, prompt_id: str) -> Response:
        """Put a prompt away, or take it out again. Refused while an agent answers with it."""
        staff, prompt = _writer(request, prompt_id)
        body = PromptChangeRequest(data=request.data)
        body.is_valid(raise_exception=True)
        archive_prompt(tenant_id=staff.tenant_id, prompt_id=prompt, actor=staff.actor, **body.validated_data)
        return _shown(staff, prompt)


class PromptVersions(APIView):
    @extend_schema(
        operation_id="add_prompt_version",
        parameters=[PROMPT_ID],
        request=PromptVersionRequest,
        responses={201: PromptSerializer, **errors(400, 401, 403, 404, 415, 429)},
        auth=STAFF_ONLY,
        tags=["prompts"],
    )
    def post(self, request: Request, prompt_id: str) -> Response:
        """Add a version. No label is on it yet, so nothing answers differently."""
        staff, prompt = _writer(request, prompt_id)
        body = PromptVersionRequest(data=request.data)
        body.is_valid(raise_exception=True)
        add_prompt_version(tenant_id=staff.tenant_id, prompt_id=prompt, actor=staff.actor, **body.validated_data)
        return _shown(staff, prompt, status=201)


class PromptLabels(APIView):
    @extend_schema(
        operation_id="move_prompt_label",
        parameters=[PROMPT_ID],
        request=LabelRequest,
        responses={200: PromptSerializer, **errors(400, 401, 403, 404, 409, 415, 429)},
        auth=STAFF_ONLY,
        tags=["prompts"],
    )
    def post(self, request: Request, prompt_id: str) -> Response:
        """Put a label on a version, or take it off. The next answer of who refers to it follows. Refused when an agent
        that answers now could not any more."""
        staff, prompt = _writer(request, prompt_id)
        body = LabelRequest(data=request.data)
        body.is_valid(raise_exception=True)
        label, number = body.validated_data["label"], body.validated_data["version"]
        if number is None:
            remove_label(tenant_id=staff.tenant_id, prompt_id=prompt, label=label, actor=staff.actor)
        else:
            move_label(tenant_id=staff.tenant_id, prompt_id=prompt, label=label, number=number, actor=staff.actor)
        return _shown(staff, prompt)


def _writer(request: Request, prompt_id: str) -> tuple[Staff, UUID]:
    """Whose prompt it is not does not learn what its body should be."""
    staff, prompt = staff_of(request, Permission.AGENTS_WRITE), decode(Prefix.PROMPT, prompt_id)
    get_prompt(tenant_id=staff.tenant_id, prompt_id=prompt)
    return staff, prompt


def _shown(staff: Staff, prompt_id: UUID, *, status: int = 200) -> Response:
    found = get_prompt(tenant_id=staff.tenant_id, prompt_id=prompt_id)
    return Response(PromptSerializer(found).data, status=status)
