"""What people think of answers."""

from typing import ClassVar

from django.db import models

from agents.models.conversations import Conversation, Message
from tenants.scoped import TenantModel


class Rater(models.TextChoices):
    CONTACT = "contact", "Customer"
    STAFF = "staff", "Colleague"


class FeedbackReason(models.TextChoices):
    """Why an answer was bad."""

    WRONG = "wrong", "It is wrong"
    INCOMPLETE = "incomplete", "Something is missing"
    OUTDATED = "outdated", "It is out of date"
    OFF_TOPIC = "off_topic", "It answers something else"
    UNCLEAR = "unclear", "It is hard to understand"
    TONE = "tone", "The tone is wrong"
    OTHER = "other", "Something else"


class Feedback(TenantModel):
    """One person's word about one answer of an agent; a later one replaces it.

    `rater_id`: a contact's, a member's, or a key's when it speaks for the company. `agent_version`: which one had
    answered, None when no longer known. `document_id`: the approved answer that was made of it.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="feedback")
    agent_id = models.UUIDField()
    agent_version = models.PositiveIntegerField(null=True)
    rater = models.CharField(max_length=8, choices=Rater)
    rater_id = models.UUIDField()
    is_good = models.BooleanField()
    reason = models.CharField(max_length=12, blank=True, choices=FeedbackReason)
    comment = models.TextField(blank=True)
    correction = models.TextField(blank=True)
    document_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "message", "rater", "rater_id"], name="feedback_rater_unique")
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "-created_at"], name="feedback_recent")]
