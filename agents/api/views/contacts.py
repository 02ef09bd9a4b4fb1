"""Contacts: found, made, changed, merged and taken apart again; and their timeline. Erasing is not done here."""

from datetime import UTC, datetime
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.pages import InvalidCursor, page, read_cursor, read_id_cursor, read_limit
from agents.api.principals import staff_of
from agents.api.schema import IDEMPOTENCY_KEY, PAGE, STAFF_ONLY, errors, path_id
from agents.api.serializers.contacts import (
    ContactChange,
    ContactCreate,
    ContactEventSerializer,
    ContactMergeRequest,
    ContactSerializer,
)
from agents.api.serializers.fields import page_of
from ingestion.contacts.merging import merge_contacts, unmerge_contact
from ingestion.contacts.selectors import Wanted, get_contact, list_contacts
from ingestion.contacts.services import Identity, create_contact, update_contact
from ingestion.incoming.selectors import ContactEventView, list_contact_events
from rapport.ids import Prefix, decode
from tenants.permissions import Permission

ID = path_id("contact_id", "con")


def _shown(tenant_id: UUID, contact_id: UUID) -> object:
    return ContactSerializer(get_contact(tenant_id=tenant_id, contact_id=contact_id)).data


class Contacts(APIView):
    @extend_schema(
        operation_id="list_contacts",
        parameters=[
            *PAGE,
            OpenApiParameter("email", str, description="Exactly this address."),
            OpenApiParameter("phone", str, description="Exactly this number, with its country code."),
            OpenApiParameter("external_id", str, description="Exactly this id of your own."),
            OpenApiParameter("q", str, description="Somewhere in the name, address, number or id."),
        ],
        responses={200: page_of(ContactSerializer), **errors(400, 401, 403)},
        auth=STAFF_ONLY,
        tags=["contacts"],
    )
    def get(self, request: Request) -> Response:
        """List contacts, newest first. Every filter given must match. Those merged into another are left out."""
        staff, limit, asked = staff_of(request, Permission.CONTACTS_READ), read_limit(request), request.query_params
        wanted = Wanted(
            email=asked.get("email", ""),
            phone=asked.get("phone", ""),
            external_id=asked.get("external_id", ""),
            text=asked.get("q", ""),
        )
        rows = list_contacts(tenant_id=staff.tenant_id, limit=limit + 1, before=read_id_cursor(request), wanted=wanted)
        return Response(
            page(rows, limit=limit, show=lambda row: ContactSerializer(row).data, after=lambda row: row.id.hex)
        )

    @extend_schema(
        operation_id="create_contact",
        parameters=[IDEMPOTENCY_KEY],
        request=ContactCreate,
        responses={201: ContactSerializer, **errors(400, 401, 403, 409, 422)},
        auth=STAFF_ONLY,
        tags=["contacts"],
    )
    def post(self, request: Request) -> Response:
        """Make a contact. An address, number or id that another contact has is a conflict that names it."""
        staff = staff_of(request, Permission.CONTACTS_WRITE)
        body = ContactCreate(data=request.data)
        body.is_valid(raise_exception=True)
        name, identity = body.validated_data["name"], {**body.validated_data}
        identity.pop("name")
        contact_id, is_replay = create_contact(
            tenant_id=staff.tenant_id,
            name=name,
            identity=Identity(**identity),
            actor=staff.actor,
            idempotency_key=request.headers.get("Idempotency-Key", ""),
        )
        response = Response(_shown(staff.tenant_id, contact_id), status=201)
        if is_replay:
            response["Idempotent-Replayed"] = "true"
        return response


