"""`/v1/model-providers`: the company's own providers of models, to be read and tried out.

Keys are added, replaced and removed on the page Models, by a person who has just shown that it is they.
"""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.pages import whole
from agents.api.principals import staff_of
from agents.api.schema import STAFF_ONLY, errors, path_id
from agents.api.serializers.fields import page_of
from agents.api.serializers.model_providers import ModelProviderSerializer, ModelTestRequest, ModelTestSerializer
from agents.selectors.providers import get_model_provider, list_model_providers
from agents.services.trying import try_model
from rapport.ids import Prefix, decode
from tenants.permissions import Permission

PROVIDER_ID = path_id("provider_id", "mpr")


class ModelProviders(APIView):
    @extend_schema(
        operation_id="list_model_providers",
        responses={200: page_of(ModelProviderSerializer), **errors(401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["model providers"],
    )
    def get(self, request: Request) -> Response:
        """The company's own providers of models, oldest first. Their keys are shown to nobody."""
        staff = staff_of(request, Permission.AGENTS_READ)
        rows = list_model_providers(tenant_id=staff.tenant_id)
        return Response(whole(rows, show=lambda row: ModelProviderSerializer(row).data))


class OneModelProvider(APIView):
    @extend_schema(
        operation_id="get_model_provider",
        parameters=[PROVIDER_ID],
        responses={200: ModelProviderSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["model providers"],
    )
    def get(self, request: Request, provider_id: str) -> Response:
        """One provider, the models that it offers, and what its last test found."""
        staff = staff_of(request, Permission.AGENTS_READ)
        found = get_model_provider(tenant_id=staff.tenant_id, provider_id=decode(Prefix.MODEL_PROVIDER, provider_id))
        return Response(ModelProviderSerializer(found).data)


class ModelProviderTest(APIView):
    @extend_schema(
        operation_id="test_model_provider",
        parameters=[PROVIDER_ID],
        request=ModelTestRequest,
        responses={200: ModelTestSerializer, **errors(400, 401, 403, 404, 415, 429)},
        auth=STAFF_ONLY,
        tags=["model providers"],
    )
    def post(self, request: Request, provider_id: str) -> Response:
        """Ask one of its models for one word. The provider charges for it."""
        staff = staff_of(request, Permission.AGENTS_WRITE)
        body = ModelTestRequest(data=request.data)
        body.is_valid(raise_exception=True)
        trial = try_model(
            tenant_id=staff.tenant_id,
            provider_id=decode(Prefix.MODEL_PROVIDER, provider_id),
            actor=staff.actor,
            model=body.validated_data["model"],
        )
        return Response(ModelTestSerializer(trial).data)
