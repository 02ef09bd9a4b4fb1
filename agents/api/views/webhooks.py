"""`/v1/webhooks`: where the company's own systems are told what happens, and what they were told."""

import json
from dataclasses import asdict
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.filters import read_choice
from agents.api.once import do_once, made
from agents.api.pages import page, read_id_cursor, read_limit, whole
from agents.api.principals import Staff, staff_of
from agents.api.schema import IDEMPOTENCY_KEY, PAGE, STAFF_ONLY, errors, path_id
from agents.api.serializers.fields import page_of
from agents.api.serializers.webhooks import (
    DeliverySerializer,
    NewWebhookSerializer,
    OneDeliverySerializer,
    WebhookChangesRequest,
    WebhookRequest,
    WebhookSerializer,
)
from rapport.ids import Prefix, decode
from tenants.permissions import Permission
from tenants.webhooks.endpoints import (
    NewWebhook,
    WebhookChanges,
    create_webhook,
    delete_webhook,
    rotate_secret,
    send_test_event,
    update_webhook,
)
from tenants.webhooks.log import DeliveryView, get_delivery, get_webhook, list_deliveries, list_webhooks
from tenants.webhooks.models import DeliveryState
from tenants.webhooks.resending import resend_delivery

WEBHOOK_ID, DELIVERY_ID = path_id("webhook_id", "whk"), path_id("delivery_id", "whd")


class Webhooks(APIView):
    @extend_schema(
        operation_id="list_webhooks",
        responses={200: page_of(WebhookSerializer), **errors(401, 403, 429)},
        auth=STAFF_ONLY,
        tags=["webhooks"],
    )
    def get(self, request: Request) -> Response:
        """The company's webhooks, oldest first, and how they do."""
        staff = staff_of(request, Permission.WEBHOOKS_READ)
        return Response(whole(list_webhooks(tenant_id=staff.tenant_id), show=lambda row: WebhookSerializer(row).data))

    @extend_schema(
        operation_id="create_webhook",
        parameters=[IDEMPOTENCY_KEY],
        request=WebhookRequest,
        responses={201: NewWebhookSerializer, **errors(400, 401, 403, 415, 422, 429)},
        auth=STAFF_ONLY,
        tags=["webhooks"],
    )
    def post(self, request: Request) -> Response:
        """Add a webhook. Its secret is in this answer and never again."""
        staff = staff_of(request, Permission.WEBHOOKS_WRITE)
        body = WebhookRequest(data=request.data)
        body.is_valid(raise_exception=True)
        return _with_secret(
            request,
            staff,
            "create_webhook",
            content=body.validated_data,
            make=lambda: create_webhook(tenant_id=staff.tenant_id, actor=staff.actor, **body.validated_data),
            status=201,
        )


