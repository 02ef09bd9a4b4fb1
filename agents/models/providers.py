"""A company's own keys at providers of models."""

from typing import ClassVar

from django.db import models

from tenants.scoped import TenantModel


class ModelProvider(models.TextChoices):
    OPENAI = "openai", "OpenAI"
    ANTHROPIC = "anthropic", "Anthropic"
    GOOGLE = "google", "Google"
    COMPATIBLE = "openai_compatible", "OpenAI-compatible"


class ProviderCredential(TenantModel):
    """The key is encrypted: each call needs it. `base_url` "" is the provider's own address."""

    provider = models.CharField(max_length=20, choices=ModelProvider)
    name = models.CharField(max_length=80)
    base_url = models.CharField(max_length=2000, blank=True)
    secret = models.TextField(blank=True)  # "" for a server that asks for none
    hint = models.CharField(max_length=4, blank=True)  # its last four characters
    region = models.CharField(max_length=40, blank=True)
    offered = models.JSONField(default=list)  # names that are offered besides the catalogue's
    created_at = models.DateTimeField(auto_now_add=True)
    checked_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)  # of the last check; "" when it answered

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="provider_credential_name_unique")
        ]