class OneContact(APIView):
    @extend_schema(
        operation_id="get_contact",
        parameters=[ID],
        responses={200: ContactSerializer, **errors(401, 403, 404)},
        auth=STAFF_ONLY,
        tags=["contacts"],
    )
    def get(self, request: Request, contact_id: str) -> Response:
        """One contact."""
        staff = staff_of(request, Permission.CONTACTS_READ)
        return Response(_shown(staff.tenant_id, decode(Prefix.CONTACT, contact_id)))

    @extend_schema(
        operation_id="change_contact",
        parameters=[ID],
        request=ContactChange,
        responses={200: ContactSerializer, **errors(400, 401, 403, 404, 409)},
        auth=STAFF_ONLY,
        tags=["contacts"],
    )
    def patch(self, request: Request, contact_id: str) -> Response:
        """Change what is given; the rest stays."""
        staff, found = staff_of(request, Permission.CONTACTS_WRITE), decode(Prefix.CONTACT, contact_id)
        body = ContactChange(data=request.data)
        body.is_valid(raise_exception=True)
        update_contact(tenant_id=staff.tenant_id, contact_id=found, changes=body.validated_data, actor=staff.actor)
        return Response(_shown(staff.tenant_id, found))


class ContactMerges(APIView):
    @extend_schema(
        operation_id="merge_contact",
        parameters=[ID],
        request=ContactMergeRequest,
        responses={200: ContactSerializer, **errors(400, 401, 403, 404, 409)},
        auth=STAFF_ONLY,
        tags=["contacts"],
    )
    def post(self, request: Request, contact_id: str) -> Response:
        """This contact is another one: both are read as one. Nothing moves, so it can be taken back. Returns that
        other one."""
        staff, found = staff_of(request, Permission.CONTACTS_WRITE), decode(Prefix.CONTACT, contact_id)
        get_contact(tenant_id=staff.tenant_id, contact_id=found)
        body = ContactMergeRequest(data=request.data)
        body.is_valid(raise_exception=True)
        into = merge_contacts(
            tenant_id=staff.tenant_id, contact_id=found, into_id=body.validated_data["into"], actor=staff.actor
        )
        return Response(_shown(staff.tenant_id, into))


class ContactUnmerges(APIView):
    @extend_schema(
        operation_id="unmerge_contact",
        parameters=[ID],
        request=None,
        responses={200: ContactSerializer, **errors(401, 403, 404, 409)},
        auth=STAFF_ONLY,
        tags=["contacts"],
    )
    def post(self, request: Request, contact_id: str) -> Response:
        """Take a merge back: the contact is someone apart again, with all that came in under its own identities."""
        staff, found = staff_of(request, Permission.CONTACTS_WRITE), decode(Prefix.CONTACT, contact_id)
        unmerge_contact(tenant_id=staff.tenant_id, contact_id=found, actor=staff.actor)
        return Response(_shown(staff.tenant_id, found))


class ContactEvents(APIView):
    @extend_schema(
        operation_id="list_contact_events",
        parameters=[ID, *PAGE],
        responses={200: page_of(ContactEventSerializer), **errors(400, 401, 403, 404)},
        auth=STAFF_ONLY,
        tags=["contacts"],
    )
    def get(self, request: Request, contact_id: str) -> Response:
        """What happened to a contact, the latest first, also under the identities of those merged into it."""
        staff, found = staff_of(request, Permission.CONTACTS_READ), decode(Prefix.CONTACT, contact_id)
        get_contact(tenant_id=staff.tenant_id, contact_id=found)
        limit = read_limit(request)
        rows = list_contact_events(
            tenant_id=staff.tenant_id, contact_id=found, limit=limit + 1, before=_before(request)
        )
        return Response(page(rows, limit=limit, show=lambda row: ContactEventSerializer(row).data, after=_position))


def _position(row: ContactEventView) -> str:
    return f"{row.occurred_at.isoformat()} {row.id.hex}"


def _before(request: Request) -> tuple[datetime, UUID] | None:
    text = read_cursor(request)
    if not text:
        return None
    moment, _, last = text.partition(" ")
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), UUID(hex=last)
    except ValueError:
        raise InvalidCursor("This cursor is not one of ours. Start again without it.", param="cursor") from None
