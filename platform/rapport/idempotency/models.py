"""One row per key that a caller sent: what the call was, whether it is done, and what it gave."""

from typing import ClassVar

from django.db import models


class IdempotencyClaim(models.Model):
    """`result` is None while the work runs; after `locked_until` the claim of a worker that died may be taken over."""

    id = models.BigAutoField(primary_key=True)
    tenant_id = models.UUIDField()
    operation = models.CharField(max_length=120)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of the call's content
    result = models.JSONField(null=True)
    locked_until = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "operation", "key"], name="idempotency_claim_unique")
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="idempotency_created")]
