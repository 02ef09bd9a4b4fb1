"""Bringing out what is held of a contact, and erasing it.

Both begin with a secret key only: a person does them on the dashboard, where the password is asked for once more.
"""

from typing import Any
from uuid import UUID

from django.http import FileResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.pages import page, read_id_cursor, read_limit, whole
from agents.api.principals import Machine, Principal, Staff, Visitor, principal_of, staff_of
from agents.api.schema import IDEMPOTENCY_KEY, PAGE, STAFF_ONLY, errors, path_id
from agents.api.serializers.fields import ErrorSerializer, page_of
from agents.api.serializers.privacy import ErasureSerializer, ExportSerializer
from ingestion.contacts.selectors import get_contact
from rapport.errors import NotFound, PermissionDenied
from rapport.ids import Prefix, decode, encode
from tenants.permissions import Permission
from tenants.privacy.erasure import request_erasure
from tenants.privacy.exporting import open_export, request_export
from tenants.privacy.models import ErasureKind
from tenants.privacy.parts import find_part, request_part_erasure
from tenants.privacy.selectors import (
    ExportView,
    get_erasure,
    get_export,
    list_erasures,
    list_exports,
)

KEY_ONLY: list[Any] = [{"apiKey": []}]
KEY_OR_ONESELF: list[Any] = [*KEY_ONLY, {"visitorToken": []}]
CONTACT = path_id("contact_id", "con")
ON_THE_DASHBOARD = "Do this on the dashboard, which asks for your password once more, or use an API key."
IN_AN_EXPORT = (Permission.CONTACTS_READ, Permission.CONVERSATIONS_READ, Permission.TRACES_READ)


def reader_of(request: Request) -> Staff:
    """Who may read all that an export of a contact holds. Raises PermissionDenied."""
    for permission in IN_AN_EXPORT:
        staff = staff_of(request, permission)
    return staff


def only_a_key(staff: Staff, contact_id: UUID) -> Machine:
    """Raises PermissionDenied for a person, whose browser may have been left open; ContactNotFound where there is
    nothing to be refused."""
    if isinstance(staff, Machine):
        return staff
    get_contact(tenant_id=staff.tenant_id, contact_id=contact_id)
    raise PermissionDenied(ON_THE_DASHBOARD)


class ContactExports(APIView):
    @extend_schema(
        operation_id="list_contact_exports",
        parameters=[CONTACT],
        responses={200: page_of(ExportSerializer), **errors(401, 403, 404)},
        auth=STAFF_ONLY,
        tags=["privacy"],
    )
    def get(self, request: Request, contact_id: str) -> Response:
        """The contact's latest exports."""
        staff, contact = reader_of(request), decode(Prefix.CONTACT, contact_id)
        rows = list_exports(tenant_id=staff.tenant_id, contact_id=contact)
        if not rows:
            raise NotFound("There is no export of such a contact.")
        return Response(whole(rows, show=lambda row: ExportSerializer(row).data))

    @extend_schema(
        operation_id="export_contact",
        parameters=[CONTACT, IDEMPOTENCY_KEY],
        request=None,
        responses={202: ExportSerializer, **errors(401, 403, 404, 422)},
        auth=KEY_ONLY,
        tags=["privacy"],
    )
    def post(self, request: Request, contact_id: str) -> Response:
        """Have an archive made of all that is held of a contact: JSON Lines, files and a manifest in one ZIP. Needs the
        scopes contacts.read, conversations.read and traces.read."""
        contact = decode(Prefix.CONTACT, contact_id)
        key = only_a_key(reader_of(request), contact)
        export_id = request_export(
            tenant_id=key.tenant_id,
            contact_id=contact,
            actor=key.actor,
            idempotency_key=request.headers.get("Idempotency-Key", ""),
        )
        return Response(_shown(get_export(tenant_id=key.tenant_id, export_id=export_id)), status=202)


def _shown(view: ExportView) -> Any:
    return ExportSerializer(view).data


def readable_export(request: Request, export_id: str) -> tuple[Staff, ExportView]:
    """Of a contact, for who may read it; of the company, for who may export it. Raises ExportNotFound."""
    staff = staff_of(request, Permission.CONTACTS_READ)
    found = get_export(tenant_id=staff.tenant_id, export_id=decode(Prefix.EXPORT, export_id))
    if found.contact_id is None:
        staff_of(request, Permission.COMPANY_EXPORT)
    return reader_of(request), found


class OneExport(APIView):
    @extend_schema(
        operation_id="get_export",
        parameters=[path_id("export_id", "exp")],
        responses={200: ExportSerializer, **errors(401, 403, 404)},
        auth=STAFF_ONLY,
        tags=["privacy"],
    )
    def get(self, request: Request, export_id: str) -> Response:
        """How far an export is."""
        return Response(_shown(readable_export(request, export_id)[1]))


class ExportDownload(APIView):
    @extend_schema(
        operation_id="download_export",
        parameters=[path_id("export_id", "exp")],
        responses={
            (200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY, description="The archive."),
            409: OpenApiResponse(ErrorSerializer, description="It is still being made, or its days are over."),
            **errors(401, 403, 404),
        },
        auth=STAFF_ONLY,
        tags=["privacy"],
    )
    def get(self, request: Request, export_id: str) -> HttpResponseBase:
        """The archive, once it is ready, for seven days."""
        staff, found = readable_export(request, export_id)
        path = open_export(tenant_id=staff.tenant_id, export_id=found.id)
        name = f"{encode(Prefix.EXPORT, found.id)}.zip"
        response = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/zip")
        response["Cache-Control"] = "no-store"
        return response


