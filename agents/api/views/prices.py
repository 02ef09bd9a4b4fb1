"""`/v1/prices` and `/v1/budget`: what tokens cost the company, and what it may spend in a month."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.pages import whole
from agents.api.principals import staff_of
from agents.api.schema import STAFF_ONLY, errors, path_id
from agents.api.serializers.fields import page_of
from agents.api.serializers.prices import BudgetRequest, BudgetSerializer, PriceRequest, PriceSerializer
from billing.company_budget import get_company_budget, set_company_budget
from billing.own_prices import get_own_price, list_own_prices, remove_own_price, set_own_price
from rapport.ids import Prefix, decode
from tenants.permissions import Permission

PRICE_ID = path_id("price_id", "prc")


class Prices(APIView):
    @extend_schema(
        operation_id="list_prices",
        responses={200: page_of(PriceSerializer), **errors(401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["usage"],
    )
    def get(self, request: Request) -> Response:
        """The company's own prices, by model, newest first. Whatever is not here has the provider's published price."""
        staff = staff_of(request, Permission.USAGE_READ)
        rows = list_own_prices(tenant_id=staff.tenant_id)
        return Response(whole(rows, show=lambda row: PriceSerializer(row).data))

    @extend_schema(
        operation_id="set_price",
        request=PriceRequest,
        responses={201: PriceSerializer, **errors(400, 401, 403, 415, 429)},
        auth=STAFF_ONLY,
        tags=["usage"],
    )
    def post(self, request: Request) -> Response:
        """What a class of a model's tokens costs from a moment on. What was reckoned before stays as it was."""
        staff = staff_of(request, Permission.USAGE_WRITE)
        body = PriceRequest(data=request.data)
        body.is_valid(raise_exception=True)
        price_id = set_own_price(tenant_id=staff.tenant_id, actor=staff.actor, **body.validated_data)
        made = get_own_price(tenant_id=staff.tenant_id, price_id=price_id)
        return Response(PriceSerializer(made).data, status=201)


class OnePrice(APIView):
    @extend_schema(
        operation_id="get_price",
        parameters=[PRICE_ID],
        responses={200: PriceSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["usage"],
    )
    def get(self, request: Request, price_id: str) -> Response:
        """One of the company's own prices."""
        staff = staff_of(request, Permission.USAGE_READ)
        found = get_own_price(tenant_id=staff.tenant_id, price_id=decode(Prefix.PRICE, price_id))
        return Response(PriceSerializer(found).data)

    @extend_schema(
        operation_id="remove_price",
        parameters=[PRICE_ID],
        request=None,
        responses={204: None, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["usage"],
    )
    def delete(self, request: Request, price_id: str) -> Response:
        """The one before it, or the published one, holds again from now on."""
        staff = staff_of(request, Permission.USAGE_WRITE)
        remove_own_price(tenant_id=staff.tenant_id, price_id=decode(Prefix.PRICE, price_id), actor=staff.actor)
        return Response(status=204)


class Budget(APIView):
    @extend_schema(
        operation_id="get_budget",
        responses={200: BudgetSerializer, **errors(401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["usage"],
    )
    def get(self, request: Request) -> Response:
        """What the company may spend in this calendar month, and what is spent and kept aside."""
        staff = staff_of(request, Permission.USAGE_READ)
        return Response(BudgetSerializer(get_company_budget(tenant_id=staff.tenant_id)).data)

    @extend_schema(
        operation_id="set_budget",
        request=BudgetRequest,
        responses={200: BudgetSerializer, **errors(400, 401, 403, 415, 429)},
        auth=STAFF_ONLY,
        tags=["usage"],
    )
    def put(self, request: Request) -> Response:
        """A hard limit: when what a turn could cost at worst does not fit any more, the turn is refused."""
        staff = staff_of(request, Permission.USAGE_WRITE)
        body = BudgetRequest(data=request.data)
        body.is_valid(raise_exception=True)
        set_company_budget(tenant_id=staff.tenant_id, actor=staff.actor, **body.validated_data)
        return Response(BudgetSerializer(get_company_budget(tenant_id=staff.tenant_id)).data)
