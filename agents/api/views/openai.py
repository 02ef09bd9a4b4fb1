"""`/v1/chat/completions`, `/v1/models` and `/v1/embeddings`: for programs that speak to OpenAI. For keys only."""

import time
from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.limits import COMPLETIONS, spend
from agents.api.negotiation import AnyContent
from agents.api.principals import Machine, staff_of, writable_conversation
from agents.api.schema import IDEMPOTENCY_KEY, STAFF_ONLY, errors, path_id
from agents.api.serializers.openai import (
    ChatCompletionRequest,
    ChatCompletionSerializer,
    EmbeddingListSerializer,
    EmbeddingRequestSerializer,
    ModelListSerializer,
    ModelSerializer,
)
from agents.channels.openai.asking import AskedTurn, Caller, ask_completion, find_agent
from agents.channels.openai.embeddings import embed_texts, read_embedding
from agents.channels.openai.reading import CompletionRequest, read_completion
from agents.channels.openai.writing import CONVERSATION_HEADER, DO_NOT_RETRY, Writing, is_final
from agents.selectors import AgentView, list_agents
from rapport.deferred import Answer, DeferredResponse
from rapport.edge import error_body, request_id
from rapport.errors import PermissionDenied, RapportError
from rapport.ids import Prefix, decode, encode
from rapport.streams import sse
from rapport.streams.registry import get_stream_store
from tenants.permissions import Permission

KEYS_ONLY: list[Any] = [{"apiKey": []}]


def machine_of(request: Request, permission: Permission) -> Machine:
    """Raises PermissionDenied for who is no key, or one without the scope."""
    principal = staff_of(request, permission)
    if isinstance(principal, Machine):
        return principal
    raise PermissionDenied("This is for API keys: send one as `Authorization: Bearer rp_sk_…`.")


class ChatCompletions(APIView):
    content_negotiation_class = AnyContent

    @extend_schema(
        operation_id="create_chat_completion",
        parameters=[
            OpenApiParameter(
                CONVERSATION_HEADER, str, OpenApiParameter.HEADER, description="The conversation that goes on, cnv_…."
            ),
            OpenApiParameter(
                "X-Rapport-Contact", str, OpenApiParameter.HEADER, description="Your own id of the customer; or `user`."
            ),
            IDEMPOTENCY_KEY,
        ],
        request=ChatCompletionRequest,
        responses={
            200: ChatCompletionSerializer,
            (200, "text/event-stream"): OpenApiResponse(
                OpenApiTypes.STR, description="With `stream`: chat.completion.chunk events, then [DONE]."
            ),
            **errors(400, 401, 403, 404, 422, 429, 502, 504),
        },
        auth=KEYS_ONLY,
        tags=["openai"],
    )
    def post(self, request: Request) -> HttpResponseBase:
        """Ask an agent, in OpenAI's form. `model` is an agent's id or name."""
        machine = machine_of(request, Permission.CONVERSATIONS_WRITE)
        asked = read_completion(
            request.data,
            contact=request.headers.get("X-Rapport-Contact", ""),
            conversation=request.headers.get(CONVERSATION_HEADER, ""),
        )
        spend(request, COMPLETIONS, machine.caller)
        writing = Writing(
            asked=_ask(request, machine, asked),
            streams=get_stream_store(),
            created=int(time.time()),
            wants_usage=asked.wants_usage,
            request_id=request_id(request._request),
        )
        return _stream(writing) if asked.is_streamed else _whole(writing)


def _ask(request: Request, machine: Machine, asked: CompletionRequest) -> AskedTurn:
    conversation = None
    if asked.conversation:
        conversation = writable_conversation(request, decode(Prefix.CONVERSATION, asked.conversation))
    return ask_completion(
        asked,
        Caller(machine.tenant_id, machine.key_id, machine.channel, machine.actor),
        conversation=conversation,
        idempotency_key=request.headers.get("Idempotency-Key", ""),
    )


def _stream(writing: Writing) -> StreamingHttpResponse:
    headers = {**sse.HEADERS, **writing.headers}
    return StreamingHttpResponse(writing.chunks(), content_type=sse.CONTENT_TYPE, headers=headers)


def _whole(writing: Writing) -> DeferredResponse:
    async def work() -> Answer:
        try:
            return Answer.of(await writing.whole(), headers=writing.headers)
        except RapportError as error:
            headers = writing.headers | (DO_NOT_RETRY if is_final(error) else {})
            return Answer.of(error_body(error, writing.request_id), status=error.status, headers=headers)

    return DeferredResponse(work, request_id=writing.request_id)


def _model(agent: AgentView) -> dict[str, object]:
    return {
        "id": encode(Prefix.AGENT, agent.id),
        "object": "model",
        "created": int(agent.created_at.timestamp()),
        "owned_by": "you",
        "rapport": {"name": agent.name, "version": agent.version},
    }


class Models(APIView):
    @extend_schema(
        operation_id="list_models",
        responses={200: ModelListSerializer, **errors(401, 403)},
        auth=STAFF_ONLY,
        tags=["openai"],
    )
    def get(self, request: Request) -> Response:
        """The company's agents as models."""
        staff = staff_of(request, Permission.AGENTS_READ)
        return Response({"object": "list", "data": [_model(each) for each in list_agents(tenant_id=staff.tenant_id)]})


class OneModel(APIView):
    @extend_schema(
        operation_id="get_model",
        parameters=[path_id("agent", "agt")],
        responses={200: ModelSerializer, **errors(401, 403, 404)},
        auth=STAFF_ONLY,
        tags=["openai"],
    )
    def get(self, request: Request, agent: str) -> Response:
        """One agent as a model, by its id or name."""
        staff = staff_of(request, Permission.AGENTS_READ)
        return Response(_model(find_agent(tenant_id=staff.tenant_id, name=agent)))


class Embeddings(APIView):
    @extend_schema(
        operation_id="create_embeddings",
        request=EmbeddingRequestSerializer,
        responses={200: EmbeddingListSerializer, **errors(400, 401, 403, 429, 503)},
        auth=KEYS_ONLY,
        tags=["openai"],
    )
    def post(self, request: Request) -> Response:
        """Vectors of texts, by the embedding model of your knowledge. `model` may be anything."""
        machine = machine_of(request, Permission.KNOWLEDGE_READ)
        asked = read_embedding(request.data)
        spend(request, COMPLETIONS, machine.caller)
        return Response(embed_texts(asked, tenant_id=machine.tenant_id))
