"""Files that came with messages."""

from typing import ClassVar

from django.db import models

from agents.models.conversations import Conversation, Message
from tenants.scoped import TenantModel


class Attachment(TenantModel):
    """`message`: None until it is sent with one, which has to be soon. `kind`: see `agents.attachments.kinds`; `name`:
    as the sender called it, safe to show. The bytes are a file: `agents.attachments.files`. `text`: what is written in
    it, once somebody has read it (`agents.attachments.reading`)."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="attachments")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="attachments")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8)
    size_bytes = models.PositiveIntegerField()
    text = models.TextField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(  # those that nobody sent yet: few
                fields=["tenant", "created_at"],
                condition=models.Q(message__isnull=True),
                name="attachment_unsent",
            ),
        ]