class OneWebhook(APIView):
    @extend_schema(
        operation_id="get_webhook",
        parameters=[WEBHOOK_ID],
        responses={200: WebhookSerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["webhooks"],
    )
    def get(self, request: Request, webhook_id: str) -> Response:
        """One webhook, and how it does."""
        staff = staff_of(request, Permission.WEBHOOKS_READ)
        return Response(_shown(staff, decode(Prefix.WEBHOOK, webhook_id)))

    @extend_schema(
        operation_id="update_webhook",
        parameters=[WEBHOOK_ID],
        request=WebhookChangesRequest,
        responses={200: WebhookSerializer, **errors(400, 401, 403, 404, 415, 429)},
        auth=STAFF_ONLY,
        tags=["webhooks"],
    )
    def patch(self, request: Request, webhook_id: str) -> Response:
        """Change a webhook, or switch it off and on. What is left out stays as it is."""
        staff, found = staff_of(request, Permission.WEBHOOKS_WRITE), decode(Prefix.WEBHOOK, webhook_id)
        body = WebhookChangesRequest(data=request.data)
        body.is_valid(raise_exception=True)
        changes = WebhookChanges(**body.validated_data)
        update_webhook(tenant_id=staff.tenant_id, webhook_id=found, changes=changes, actor=staff.actor)
        return Response(_shown(staff, found))

    @extend_schema(
        operation_id="delete_webhook",
        parameters=[WEBHOOK_ID],
        responses={204: None, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["webhooks"],
    )
    def delete(self, request: Request, webhook_id: str) -> Response:
        """Remove a webhook with its log. What was on its way is not sent any more."""
        staff = staff_of(request, Permission.WEBHOOKS_WRITE)
        delete_webhook(tenant_id=staff.tenant_id, webhook_id=decode(Prefix.WEBHOOK, webhook_id), actor=staff.actor)
        return Response(status=204)


class WebhookSecret(APIView):
    @extend_schema(
        operation_id="rotate_webhook_secret",
        parameters=[WEBHOOK_ID, IDEMPOTENCY_KEY],
        request=None,
        responses={200: NewWebhookSerializer, **errors(400, 401, 403, 404, 422, 429)},
        auth=STAFF_ONLY,
        tags=["webhooks"],
    )
    def post(self, request: Request, webhook_id: str) -> Response:
        """A new secret, in this answer and never again. For a day both sign, so that nothing is refused meanwhile."""
        staff, found = staff_of(request, Permission.WEBHOOKS_WRITE), decode(Prefix.WEBHOOK, webhook_id)
        return _with_secret(
            request,
            staff,
            f"rotate_webhook_secret:{found}",
            content={},
            make=lambda: rotate_secret(tenant_id=staff.tenant_id, webhook_id=found, actor=staff.actor),
            status=200,
        )


class WebhookTest(APIView):
    @extend_schema(
        operation_id="test_webhook",
        parameters=[WEBHOOK_ID, IDEMPOTENCY_KEY],
        request=None,
        responses={202: OneDeliverySerializer, **errors(400, 401, 403, 404, 409, 422, 429)},
        auth=STAFF_ONLY,
        tags=["webhooks"],
    )
    def post(self, request: Request, webhook_id: str) -> Response:
        """Send an event of the type webhook.test. It takes its turn like any other."""
        staff, found = staff_of(request, Permission.WEBHOOKS_WRITE), decode(Prefix.WEBHOOK, webhook_id)
        outcome = do_once(
            request,
            staff,
            f"test_webhook:{found}",
            content={},
            work=lambda: {"id": str(send_test_event(tenant_id=staff.tenant_id, webhook_id=found, actor=staff.actor))},
        )
        delivery = _one_delivery(staff, found, UUID(outcome.result["id"]))
        return made(delivery, is_replay=outcome.is_replay, status=202)


class Deliveries(APIView):
    @extend_schema(
        operation_id="list_deliveries",
        parameters=[WEBHOOK_ID, *PAGE, OpenApiParameter("state", str, enum=DeliveryState.values)],
        responses={200: page_of(DeliverySerializer), **errors(400, 401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["webhooks"],
    )
    def get(self, request: Request, webhook_id: str) -> Response:
        """What a webhook was told, newest first. Kept for thirty days."""
        staff, limit = staff_of(request, Permission.WEBHOOKS_READ), read_limit(request)
        rows = list_deliveries(
            tenant_id=staff.tenant_id,
            webhook_id=decode(Prefix.WEBHOOK, webhook_id),
            state=read_choice(request, "state", DeliveryState.values),
            limit=limit + 1,
            before=read_id_cursor(request),
        )
        return Response(
            page(
                rows,
                limit=limit,
                show=lambda row: DeliverySerializer(_readable(row)).data,
                after=lambda row: row.id.hex,
            )
        )


class OneDelivery(APIView):
    @extend_schema(
        operation_id="get_delivery",
        parameters=[WEBHOOK_ID, DELIVERY_ID],
        responses={200: OneDeliverySerializer, **errors(401, 403, 404, 429)},
        auth=STAFF_ONLY,
        tags=["webhooks"],
    )
    def get(self, request: Request, webhook_id: str, delivery_id: str) -> Response:
        """One delivery with its attempts."""
        staff = staff_of(request, Permission.WEBHOOKS_READ)
        webhook, delivery = decode(Prefix.WEBHOOK, webhook_id), decode(Prefix.DELIVERY, delivery_id)
        return Response(_one_delivery(staff, webhook, delivery))


class Resend(APIView):
    @extend_schema(
        operation_id="resend_delivery",
        parameters=[WEBHOOK_ID, DELIVERY_ID, IDEMPOTENCY_KEY],
        request=None,
        responses={202: OneDeliverySerializer, **errors(400, 401, 403, 404, 409, 422, 429)},
        auth=STAFF_ONLY,
        tags=["webhooks"],
    )
    def post(self, request: Request, webhook_id: str, delivery_id: str) -> Response:
        """Send it once more, with the same webhook-id. One that waits for its next attempt is tried now."""
        staff = staff_of(request, Permission.WEBHOOKS_WRITE)
        webhook, delivery = decode(Prefix.WEBHOOK, webhook_id), decode(Prefix.DELIVERY, delivery_id)

        def resend() -> dict[str, str]:
            resend_delivery(tenant_id=staff.tenant_id, webhook_id=webhook, delivery_id=delivery, actor=staff.actor)
            return {"id": str(delivery)}

        outcome = do_once(request, staff, f"resend_delivery:{delivery}", content={}, work=resend)
        return made(_one_delivery(staff, webhook, delivery), is_replay=outcome.is_replay, status=202)


def _with_secret(
    request: Request, staff: Staff, operation: str, *, content: object, make: Any, status: int
) -> Response:
    """The secret is in the first answer only: what is kept for a replay is the id."""
    shown: list[NewWebhook] = []

    def work() -> dict[str, str]:
        shown.append(make())
        return {"id": str(shown[0].id)}

    outcome = do_once(request, staff, operation, content=content, work=work)
    secret = shown[0].secret if shown else None
    data = {**_shown(staff, UUID(outcome.result["id"])), "secret": secret}
    return made(data, is_replay=outcome.is_replay, status=status)


def _shown(staff: Staff, webhook_id: UUID) -> dict[str, Any]:
    return dict(WebhookSerializer(get_webhook(tenant_id=staff.tenant_id, webhook_id=webhook_id)).data)


def _one_delivery(staff: Staff, webhook_id: UUID, delivery_id: UUID) -> dict[str, Any]:
    found, attempts = get_delivery(tenant_id=staff.tenant_id, webhook_id=webhook_id, delivery_id=delivery_id)
    return dict(OneDeliverySerializer({**_readable(found), "log": attempts}).data)


def _readable(row: DeliveryView) -> dict[str, Any]:
    return {**asdict(row), "payload": json.loads(row.body)}
