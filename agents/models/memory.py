"""What is remembered of a contact: episodes (append-only) and facts (with validity, recording times and sources)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tenants.scoped import TenantModel


class Episode(TenantModel):
    """One thing said, as it was said. `origin`: "contact", "agent", "tool", "event" or "recalled"."""

    contact_id = models.UUIDField()
    conversation_id = models.UUIDField()
    message_id = models.UUIDField()
    sequence = models.PositiveIntegerField()
    channel = models.CharField(max_length=16)
    origin = models.CharField(max_length=16)
    text = models.TextField()
    said_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "conversation_id", "sequence"], name="episode_unique")
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "contact_id", "said_at"], name="episode_contact")]


class Fact(TenantModel):
    """`subject predicate object`, valid from/to in the world, recorded and superseded in ours."""

    contact_id = models.UUIDField()
    predicate = models.CharField(max_length=60)  # "email", "phone", "name", "order", "prefers", …
    value = models.CharField(max_length=500)
    is_single_valued = models.BooleanField()
    confidence = models.FloatField()
    extractor = models.CharField(max_length=40)
    valid_from = models.DateTimeField(null=True)
    valid_to = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "contact_id", "predicate"],
                condition=Q(is_single_valued=True, superseded_at=None),
                name="fact_one_open_value",
            ),
            models.UniqueConstraint(
                fields=["tenant", "contact_id", "predicate", "value"],
                condition=Q(superseded_at=None),
                name="fact_open_value_unique",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "contact_id", "superseded_at"], name="fact_contact")]


class FactSource(TenantModel):
    """Where a fact is from: the message that said it and the span of characters in it, or an event of the tenant's own
    systems (`ingestion.models.ContactEvent`)."""

    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="sources")
    message_id = models.UUIDField(null=True)
    conversation_id = models.UUIDField(null=True)
    event_id = models.UUIDField(null=True)
    char_start = models.PositiveIntegerField()
    char_end = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "fact", "message_id", "char_start"], name="fact_source_unique"),
            models.UniqueConstraint(
                fields=["tenant", "fact", "event_id"], condition=~Q(event_id=None), name="fact_event_source_unique"
            ),
            models.CheckConstraint(
                condition=Q(message_id=None) ^ Q(event_id=None), name="fact_source_is_message_or_event"
            ),
        ]
