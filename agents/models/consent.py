"""What contacts agreed to before they wrote in a chat."""

from typing import ClassVar

from django.db import models

from tenants.scoped import TenantModel


class ChatConsent(TenantModel):
    """That a contact agreed, and to which words: the text itself is kept, for the widget may say another one later."""

    contact_id = models.UUIDField()
    widget_key_id = models.UUIDField()
    version = models.PositiveIntegerField()
    text = models.TextField()
    link = models.CharField(max_length=300, blank=True)
    agreed_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "contact_id", "widget_key_id", "version"], name="chat_consent_version_unique"
            )
        ]