class ContactErasure(APIView):
    @extend_schema(
        operation_id="get_contact_erasure",
        parameters=[CONTACT],
        responses={200: ErasureSerializer, **errors(401, 403, 404)},
        auth=STAFF_ONLY,
        tags=["privacy"],
    )
    def get(self, request: Request, contact_id: str) -> Response:
        """How far the contact's erasure is; afterwards its receipt."""
        staff, contact = staff_of(request, Permission.CONTACTS_READ), decode(Prefix.CONTACT, contact_id)
        rows = list_erasures(tenant_id=staff.tenant_id, contact_id=contact, limit=1)
        if not rows:
            raise NotFound("There is no erasure of such a contact.")
        return Response(ErasureSerializer(rows[0]).data)

    @extend_schema(
        operation_id="erase_contact",
        parameters=[CONTACT, IDEMPOTENCY_KEY],
        request=None,
        responses={202: ErasureSerializer, **errors(401, 403, 404, 422)},
        auth=KEY_OR_ONESELF,
        tags=["privacy"],
    )
    def post(self, request: Request, contact_id: str) -> Response:
        """Forget a contact for good, everywhere. Needs the scope contacts.erase; cannot be taken back.

        An anonymous visitor may have itself forgotten; who is identified asks the company.
        """
        contact, asking = decode(Prefix.CONTACT, contact_id), principal_of(request)
        eraser = asking if is_oneself(asking, contact) else _eraser(request, contact)
        erasure_id = request_erasure(
            tenant_id=eraser.tenant_id,
            contact_id=contact,
            actor=eraser.actor,
            idempotency_key=request.headers.get("Idempotency-Key", ""),
        )
        found = get_erasure(tenant_id=eraser.tenant_id, erasure_id=erasure_id)
        return Response(ErasureSerializer(found).data, status=202)


def is_oneself(asking: Principal, contact_id: UUID) -> bool:
    """A visitor whom only this chat knows. An identified one is a customer with more to lose than a conversation, by a
    session that someone left open."""
    return isinstance(asking, Visitor) and asking.contact_id == contact_id and not asking.is_identified


def _eraser(request: Request, contact_id: UUID) -> Machine:
    return only_a_key(staff_of(request, Permission.CONTACTS_ERASE), contact_id)


def _erase_part(request: Request, kind: ErasureKind, part_id: UUID) -> Response:
    staff = staff_of(request, Permission.CONTACTS_ERASE)
    if not isinstance(staff, Machine):
        find_part(tenant_id=staff.tenant_id, kind=kind, part_id=part_id)
        raise PermissionDenied(ON_THE_DASHBOARD)
    erasure_id = request_part_erasure(
        tenant_id=staff.tenant_id,
        kind=kind,
        part_id=part_id,
        actor=staff.actor,
        idempotency_key=request.headers.get("Idempotency-Key", ""),
    )
    found = get_erasure(tenant_id=staff.tenant_id, erasure_id=erasure_id)
    return Response(ErasureSerializer(found).data, status=202)


class ConversationErasure(APIView):
    @extend_schema(
        operation_id="erase_conversation",
        parameters=[path_id("conversation_id", "cnv"), IDEMPOTENCY_KEY],
        request=None,
        responses={202: ErasureSerializer, **errors(401, 403, 404, 422)},
        auth=KEY_ONLY,
        tags=["privacy"],
    )
    def post(self, request: Request, conversation_id: str) -> Response:
        """Forget a conversation for good, with what was made of it and what repeats it. Needs the scope contacts.erase;
        cannot be taken back."""
        return _erase_part(request, ErasureKind.CONVERSATION, decode(Prefix.CONVERSATION, conversation_id))


class MessageErasure(APIView):
    @extend_schema(
        operation_id="erase_message",
        parameters=[path_id("message_id", "msg"), IDEMPOTENCY_KEY],
        request=None,
        responses={202: ErasureSerializer, **errors(401, 403, 404, 422)},
        auth=KEY_ONLY,
        tags=["privacy"],
    )
    def post(self, request: Request, message_id: str) -> Response:
        """Forget a message for good, with its answer, what was made of it and what repeats it. Needs the scope
        contacts.erase; cannot be taken back."""
        return _erase_part(request, ErasureKind.MESSAGE, decode(Prefix.MESSAGE, message_id))


class Erasures(APIView):
    @extend_schema(
        operation_id="list_erasures",
        parameters=PAGE,
        responses={200: page_of(ErasureSerializer), **errors(400, 401, 403)},
        auth=STAFF_ONLY,
        tags=["privacy"],
    )
    def get(self, request: Request) -> Response:
        """Erasures and their receipts, newest first."""
        staff, limit = staff_of(request, Permission.CONTACTS_READ), read_limit(request)
        rows = list_erasures(tenant_id=staff.tenant_id, limit=limit + 1, before=read_id_cursor(request))
        return Response(
            page(rows, limit=limit, show=lambda row: ErasureSerializer(row).data, after=lambda row: row.id.hex)
        )


class OneErasure(APIView):
    @extend_schema(
        operation_id="get_erasure",
        parameters=[path_id("erasure_id", "ers")],
        responses={200: ErasureSerializer, **errors(401, 403, 404)},
        auth=STAFF_ONLY,
        tags=["privacy"],
    )
    def get(self, request: Request, erasure_id: str) -> Response:
        """One erasure, and its receipt once it is done."""
        staff = staff_of(request, Permission.CONTACTS_READ)
        found = get_erasure(tenant_id=staff.tenant_id, erasure_id=decode(Prefix.ERASURE, erasure_id))
        return Response(ErasureSerializer(found).data)
