"""`/v1/campaigns`: an agent calls many contacts, one after the other, each by the rules of a single call."""

from dataclasses import replace
from typing import Any
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
from agents.api.serializers.campaigns import (
    CampaignChangeRequest,
    CampaignCheckSerializer,
    CampaignMembersAddedSerializer,
    CampaignMemberSerializer,
    CampaignMembersRequest,
    CampaignProgressSerializer,
    CampaignRequest,
    CampaignSerializer,
    CampaignStartRequest,
)
from agents.api.serializers.fields import page_of
from agents.channels.phone.campaigns.adding import (
    Row,
    add_members,
    remove_member,
    rows_of_csv,
    rows_of_filter,
    rows_of_list,
)
from agents.channels.phone.campaigns.checking import check_campaign
from agents.channels.phone.campaigns.running import (
    cancel_campaign,
    pause_campaign,
    resume_campaign,
    start_campaign,
)
from agents.channels.phone.campaigns.writing import CampaignSettings, change_campaign, create_campaign
from agents.errors import InvalidCampaign
from agents.selectors.campaigns import GROUPS, get_campaign, get_progress, list_campaigns, list_members
from ingestion.contacts.selectors import Wanted
from rapport.errors import NotFound
from rapport.ids import Prefix, decode
from tenants.permissions import Permission

CAMPAIGN_ID = path_id("campaign_id", "cmp")


