"""`/v1/members` and `/v1/invitations`: who belongs to the company, and who is asked to.

A key does with people what the person may do who made it, and nothing about owners: those are made, changed and removed
on the dashboard, where the password is asked for again.
"""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.giving import giver_for
from agents.api.limits import spend
from agents.api.once import made, make_once
from agents.api.pages import whole
from agents.api.principals import Staff, staff_of
from agents.api.schema import IDEMPOTENCY_KEY, STAFF_ONLY, errors, path_id
from agents.api.serializers.fields import page_of
from agents.api.serializers.members import (
    InvitationRequest,
    InvitationSerializer,
    MemberSerializer,
    RoleRequest,
)
from rapport.errors import PermissionDenied
from rapport.ids import Prefix, decode
from tenants.api_keys import Giver
from tenants.errors import InvitationNotFound, MemberNotFound
from tenants.members import (
    INVITATIONS,
    InvitationView,
    change_role,
    invite_member,
    list_invitations,
    remove_member,
    withdraw_invitation,
)
from tenants.permissions import Permission
from tenants.selectors import MemberView, list_members

MEMBER, INVITATION = path_id("member", "usr"), path_id("invitation", "inv")


class Members(APIView):
    @extend_schema(
        operation_id="list_members",
        responses={200: page_of(MemberSerializer), **errors(401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["company"],
    )
    def get(self, request: Request) -> Response:
        """The company's people and their roles, first comers first."""
        staff = staff_of(request, Permission.MEMBERS_READ)
        return Response(whole(list_members(staff.tenant_id), show=lambda row: MemberSerializer(row).data))


class OneMember(APIView):
    @extend_schema(
        operation_id="get_member",
        parameters=[MEMBER],
        responses={200: MemberSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["company"],
    )
    def get(self, request: Request, member: str) -> Response:
        """One of the company's people."""
        staff = staff_of(request, Permission.MEMBERS_READ)
        return Response(MemberSerializer(_member(staff, member)).data)

    @extend_schema(
        operation_id="change_member_role",
        parameters=[MEMBER],
        request=RoleRequest,
        responses={200: MemberSerializer, **errors(400, 401, 403, 404, 409, 415, 429)},
        auth=STAFF_ONLY,
        tags=["company"],
    )
    def patch(self, request: Request, member: str) -> Response:
        """Give somebody another role, of those that you may give."""
        staff = staff_of(request, Permission.MEMBERS_WRITE)
        found = _member(staff, member)
        body = RoleRequest(data=request.data)
        body.is_valid(raise_exception=True)
        giver = _giver(request, staff)
        role = body.validated_data["role"]
        change_role(
            tenant_id=staff.tenant_id, user_id=found.user_id, role=role, actor=staff.actor, actor_role=giver.role
        )
        return Response(MemberSerializer(_member(staff, member)).data)

    @extend_schema(
        operation_id="remove_member",
        parameters=[MEMBER],
        responses={204: None, **errors(401, 403, 404, 409, 429)},
        auth=STAFF_ONLY,
        tags=["company"],
    )
    def delete(self, request: Request, member: str) -> Response:
        """Somebody belongs to the company no more. There is always an owner."""
        staff = staff_of(request, Permission.MEMBERS_WRITE)
        found = _member(staff, member)
        giver = _giver(request, staff)
        remove_member(tenant_id=staff.tenant_id, user_id=found.user_id, actor=staff.actor, actor_role=giver.role)
        return Response(status=204)


class Invitations(APIView):
    @extend_schema(
        operation_id="list_invitations",
        responses={200: page_of(InvitationSerializer), **errors(401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["company"],
    )
    def get(self, request: Request) -> Response:
        """Invitations that nobody has answered, newest first."""
        staff = staff_of(request, Permission.MEMBERS_READ)
        return Response(whole(list_invitations(staff.tenant_id), show=lambda row: InvitationSerializer(row).data))

    @extend_schema(
        operation_id="create_invitation",
        parameters=[IDEMPOTENCY_KEY],
        request=InvitationRequest,
        responses={201: InvitationSerializer, **errors(400, 401, 403, 409, 415, 422, 429)},
        auth=STAFF_ONLY,
        tags=["company"],
    )
    def post(self, request: Request) -> Response:
        """Ask somebody to join, by a mail whose link is good for seven days. An open one to the same address is
        replaced."""
        staff = staff_of(request, Permission.MEMBERS_WRITE)
        body = InvitationRequest(data=request.data)
        body.is_valid(raise_exception=True)
        giver, inviter_id = _with_person(_giver(request, staff))
        spend(request, INVITATIONS, f"user:{inviter_id.hex}")
        invitation_id, is_replay = make_once(
            request,
            staff,
            "create_invitation",
            content=body.validated_data,
            make=lambda: invite_member(
                tenant_id=staff.tenant_id,
                inviter_id=inviter_id,
                inviter_role=giver.role,
                actor=staff.actor,
                **body.validated_data,
            ),
        )
        return made(InvitationSerializer(_invitation(staff, invitation_id)).data, is_replay=is_replay)


class OneInvitation(APIView):
    @extend_schema(
        operation_id="get_invitation",
        parameters=[INVITATION],
        responses={200: InvitationSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["company"],
    )
    def get(self, request: Request, invitation: str) -> Response:
        """One that nobody has answered."""
        staff = staff_of(request, Permission.MEMBERS_READ)
        return Response(InvitationSerializer(_invitation(staff, decode(Prefix.INVITATION, invitation))).data)

    @extend_schema(
        operation_id="withdraw_invitation",
        parameters=[INVITATION],
        responses={204: None, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["company"],
    )
    def delete(self, request: Request, invitation: str) -> Response:
        """Its link opens nothing any more."""
        staff = staff_of(request, Permission.MEMBERS_WRITE)
        found = decode(Prefix.INVITATION, invitation)
        withdraw_invitation(tenant_id=staff.tenant_id, invitation_id=found, actor=staff.actor)
        return Response(status=204)


def _giver(request: Request, staff: Staff) -> Giver:
    """Raises ConfirmFirst, and PermissionDenied for a key whose person is gone."""
    return _with_person(giver_for(request, staff))[0]


def _with_person(giver: Giver) -> tuple[Giver, UUID]:
    if giver.user_id is None:
        raise PermissionDenied("Whoever made this key is no member any more. Let a member make another one.")
    return giver, giver.user_id


def _member(staff: Staff, member: str) -> MemberView:
    user_id = decode(Prefix.USER, member)
    found = next((each for each in list_members(staff.tenant_id) if each.user_id == user_id), None)
    if found is None:
        raise MemberNotFound("There is no such person in this company.")
    return found


def _invitation(staff: Staff, invitation_id: UUID) -> InvitationView:
    found = next((each for each in list_invitations(staff.tenant_id) if each.id == invitation_id), None)
    if found is None:
        raise InvitationNotFound("There is no such invitation, or it was answered already.")
    return found
