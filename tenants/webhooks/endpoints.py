"""Writes about endpoints: adding, changing, switching, replacing secrets, trying out. A secret is shown once."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from rapport.encryption import encrypt
from rapport.ids import Prefix, encode, new_id
from rapport.outbound.entering import NotEncrypted, entered_url
from rapport.outbound.errors import AddressRefused, UnsupportedUrl
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.models import Tenant
from tenants.webhooks.announcing import make_delivery, queue_deliveries, write_body
from tenants.webhooks.catalogue import TEST_TYPE, is_selector
from tenants.webhooks.errors import InvalidWebhook, WebhookDisabled, WebhookNotFound
from tenants.webhooks.models import WebhookEndpoint

MOST_ENDPOINTS = 20  # of a tenant
LONGEST_URL = 2000
LONGEST_DESCRIPTION = 200
SECRET_BYTES = 32
ROTATION_HOURS = 24
BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """`secret`: this is the only time that anyone sees it."""

    id: UUID
    secret: str


@dataclass(frozen=True, slots=True)
class WebhookChanges:
    """What to change; None leaves a field as it is."""

    url: str | None = None
    description: str | None = None
    event_types: Sequence[str] | None = None
    is_enabled: bool | None = None


def create_webhook(
    *, tenant_id: UUID, url: str, event_types: Sequence[str], actor: Actor, description: str = ""
) -> NewWebhook:
    """Raises InvalidWebhook, with the field's name."""
    fields = _checked(WebhookChanges(url, description, event_types))
    secret = make_secret()
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update().get(id=tenant_id)  # of two that come at once the second counts the first
        if WebhookEndpoint.objects.count() >= MOST_ENDPOINTS:
            raise InvalidWebhook(f"There are {MOST_ENDPOINTS} webhooks already. Remove one that is not used any more.")
        row = WebhookEndpoint.objects.create(**fields, secret=encrypt(secret))
        _record(actor, "webhook.created", row.id, after=fields)
    return NewWebhook(row.id, secret)


def update_webhook(*, tenant_id: UUID, webhook_id: UUID, changes: WebhookChanges, actor: Actor) -> None:
    """Switching one on again gives it a new chance. Raises InvalidWebhook, WebhookNotFound."""
    wanted = _checked(changes)
    with tenant_scope(tenant_id), transaction.atomic():
        row = _locked(webhook_id)
        changed = {name: value for name, value in wanted.items() if getattr(row, name) != value}
        if not changed:
            return
        before = {name: getattr(row, name) for name in changed}
        for name, value in changed.items():
            setattr(row, name, value)
        if "is_enabled" in changed:
            row.disabled_reason, row.failing_since = ("" if row.is_enabled else BY_HAND), None
        row.save()
        _record(actor, "webhook.updated", row.id, before=before, after=changed)


def delete_webhook(*, tenant_id: UUID, webhook_id: UUID, actor: Actor) -> None:
    """With its log. What was on its way is not sent any more. Raises WebhookNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = _locked(webhook_id)
        row.delete()
        _record(actor, "webhook.deleted", webhook_id, before={"url": row.url})


def rotate_secret(
    *, tenant_id: UUID, webhook_id: UUID, actor: Actor, grace_hours: float = ROTATION_HOURS
) -> NewWebhook:
    """A new secret; the one before signs as well for `grace_hours`. Raises WebhookNotFound."""
    secret = make_secret()
    with tenant_scope(tenant_id), transaction.atomic():
        row = _locked(webhook_id)
        row.old_secret, row.old_secret_until = row.secret, timezone.now() + timedelta(hours=grace_hours)
        row.secret = encrypt(secret)
        row.save(update_fields=["secret", "old_secret", "old_secret_until"])
        _record(actor, "webhook.secret_rotated", row.id, old_signs_until=row.old_secret_until.isoformat())
    return NewWebhook(webhook_id, secret)


def send_test_event(*, tenant_id: UUID, webhook_id: UUID, actor: Actor) -> UUID:
    """Returns the delivery, which takes its turn like any other. Raises WebhookNotFound, WebhookDisabled."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = _locked(webhook_id)
        if not row.is_enabled:
            raise WebhookDisabled("This webhook is switched off. Switch it on, then try it.")
        now = timezone.now()
        data = {"id": encode(Prefix.WEBHOOK, row.id), "actor": actor.label}
        delivery = make_delivery(row.id, new_id(), TEST_TYPE, write_body(TEST_TYPE, now, data), now)
        delivery.save()
        queue_deliveries([delivery])
        _record(actor, "webhook.tested", row.id, delivery=encode(Prefix.DELIVERY, delivery.id))
    return delivery.id


def make_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


def _locked(webhook_id: UUID) -> WebhookEndpoint:
    row = WebhookEndpoint.objects.select_for_update().filter(id=webhook_id).first()
    if row is None:
        raise WebhookNotFound("There is no such webhook; it may have been removed.")
    return row


def _checked(changes: WebhookChanges) -> dict[str, object]:
    fields: dict[str, object] = {}
    if changes.url is not None:
        fields["url"] = _checked_url(changes.url)
    if changes.description is not None:
        fields["description"] = _checked_description(changes.description)
    if changes.event_types is not None:
        fields["event_types"] = _checked_types(changes.event_types)
    if changes.is_enabled is not None:
        fields["is_enabled"] = changes.is_enabled
    return fields


def _checked_url(text: str) -> str:
    try:
        return entered_url(text, longest=LONGEST_URL, may_have_query=True)
    except UnsupportedUrl:
        raise _wrong_url() from None
    except NotEncrypted:
        raise InvalidWebhook(
            "A webhook's address begins with https://. If you host Rapport yourself, http:// is possible for hosts of "
            "OUTBOUND_ALLOWED_PRIVATE_HOSTS.",
            param="url",
        ) from None
    except AddressRefused as error:
        raise InvalidWebhook(error.message, param="url") from None


def _wrong_url() -> InvalidWebhook:
    return InvalidWebhook(
        "This is no address for a webhook. It looks like https://hooks.example.com/rapport, without a password or a #.",
        param="url",
    )


def _checked_description(text: str) -> str:
    text = " ".join(text.split())
    if len(text) > LONGEST_DESCRIPTION:
        raise InvalidWebhook(f"A description has at most {LONGEST_DESCRIPTION} characters.", param="description")
    return text


def _checked_types(types: Sequence[str]) -> list[str]:
    wanted = sorted(set(types))
    if not wanted:
        raise InvalidWebhook("Choose at least one type of event, or * for all.", param="event_types")
    if strange := [each for each in wanted if not is_selector(each)]:
        raise InvalidWebhook(
            f"There is no type of event {strange[0][:80]!r}. docs/webhooks lists them.", param="event_types"
        )
    return wanted


def _record(
    actor: Actor,
    action: str,
    webhook_id: UUID,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    **details: object,
) -> None:
    subject = encode(Prefix.WEBHOOK, webhook_id)
    record_audit(actor=actor, action=action, subject=subject, details=details, before=before, after=after)
