"""What people keep beside conversations: notes to each other, replies that are written often, and who is looking."""

from typing import ClassVar

from django.db import models

from agents.models.conversations import Conversation
from tenants.scoped import TenantModel


class ConversationNote(TenantModel):
    """For colleagues only: no contact and no model ever reads it."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="notes")
    author_id = models.UUIDField(null=True)  # None: a key
    author_name = models.CharField(max_length=150)
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["tenant", "conversation", "created_at"], name="note_conversation")]


class CannedReply(TenantModel):
    """`text` may hold variables: see `agents.inbox.canned`."""

    name = models.CharField(max_length=60)
    text = models.TextField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "name"], name="canned_reply_name_unique")]


class Presence(TenantModel):
    """That a member has a conversation open, as of `seen_at`; it counts for some seconds."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    member_id = models.UUIDField()
    name = models.CharField(max_length=150)
    is_typing = models.BooleanField(default=False)
    seen_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "conversation", "member_id"], name="presence_unique")
        ]
