"""`/v1/summaries` and `/v1/accounts`: what conversations, contacts and the companies they belong to amount to. Read
only: a summary is made of what it names, and made anew when that changes.
"""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.filters import read_choice, read_id
from agents.api.pages import page, read_id_cursor, read_limit
from agents.api.principals import staff_of
from agents.api.schema import PAGE, STAFF_ONLY, errors, path_id
from agents.api.serializers.fields import page_of
from agents.api.serializers.summaries import AccountSerializer, SummarySerializer
from agents.selectors.summaries import LEVELS, get_account, get_summary, list_accounts, list_summaries
from rapport.ids import Prefix, decode
from tenants.permissions import Permission


def _tenant_of(request: Request) -> UUID:
    """Of somebody who may read both: a summary holds what was said and what is known."""
    staff_of(request, Permission.CONVERSATIONS_READ)
    return staff_of(request, Permission.CONTACTS_READ).tenant_id


class Summaries(APIView):
    @extend_schema(
        operation_id="list_summaries",
        parameters=[
            *PAGE,
            OpenApiParameter("contact_id", str, description="Of this contact and those who are read as one with it."),
            OpenApiParameter("conversation_id", str),
            OpenApiParameter("level", str, enum=[str(each) for each in LEVELS]),
        ],
        responses={200: page_of(SummarySerializer), **errors(400, 401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["contacts"],
    )
    def get(self, request: Request) -> Response:
        """What conversations and contacts amount to, newest first. Needs contacts.read and conversations.read."""
        tenant_id, limit = _tenant_of(request), read_limit(request)
        rows = list_summaries(
            tenant_id=tenant_id,
            limit=limit + 1,
            before=read_id_cursor(request),
            contact_id=read_id(request, "contact_id", Prefix.CONTACT),
            conversation_id=read_id(request, "conversation_id", Prefix.CONVERSATION),
            level=read_choice(request, "level", LEVELS),
        )
        return Response(
            page(rows, limit=limit, show=lambda row: SummarySerializer(row).data, after=lambda row: row.id.hex)
        )


class OneSummary(APIView):
    @extend_schema(
        operation_id="get_summary",
        parameters=[path_id("summary_id", "sum")],
        responses={200: SummarySerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["contacts"],
    )
    def get(self, request: Request, summary_id: str) -> Response:
        """A summary, with what it was made of."""
        tenant_id = _tenant_of(request)
        found = get_summary(tenant_id=tenant_id, summary_id=decode(Prefix.SUMMARY, summary_id))
        return Response(SummarySerializer(found).data)


class Accounts(APIView):
    @extend_schema(
        operation_id="list_accounts",
        parameters=PAGE,
        responses={200: page_of(AccountSerializer), **errors(400, 401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["contacts"],
    )
    def get(self, request: Request) -> Response:
        """Companies that contacts who wrote belong to, newest first."""
        tenant_id, limit = _tenant_of(request), read_limit(request)
        rows = list_accounts(tenant_id=tenant_id, limit=limit + 1, before=read_id_cursor(request))
        return Response(
            page(rows, limit=limit, show=lambda row: AccountSerializer(row).data, after=lambda row: row.id.hex)
        )


class OneAccount(APIView):
    @extend_schema(
        operation_id="get_account",
        parameters=[path_id("account_id", "acc")],
        responses={200: AccountSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["contacts"],
    )
    def get(self, request: Request, account_id: str) -> Response:
        """A company that contacts belong to, and what they amount to together."""
        tenant_id = _tenant_of(request)
        found = get_account(tenant_id=tenant_id, account_id=decode(Prefix.ACCOUNT, account_id))
        return Response(AccountSerializer(found).data)
