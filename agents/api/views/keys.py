"""`/v1/keys`: which keys there are; making, replacing and revoking them. A key's secret is in one answer, once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.giving import giver_for
from agents.api.once import do_once, made
from agents.api.pages import whole
from agents.api.principals import Staff, staff_of
from agents.api.schema import IDEMPOTENCY_KEY, STAFF_ONLY, errors, path_id
from agents.api.serializers.fields import page_of
from agents.api.serializers.keys import (
    ApiKeyRequest,
    ApiKeySerializer,
    KeyRotationRequest,
    NewApiKeySerializer,
)
from rapport.ids import Prefix, decode
from tenants.api_keys import (
    NewApiKey,
    create_api_key,
    get_api_key,
    list_api_keys,
    revoke_api_key,
    rotate_api_key,
)
from tenants.permissions import Permission

KEY = path_id("key", "key")


class Keys(APIView):
    @extend_schema(
        operation_id="list_keys",
        responses={200: page_of(ApiKeySerializer), **errors(401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["company"],
    )
    def get(self, request: Request) -> Response:
        """Which keys there are, newest first; never the keys themselves."""
        staff = staff_of(request, Permission.KEYS_READ)
        return Response(whole(list_api_keys(staff.tenant_id), show=lambda row: ApiKeySerializer(row).data))

    @extend_schema(
        operation_id="create_key",
        parameters=[IDEMPOTENCY_KEY],
        request=ApiKeyRequest,
        responses={201: NewApiKeySerializer, **errors(400, 401, 403, 409, 415, 422, 429)},
        auth=STAFF_ONLY,
        tags=["company"],
    )
    def post(self, request: Request) -> Response:
        """Make a key, with nothing that yours may not do. It is in this answer and never again, is over when yours is,
        and is revoked with it."""
        staff = staff_of(request, Permission.KEYS_WRITE)
        body = ApiKeyRequest(data=request.data)
        body.is_valid(raise_exception=True)
        giver = giver_for(request, staff)
        return _with_secret(
            request,
            staff,
            "create_key",
            content=body.validated_data,
            make=lambda: create_api_key(
                tenant_id=staff.tenant_id, actor=staff.actor, giver=giver, **body.validated_data
            ),
            status=201,
        )


class OneKey(APIView):
    @extend_schema(
        operation_id="get_key",
        parameters=[KEY],
        responses={200: ApiKeySerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["company"],
    )
    def get(self, request: Request, key: str) -> Response:
        """One key: what it may do, when it was last used and when it ends."""
        return Response(_shown(*_found(request, key, Permission.KEYS_READ)))

    @extend_schema(
        operation_id="revoke_key",
        parameters=[KEY],
        responses={204: None, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["company"],
    )
    def delete(self, request: Request, key: str) -> Response:
        """Revoke a key, and those that it has made: calls with them are refused from now on."""
        staff, found = _found(request, key, Permission.KEYS_WRITE)
        revoke_api_key(tenant_id=staff.tenant_id, key_id=found, actor=staff.actor)
        return Response(status=204)


class KeyRotation(APIView):
    @extend_schema(
        operation_id="rotate_key",
        parameters=[KEY, IDEMPOTENCY_KEY],
        request=KeyRotationRequest,
        responses={200: NewApiKeySerializer, **errors(400, 401, 403, 404, 409, 415, 422, 429)},
        auth=STAFF_ONLY,
        tags=["company"],
    )
    def post(self, request: Request, key: str) -> Response:
        """A new key in the place of one that may do no more than yours; the old one is accepted for some hours more."""
        staff, found = _found(request, key, Permission.KEYS_WRITE)
        body = KeyRotationRequest(data=request.data)
        body.is_valid(raise_exception=True)
        giver = giver_for(request, staff)
        return _with_secret(
            request,
            staff,
            f"rotate_key:{found}",
            content=body.validated_data,
            make=lambda: rotate_api_key(
                tenant_id=staff.tenant_id, key_id=found, actor=staff.actor, giver=giver, **body.validated_data
            ),
            status=200,
        )


def _found(request: Request, key: str, permission: Permission) -> tuple[Staff, UUID]:
    """Whose key it is not does not learn what its body should be. Raises ApiKeyNotFound."""
    staff, key_id = staff_of(request, permission), decode(Prefix.API_KEY, key)
    get_api_key(tenant_id=staff.tenant_id, key_id=key_id)
    return staff, key_id


def _with_secret(
    request: Request, staff: Staff, operation: str, *, content: object, make: Callable[[], NewApiKey], status: int
) -> Response:
    """The secret is in the first answer only: what is kept for a replay is the id."""
    shown: list[NewApiKey] = []

    def work() -> dict[str, str]:
        shown.append(make())
        return {"id": str(shown[0].id)}

    outcome = do_once(request, staff, operation, content=content, work=work)
    data = {**_shown(staff, UUID(outcome.result["id"])), "secret": shown[0].secret if shown else None}
    response = made(data, is_replay=outcome.is_replay, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _shown(staff: Staff, key_id: UUID) -> dict[str, Any]:
    return dict(ApiKeySerializer(get_api_key(tenant_id=staff.tenant_id, key_id=key_id)).data)