class Campaigns(APIView):
    @extend_schema(
        operation_id="list_campaigns",
        parameters=PAGE,
        responses={200: page_of(CampaignSerializer), **errors(400, 401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["campaigns"],
    )
    def get(self, request: Request) -> Response:
        """Campaigns, the latest first."""
        staff, limit = staff_of(request, Permission.CONVERSATIONS_READ), read_limit(request)
        rows = list_campaigns(tenant_id=staff.tenant_id, limit=limit + 1, before=read_id_cursor(request))
        return Response(
            page(rows, limit=limit, show=lambda row: CampaignSerializer(row).data, after=lambda row: row.id.hex)
        )

    @extend_schema(
        operation_id="create_campaign",
        parameters=[IDEMPOTENCY_KEY],
        request=CampaignRequest,
        responses={201: CampaignSerializer, **errors(400, 401, 403, 404, 409, 422, 429)},
        auth=STAFF_ONLY,
        tags=["campaigns"],
    )
    def post(self, request: Request) -> Response:
        """Make a draft. It calls nobody until it has contacts and is started."""
        staff = staff_of(request, Permission.CONVERSATIONS_WRITE)
        body = CampaignRequest(data=request.data)
        body.is_valid(raise_exception=True)
        campaign_id, is_replay = make_once(
            request,
            staff,
            "create_campaign",
            content=body.validated_data,
            make=lambda: create_campaign(
                tenant_id=staff.tenant_id, settings=CampaignSettings(**_fields(body)), actor=staff.actor
            ),
        )
        found = get_campaign(tenant_id=staff.tenant_id, campaign_id=campaign_id)
        return made(CampaignSerializer(found).data, is_replay=is_replay)


class OneCampaign(APIView):
    @extend_schema(
        operation_id="get_campaign",
        parameters=[CAMPAIGN_ID],
        responses={200: CampaignSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["campaigns"],
    )
    def get(self, request: Request, campaign_id: str) -> Response:
        """A campaign, as it is written down."""
        staff = staff_of(request, Permission.CONVERSATIONS_READ)
        return _shown(staff, decode(Prefix.CAMPAIGN, campaign_id))

    @extend_schema(
        operation_id="change_campaign",
        parameters=[CAMPAIGN_ID],
        request=CampaignChangeRequest,
        responses={200: CampaignSerializer, **errors(400, 401, 403, 404, 409, 415, 429)},
        auth=STAFF_ONLY,
        tags=["campaigns"],
    )
    def patch(self, request: Request, campaign_id: str) -> Response:
        """Change a draft."""
        staff, found = staff_of(request, Permission.CONVERSATIONS_WRITE), decode(Prefix.CAMPAIGN, campaign_id)
        now = get_campaign(tenant_id=staff.tenant_id, campaign_id=found)
        body = CampaignChangeRequest(data=request.data)
        body.is_valid(raise_exception=True)
        kept = CampaignSettings(
            name=now.name,
            number_id=now.number_id or UUID(int=0),
            opening=now.opening,
            instructions=now.instructions,
            windows=[*now.windows],
            retries={**now.retries},
            starts_at=now.starts_at,
            ends_at=now.ends_at,
            most_at_once=now.most_at_once,
            calls_per_minute=now.calls_per_minute,
        )
        settings = replace(kept, **_fields(body))
        change_campaign(tenant_id=staff.tenant_id, campaign_id=found, settings=settings, actor=staff.actor)
        return _shown(staff, found)


class CampaignCheck(APIView):
    @extend_schema(
        operation_id="check_campaign",
        parameters=[CAMPAIGN_ID],
        responses={200: CampaignCheckSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["campaigns"],
    )
    def get(self, request: Request, campaign_id: str) -> Response:
        """How many would be called if it began now, how many not and why, and about what it costs."""
        staff = staff_of(request, Permission.CONVERSATIONS_READ)
        found = check_campaign(tenant_id=staff.tenant_id, campaign_id=decode(Prefix.CAMPAIGN, campaign_id))
        return Response(CampaignCheckSerializer(found).data)


class CampaignProgress(APIView):
    @extend_schema(
        operation_id="get_campaign_progress",
        parameters=[CAMPAIGN_ID],
        responses={200: CampaignProgressSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["campaigns"],
    )
    def get(self, request: Request, campaign_id: str) -> Response:
        """How far it is, how fast, and what it cost so far."""
        staff = staff_of(request, Permission.CONVERSATIONS_READ)
        found = get_progress(tenant_id=staff.tenant_id, campaign_id=decode(Prefix.CAMPAIGN, campaign_id))
        return Response(CampaignProgressSerializer(found).data)


class CampaignMembers(APIView):
    @extend_schema(
        operation_id="list_campaign_members",
        parameters=[
            CAMPAIGN_ID,
            *PAGE,
            OpenApiParameter("group", str, enum=GROUPS, description="Only those, as the progress counts them."),
        ],
        responses={200: page_of(CampaignMemberSerializer), **errors(400, 401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["campaigns"],
    )
    def get(self, request: Request, campaign_id: str) -> Response:
        """Its contacts in the order in which they came, and what became of each."""
        staff, limit = staff_of(request, Permission.CONVERSATIONS_READ), read_limit(request)
        rows = list_members(
            tenant_id=staff.tenant_id,
            campaign_id=decode(Prefix.CAMPAIGN, campaign_id),
            group=read_choice(request, "group", GROUPS),
            limit=limit + 1,
            after=read_id_cursor(request),
        )
        return Response(
            page(rows, limit=limit, show=lambda row: CampaignMemberSerializer(row).data, after=lambda row: row.id.hex)
        )

    @extend_schema(
        operation_id="add_campaign_members",
        parameters=[CAMPAIGN_ID],
        request=CampaignMembersRequest,
        responses={200: CampaignMembersAddedSerializer, **errors(400, 401, 403, 404, 409, 415, 429)},
        auth=STAFF_ONLY,
        tags=["campaigns"],
    )
    def post(self, request: Request, campaign_id: str) -> Response:
        """Add contacts to a draft: a list, all that match a filter, or a table. Sent again it adds nobody twice. Rows
        that are not taken are listed with the reason."""
        staff_of(request, Permission.CONTACTS_READ)  # what is found of them is told
        staff, found = staff_of(request, Permission.CONVERSATIONS_WRITE), decode(Prefix.CAMPAIGN, campaign_id)
        get_campaign(tenant_id=staff.tenant_id, campaign_id=found)
        body = CampaignMembersRequest(data=request.data)
        body.is_valid(raise_exception=True)
        rows = _rows(staff, body.validated_data)
        added = add_members(tenant_id=staff.tenant_id, campaign_id=found, rows=rows, actor=staff.actor)
        return Response(CampaignMembersAddedSerializer(added).data)


class OneCampaignMember(APIView):
    @extend_schema(
        operation_id="get_campaign_member",
        parameters=[CAMPAIGN_ID, path_id("contact_id", "con")],
        responses={200: CampaignMemberSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["campaigns"],
    )
    def get(self, request: Request, campaign_id: str, contact_id: str) -> Response:
        """A contact of the campaign, and what became of it."""
        staff = staff_of(request, Permission.CONVERSATIONS_READ)
        found = list_members(
            tenant_id=staff.tenant_id,
            campaign_id=decode(Prefix.CAMPAIGN, campaign_id),
            contact_id=decode(Prefix.CONTACT, contact_id),
        )
        if not found:
            raise _not_in()
        return Response(CampaignMemberSerializer(found[0]).data)

    @extend_schema(
        operation_id="remove_campaign_member",
        parameters=[CAMPAIGN_ID, path_id("contact_id", "con")],
        responses={204: None, **errors(401, 403, 404, 409, 429)},
        auth=STAFF_ONLY,
        tags=["campaigns"],
    )
    def delete(self, request: Request, campaign_id: str, contact_id: str) -> Response:
        """Take a contact out of a draft."""
        staff = staff_of(request, Permission.CONVERSATIONS_WRITE)
        of_it = {"campaign_id": decode(Prefix.CAMPAIGN, campaign_id), "contact_id": decode(Prefix.CONTACT, contact_id)}
        if not remove_member(tenant_id=staff.tenant_id, actor=staff.actor, **of_it):
            raise _not_in()
        return Response(status=204)


class StartCampaign(APIView):
    @extend_schema(
        operation_id="start_campaign",
        parameters=[CAMPAIGN_ID],
        request=CampaignStartRequest,
        responses={200: CampaignSerializer, **errors(400, 401, 403, 404, 409, 415, 429)},
        auth=STAFF_ONLY,
        tags=["campaigns"],
    )
    def post(self, request: Request, campaign_id: str) -> Response:
        """Begin to call. `calls` confirms what the check said; those that it left out are not called."""
        staff, found = staff_of(request, Permission.CONVERSATIONS_WRITE), decode(Prefix.CAMPAIGN, campaign_id)
        get_campaign(tenant_id=staff.tenant_id, campaign_id=found)
        body = CampaignStartRequest(data=request.data)
        body.is_valid(raise_exception=True)
        start_campaign(tenant_id=staff.tenant_id, campaign_id=found, actor=staff.actor, **body.validated_data)
        return _shown(staff, found)


class PauseCampaign(APIView):
    @extend_schema(
        operation_id="pause_campaign",
        parameters=[CAMPAIGN_ID],
        request=None,
        responses={200: CampaignSerializer, **errors(401, 403, 404, 409, 429)},
        auth=STAFF_ONLY,
        tags=["campaigns"],
    )
    def post(self, request: Request, campaign_id: str) -> Response:
        """Nobody is dialled from now on; calls under way end by themselves."""
        staff, found = staff_of(request, Permission.CONVERSATIONS_WRITE), decode(Prefix.CAMPAIGN, campaign_id)
        pause_campaign(tenant_id=staff.tenant_id, campaign_id=found, actor=staff.actor)
        return _shown(staff, found)


class ResumeCampaign(APIView):
    @extend_schema(
        operation_id="resume_campaign",
        parameters=[CAMPAIGN_ID],
        request=None,
        responses={200: CampaignSerializer, **errors(401, 403, 404, 409, 429)},
        auth=STAFF_ONLY,
        tags=["campaigns"],
    )
    def post(self, request: Request, campaign_id: str) -> Response:
        """Go on with a paused one."""
        staff, found = staff_of(request, Permission.CONVERSATIONS_WRITE), decode(Prefix.CAMPAIGN, campaign_id)
        resume_campaign(tenant_id=staff.tenant_id, campaign_id=found, actor=staff.actor)
        return _shown(staff, found)


class CancelCampaign(APIView):
    @extend_schema(
        operation_id="cancel_campaign",
        parameters=[CAMPAIGN_ID],
        request=None,
        responses={200: CampaignSerializer, **errors(401, 403, 404, 409, 429)},
        auth=STAFF_ONLY,
        tags=["campaigns"],
    )
    def post(self, request: Request, campaign_id: str) -> Response:
        """End it for good; calls under way end by themselves."""
        staff, found = staff_of(request, Permission.CONVERSATIONS_WRITE), decode(Prefix.CAMPAIGN, campaign_id)
        cancel_campaign(tenant_id=staff.tenant_id, campaign_id=found, actor=staff.actor)
        return _shown(staff, found)


def _not_in() -> NotFound:
    return NotFound("This contact is not in the campaign.")


def _fields(body: CampaignRequest) -> dict[str, Any]:
    given = dict(body.validated_data)
    return {**({"number_id": given.pop("phone_number_id")} if "phone_number_id" in given else {}), **given}


def _rows(staff: Staff, asked: dict[str, Any]) -> list[Row]:
    if len(asked) != 1:
        raise InvalidCampaign("Give one of contacts, filter and csv.", param="contacts")
    if "csv" in asked:
        return rows_of_csv(asked["csv"])
    if "contacts" in asked:
        return rows_of_list(asked["contacts"])
    return rows_of_filter(tenant_id=staff.tenant_id, wanted=Wanted(text=asked["filter"].get("text", "")))


def _shown(staff: Staff, campaign_id: UUID) -> Response:
    return Response(CampaignSerializer(get_campaign(tenant_id=staff.tenant_id, campaign_id=campaign_id)).data)
