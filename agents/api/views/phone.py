"""`/v1/phone-numbers` and `/v1/calls`: what answers where, and what came by it.

Numbers are added and removed, and the carrier and its auth token or public key are replaced, on the page Phone, by a
person who has just shown that it is they.
"""

from dataclasses import replace
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.filters import read_choice, read_id
from agents.api.once import made, make_once
from agents.api.pages import page, read_id_cursor, read_limit, whole
from agents.api.principals import staff_of
from agents.api.schema import IDEMPOTENCY_KEY, PAGE, STAFF_ONLY, errors, path_id
from agents.api.serializers.fields import page_of
from agents.api.serializers.phone import (
    CallPermissionChange,
    CallPermissionSerializer,
    CallRequest,
    PhoneCallSerializer,
    PhoneNumberChangeRequest,
    PhoneNumberSerializer,
)
from agents.channels.phone.outgoing import request_call
from agents.channels.phone.permission import get_call_permission, set_call_permission
from agents.models import CallState
from agents.selectors.phone import CallFilter, get_call, get_phone_number, list_calls, list_phone_numbers
from agents.services.phone import NumberSettings, change_phone_number
from ingestion.contacts.selectors import get_contact
from rapport.ids import Prefix, decode
from tenants.permissions import Permission

NUMBER_ID = path_id("phone_number_id", "phn")


