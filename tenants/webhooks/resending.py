"""Sending a delivery once more, by hand: what came to an end takes its place at the end of the line; what waits for
another attempt need not wait any longer.
"""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from rapport.events.dispatch import wake_dispatch
from rapport.events.inbox import Key, hurry
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.webhooks.announcing import TRIED_FOR, queue_deliveries
from tenants.webhooks.errors import DeliveryNotFound, WebhookDisabled
from tenants.webhooks.models import DeliveryState, WebhookDelivery
from tenants.webhooks.topics import SUBSCRIPTION


def resend_delivery(*, tenant_id: UUID, webhook_id: UUID, delivery_id: UUID, actor: Actor) -> None:
    """With the same `webhook-id`, for three days again. Raises DeliveryNotFound, WebhookDisabled."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = WebhookDelivery.objects.select_for_update(of=("self",)).select_related("endpoint")
        delivery = row.filter(id=delivery_id, endpoint_id=webhook_id).first()
        if delivery is None:
            raise DeliveryNotFound("There is no such delivery; old ones are forgotten.")
        if not delivery.endpoint.is_enabled:
            raise WebhookDisabled("This webhook is switched off. Switch it on, then send again.")
        if delivery.state == DeliveryState.WAITING:
            hurry(Key(SUBSCRIPTION, tenant_id, str(webhook_id)))
            transaction.on_commit(lambda: wake_dispatch(("calls",)))
        else:
            _queue_again(delivery)
        record_audit(
            actor=actor,
            action="webhook.resent",
            subject=encode(Prefix.WEBHOOK, webhook_id),
            details={"delivery": encode(Prefix.DELIVERY, delivery_id)},
        )


def _queue_again(delivery: WebhookDelivery) -> None:
    delivery.state, delivery.finished_at = DeliveryState.WAITING, None
    delivery.tried_until = timezone.now() + TRIED_FOR
    delivery.save(update_fields=["state", "finished_at", "tried_until"])
    queue_deliveries([delivery])
