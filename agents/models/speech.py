"""A company's own keys at providers of speech, for calls whose sound comes here."""

from typing import ClassVar

from django.db import models

from tenants.scoped import TenantModel


class SpeechRole(models.TextChoices):
    LISTENS = "listens", "Understands callers"
    SPEAKS = "speaks", "Speaks to callers"


class SpeechProvider(models.TextChoices):
    DEEPGRAM = "deepgram", "Deepgram"
    ELEVENLABS = "elevenlabs", "ElevenLabs"
    OPENAI = "openai", "OpenAI"
    COMPATIBLE = "openai_compatible", "OpenAI-compatible"


class SpeechKey(TenantModel):
    """One for a role. The key is encrypted: each call needs it. `base_url` is a compatible server's; `model` and
    `voice` "" are the provider's usual ones."""

    role = models.CharField(max_length=8, choices=SpeechRole)
    provider = models.CharField(max_length=20, choices=SpeechProvider)
    base_url = models.CharField(max_length=2000, blank=True)
    secret = models.TextField(blank=True)  # "" for a server that asks for none
    hint = models.CharField(max_length=4, blank=True)  # its last four characters
    model = models.CharField(max_length=120, blank=True)
    voice = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "role"], name="speech_key_role_unique")]
