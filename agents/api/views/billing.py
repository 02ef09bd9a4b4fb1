"""`/v1/billing`: the company's plan, what the running period has come to, and what earlier ones came to."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.pages import whole
from agents.api.principals import staff_of
from agents.api.schema import STAFF_ONLY, errors
from agents.api.serializers.billing import BillingPeriodSerializer, BillingSerializer, UsageLimitRequest
from agents.api.serializers.fields import page_of
from billing.periods import get_statement, list_periods, running_parts
from billing.quotas import list_quotas, set_usage_limit
from billing.stripe.accounts import get_account
from billing.terms import current_term
from tenants.permissions import Permission
from tenants.seats import read_seats


class Billing(APIView):
    @extend_schema(
        operation_id="get_billing",
        responses={200: BillingSerializer, **errors(401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["usage"],
    )
    def get(self, request: Request) -> Response:
        """The plan, the running period's statement so far, and how much of each quota is used."""
        staff = staff_of(request, Permission.USAGE_READ)
        return Response(_shown(staff.tenant_id))


class BillingPeriods(APIView):
    @extend_schema(
        operation_id="list_billing_periods",
        responses={200: page_of(BillingPeriodSerializer), **errors(401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["usage"],
    )
    def get(self, request: Request) -> Response:
        """Closed periods, latest first. What is told of one after it was closed is borne by the next."""
        staff = staff_of(request, Permission.USAGE_READ)
        rows = list_periods(tenant_id=staff.tenant_id)
        return Response(whole(rows, show=lambda row: BillingPeriodSerializer(row).data))


class UsageLimits(APIView):
    @extend_schema(
        operation_id="set_usage_limit",
        request=UsageLimitRequest,
        responses={200: BillingSerializer, **errors(400, 401, 403, 415, 429)},
        auth=STAFF_ONLY,
        tags=["usage"],
    )
    def put(self, request: Request) -> Response:
        """At how much of a meter in a period nothing more is taken, whatever the plan would charge for it."""
        staff = staff_of(request, Permission.USAGE_WRITE)
        body = UsageLimitRequest(data=request.data)
        body.is_valid(raise_exception=True)
        set_usage_limit(tenant_id=staff.tenant_id, actor=staff.actor, **body.validated_data)
        return Response(_shown(staff.tenant_id))


def _shown(tenant_id: UUID) -> dict[str, object]:
    term = current_term(tenant_id=tenant_id)
    account = get_account(tenant_id=tenant_id)
    seats, parts = read_seats(tenant_id=tenant_id), running_parts(tenant_id=tenant_id)
    shown = {
        "plan": term.plan.key,
        "plan_name": term.plan.name,
        "seats": term.seats,
        "seats_taken": seats.taken,
        "seats_allowed": seats.allowed,
        "is_trial": term.is_trial,
        "trial_ends_at": account.trial_ends_at if account else None,
        "discount": account.discount if account else "",
        "discount_ends_at": account.discount_ends_at if account else None,
        "entitlements": sorted(term.plan.entitlements),
        "statement": get_statement(tenant_id=tenant_id, parts=parts),
        "quotas": list_quotas(tenant_id=tenant_id, parts=parts),
    }
    return dict(BillingSerializer(shown).data)
