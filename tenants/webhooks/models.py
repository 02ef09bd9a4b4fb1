"""Where a company wants to be told, what it was told, and each attempt at telling it."""

from typing import ClassVar

from django.db import models

from tenants.scoped import TenantModel


class WebhookEndpoint(TenantModel):
    """An address of the company's own systems. Secrets are encrypted: they must be read again to sign."""

    url = models.CharField(max_length=2000)
    description = models.CharField(max_length=200, blank=True)
    event_types = models.JSONField(default=list)  # of the catalogue; "noun.*" and "*" as well
    secret = models.TextField()
    old_secret = models.TextField(blank=True)  # signs as well, until:
    old_secret_until = models.DateTimeField(null=True)
    is_enabled = models.BooleanField(default=True)
    disabled_reason = models.CharField(max_length=16, blank=True)  # "by_hand", "failures" or "gone"
    failing_since = models.DateTimeField(null=True)  # of the attempts since the last success the first
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["tenant", "is_enabled"], name="webhook_endpoint_enabled")]


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Not sent"


class WebhookDelivery(TenantModel):
    """One event for one endpoint. `event_id` is the same for all endpoints and attempts: receivers know it again."""

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.UUIDField()
    event_type = models.CharField(max_length=80)
    body = models.TextField()  # JSON as it is sent and signed, ids and facts only
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempt_count = models.PositiveIntegerField(default=0)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=80, blank=True)  # a stable code
    created_at = models.DateTimeField(auto_now_add=True)
    tried_until = models.DateTimeField()  # an attempt that fails later is the last one
    next_attempt_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "endpoint", "event_id"], name="webhook_delivery_unique")
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "endpoint", "-id"], name="webhook_delivery_recent"),
            models.Index(fields=["tenant", "created_at"], name="webhook_delivery_created"),
        ]


class WebhookAttempt(TenantModel):
    """`status` None: no answer came, `error` says why. `response`: the beginning of the answer."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=80, blank=True)
    latency_ms = models.PositiveIntegerField()
    response = models.CharField(max_length=2048, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["tenant", "delivery", "-id"], name="webhook_attempt_delivery")]
