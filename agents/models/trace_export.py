"""Where a company wants its traces, beside ours."""

import json
from typing import ClassVar

from django.db import models

from rapport.encryption import decrypt
from tenants.scoped import TenantModel


class TraceExport(TenantModel):
    """One for a company. `headers` is JSON, encrypted: the collector's key may be in it, and each request needs it."""

    endpoint = models.CharField(max_length=2000)
    headers = models.TextField(blank=True)
    header_names = models.JSONField(default=list)
    content = models.JSONField(default=list)  # kinds of `names.CONTENT` that are sent as well
    is_enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_tried_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=80, blank=True)  # a stable code; "" when the last one was taken
    failing_since = models.DateTimeField(null=True)
    sent_spans = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant"], name="trace_export_one")]

    def opened_headers(self) -> dict[str, str]:
        """For a request, never to be shown. Raises SecretUnreadable."""
        opened: dict[str, str] = json.loads(decrypt(self.headers)) if self.headers else {}
        return opened
