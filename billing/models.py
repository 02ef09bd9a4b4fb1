"""The usage ledger: append-only, one row per fact, unique by the event it came from. Integers only."""

from typing import ClassVar

from django.db import models

from tenants.scoped import TenantModel


class Meter(models.TextChoices):
    """What is counted; token classes are disjoint."""

    INPUT_TOKENS = "input_tokens", "Model input tokens"
    CACHED_INPUT_TOKENS = "cached_input_tokens", "Model input tokens read from cache"
    CACHE_WRITE_TOKENS = "cache_write_tokens", "Model tokens written to cache"
    OUTPUT_TOKENS = "output_tokens", "Model output tokens"
    REASONING_TOKENS = "reasoning_tokens", "Model reasoning tokens"
    EMBEDDING_TOKENS = "embedding_tokens", "Embedding tokens"
    MESSAGES = "messages", "Messages"
    CONVERSATIONS = "conversations", "Conversations"


class UsageRecord(TenantModel):
    """A fact: so much of a meter, what it cost us, by which price. Corrections are new rows."""

    source_event_id = models.UUIDField()  # a conversation is its own source: it is counted once in its life
    meter = models.CharField(max_length=32, choices=Meter)
    model = models.CharField(max_length=120, blank=True)
    quantity = models.BigIntegerField()
    cost_micros = models.BigIntegerField()  # millionths of the currency unit
    currency = models.CharField(max_length=3)
    price_version = models.CharField(max_length=40)
    agent_id = models.UUIDField(null=True)
    conversation_id = models.UUIDField(null=True)
    turn_id = models.UUIDField(null=True)
    document_id = models.UUIDField(null=True)
    step = models.CharField(max_length=40, blank=True)  # "chat", "embed_query", "embed_document", …
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "source_event_id", "meter", "model", "step"], name="usage_fact_unique"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "occurred_at"], name="usage_tenant_occurred"),
            models.Index(fields=["tenant", "conversation_id"], name="usage_tenant_conversation"),
            models.Index(fields=["tenant", "turn_id"], name="usage_tenant_turn"),
            models.Index(fields=["tenant", "document_id"], name="usage_tenant_document"),
        ]


class VisitorSpend(TenantModel):
    """What a visitor, or an address, has spent on a day, and what is kept aside for turns that are not answered yet."""

    day = models.DateField()
    subject = models.CharField(max_length=80)  # "contact:<hex>", or "address:<keyed hash>"
    tokens = models.BigIntegerField(default=0)
    micros = models.BigIntegerField(default=0)
    held_tokens = models.BigIntegerField(default=0)
    held_micros = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "day", "subject"], name="visitor_spend_unique")
        ]


class VisitorHold(TenantModel):
    """What is kept aside for one turn, and for whom."""

    turn_id = models.UUIDField()
    day = models.DateField()
    subjects = models.JSONField(default=list)
    tokens = models.BigIntegerField()
    micros = models.BigIntegerField()
    settled_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "turn_id"], name="visitor_hold_unique")]