class PhoneNumbers(APIView):
    @extend_schema(
        operation_id="list_phone_numbers",
        responses={200: page_of(PhoneNumberSerializer), **errors(401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["phone"],
    )
    def get(self, request: Request) -> Response:
        """The numbers that agents answer, in their order."""
        staff = staff_of(request, Permission.AGENTS_READ)
        rows = list_phone_numbers(tenant_id=staff.tenant_id)
        return Response(whole(rows, show=lambda row: PhoneNumberSerializer(row).data))


class OnePhoneNumber(APIView):
    @extend_schema(
        operation_id="get_phone_number",
        parameters=[NUMBER_ID],
        responses={200: PhoneNumberSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["phone"],
    )
    def get(self, request: Request, phone_number_id: str) -> Response:
        """A number, and which agent answers it."""
        staff = staff_of(request, Permission.AGENTS_READ)
        return _shown(staff.tenant_id, decode(Prefix.PHONE_NUMBER, phone_number_id))

    @extend_schema(
        operation_id="change_phone_number",
        parameters=[NUMBER_ID],
        request=PhoneNumberChangeRequest,
        responses={200: PhoneNumberSerializer, **errors(400, 401, 403, 404, 415, 429)},
        auth=STAFF_ONLY,
        tags=["phone"],
    )
    def patch(self, request: Request, phone_number_id: str) -> Response:
        """Let another agent answer, or none, from the next call on. Its account and token are changed on the page
        Phone."""
        staff = staff_of(request, Permission.AGENTS_WRITE)
        number_id = decode(Prefix.PHONE_NUMBER, phone_number_id)
        now = get_phone_number(tenant_id=staff.tenant_id, number_id=number_id)
        body = PhoneNumberChangeRequest(data=request.data)
        body.is_valid(raise_exception=True)
        kept = NumberSettings(
            now.agent_id,
            now.account_id,
            language=now.language,
            greeting=now.greeting,
            is_enabled=now.is_enabled,
            most_minutes=now.most_minutes,
            transfer_to=now.transfer_to,
            is_transfer_announced=now.is_transfer_announced,
            is_recorded=now.is_recorded,
            voicemail=now.voicemail,
            voicemail_message=now.voicemail_message,
            carrier=now.carrier,
            application_id=now.application_id,
            menu_prompt=now.menu_prompt,
            menu=now.menu,
        )
        change_phone_number(
            tenant_id=staff.tenant_id,
            number_id=number_id,
            settings=replace(kept, **body.validated_data),
            actor=staff.actor,
        )
        return _shown(staff.tenant_id, number_id)


class Calls(APIView):
    @extend_schema(
        operation_id="list_calls",
        parameters=[
            *PAGE,
            OpenApiParameter("contact_id", str, description="Of this contact."),
            OpenApiParameter("conversation_id", str, description="That this conversation was."),
            OpenApiParameter("state", str, enum=CallState.values, description="Only those."),
        ],
        responses={200: page_of(PhoneCallSerializer), **errors(400, 401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["phone"],
    )
    def get(self, request: Request) -> Response:
        """Calls, the latest first."""
        staff, limit = staff_of(request, Permission.CONVERSATIONS_READ), read_limit(request)
        wanted = CallFilter(
            contact_id=read_id(request, "contact_id", Prefix.CONTACT),
            conversation_id=read_id(request, "conversation_id", Prefix.CONVERSATION),
            state=read_choice(request, "state", CallState.values),
        )
        before = read_id_cursor(request)
        rows = list_calls(tenant_id=staff.tenant_id, limit=limit + 1, before=before, wanted=wanted)
        return Response(
            page(rows, limit=limit, show=lambda row: PhoneCallSerializer(row).data, after=lambda row: row.id.hex)
        )

    @extend_schema(
        operation_id="place_call",
        parameters=[IDEMPOTENCY_KEY],
        request=CallRequest,
        responses={201: PhoneCallSerializer, **errors(400, 401, 403, 404, 409, 422, 429)},
        auth=STAFF_ONLY,
        tags=["phone"],
    )
    def post(self, request: Request) -> Response:
        """Let an agent call a contact, as soon as it is its turn, and at most once. Refused unless it is recorded that
        the contact agreed, when it wants no calls, and in quiet hours where it is."""
        staff = staff_of(request, Permission.CONVERSATIONS_WRITE)
        body = CallRequest(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        call_id, is_replay = make_once(
            request,
            staff,
            "place_call",
            content=asked,
            make=lambda: request_call(
                tenant_id=staff.tenant_id,
                number_id=asked["phone_number_id"],
                contact_id=asked["contact_id"],
                actor=staff.actor,
                opening=asked.get("opening", ""),
                instructions=asked.get("instructions", ""),
            ),
        )
        found = get_call(tenant_id=staff.tenant_id, call_id=call_id)
        return made(PhoneCallSerializer(found).data, is_replay=is_replay)


class OneCall(APIView):
    @extend_schema(
        operation_id="get_call",
        parameters=[path_id("call_id", "cal")],
        responses={200: PhoneCallSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["phone"],
    )
    def get(self, request: Request, call_id: str) -> Response:
        """A call. What was said is in its conversation."""
        staff = staff_of(request, Permission.CONVERSATIONS_READ)
        found = get_call(tenant_id=staff.tenant_id, call_id=decode(Prefix.CALL, call_id))
        return Response(PhoneCallSerializer(found).data)


class ContactCallPermission(APIView):
    @extend_schema(
        operation_id="get_call_permission",
        parameters=[path_id("contact_id", "con")],
        responses={200: CallPermissionSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["phone"],
    )
    def get(self, request: Request, contact_id: str) -> Response:
        """Whether a contact may be called."""
        staff = staff_of(request, Permission.CONTACTS_READ)
        return _permission(staff.tenant_id, decode(Prefix.CONTACT, contact_id))

    @extend_schema(
        operation_id="change_call_permission",
        parameters=[path_id("contact_id", "con")],
        request=CallPermissionChange,
        responses={200: CallPermissionSerializer, **errors(400, 401, 403, 404, 415, 429)},
        auth=STAFF_ONLY,
        tags=["phone"],
    )
    def patch(self, request: Request, contact_id: str) -> Response:
        """Record that a contact agreed to be called, that it wants no calls, or where it is."""
        staff, found = staff_of(request, Permission.CONTACTS_WRITE), decode(Prefix.CONTACT, contact_id)
        get_contact(tenant_id=staff.tenant_id, contact_id=found)
        body = CallPermissionChange(data=request.data)
        body.is_valid(raise_exception=True)
        set_call_permission(tenant_id=staff.tenant_id, contact_id=found, actor=staff.actor, **body.validated_data)
        return _permission(staff.tenant_id, found)


def _permission(tenant_id: UUID, contact_id: UUID) -> Response:
    found = get_call_permission(tenant_id=tenant_id, contact_id=contact_id)
    return Response(CallPermissionSerializer(found).data)


def _shown(tenant_id: UUID, number_id: UUID) -> Response:
    return Response(PhoneNumberSerializer(get_phone_number(tenant_id=tenant_id, number_id=number_id)).data)
