"""Webhooks, their deliveries and attempts."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from rapport.ids import Prefix


class WebhookRequest(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=2000, help_text="https://…")
    event_types = serializers.ListField(
        child=serializers.CharField(max_length=80),
        max_length=100,
        help_text='Of the catalogue in docs/webhooks, for example document.ready; "document.*" and "*" as well.',
    )
    description = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class WebhookChangesRequest(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    url = serializers.CharField(max_length=2000, required=False)
    event_types = serializers.ListField(child=serializers.CharField(max_length=80), max_length=100, required=False)
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)
    is_enabled = serializers.BooleanField(required=False)


class WebhookSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.WEBHOOK)
    url = serializers.CharField()
    description = serializers.CharField()
    event_types = serializers.ListField(child=serializers.CharField())
    is_enabled = serializers.BooleanField()
    state = serializers.CharField(help_text="new, healthy, failing or disabled")
    disabled_reason = serializers.CharField(help_text="by_hand, failures or gone; empty while it is enabled")
    failing_since = serializers.DateTimeField(allow_null=True)
    old_secret_until = serializers.DateTimeField(
        allow_null=True, help_text="Until then the secret before this one signs as well."
    )
    created_at = serializers.DateTimeField()


class NewWebhookSerializer(WebhookSerializer):
    secret = serializers.CharField(
        allow_null=True,
        help_text="whsec_…; shown this once. null when the same call came before: replace the secret if it was lost.",
    )


@extend_schema_field({"type": "object", "additionalProperties": True})
class Payload(serializers.JSONField):
    """What is sent: type, timestamp, data."""


class DeliverySerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.DELIVERY)
    event_id = PublicId(Prefix.EVENT, help_text="The webhook-id: the same for all attempts and endpoints.")
    event_type = serializers.CharField()
    state = serializers.CharField(help_text="waiting, delivered, failed or cancelled")
    attempts = serializers.IntegerField(source="attempt_count")
    last_status = serializers.IntegerField(allow_null=True, help_text="Of HTTP; null when no answer came.")
    last_error = serializers.CharField(help_text="A code that says why it was not delivered.")
    created_at = serializers.DateTimeField()
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    payload = Payload()


class AttemptSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True)
    error = serializers.CharField()
    latency_ms = serializers.IntegerField()
    response = serializers.CharField(help_text="At most 2 kB of what was answered.")


class OneDeliverySerializer(DeliverySerializer):
    log = AttemptSerializer(many=True, help_text="Newest first.")
