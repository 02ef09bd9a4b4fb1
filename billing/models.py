"""The usage ledger: append-only, one row per fact, unique by the event it came from. Integers only."""

from typing import ClassVar

from django.db import models

from tenants.scoped import TenantModel


class Meter(models.TextChoices):
    """What is counted; token classes are disjoint."""

    INPUT_TOKENS = "input_tokens", "Model input tokens"
    CACHED_INPUT_TOKENS = "cached_input_tokens", "Model input tokens read from cache"
    CACHE_WRITE_TOKENS = "cache_write_tokens", "Model tokens written to cache for five minutes"
    CACHE_WRITE_1H_TOKENS = "cache_write_1h_tokens", "Model tokens written to cache for an hour"
    OUTPUT_TOKENS = "output_tokens", "Model output tokens"
    REASONING_TOKENS = "reasoning_tokens", "Model reasoning tokens"
    AUDIO_INPUT_TOKENS = "audio_input_tokens", "Model audio tokens heard"
    AUDIO_OUTPUT_TOKENS = "audio_output_tokens", "Model audio tokens spoken"
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


class Spend(TenantModel):
    """What somebody has spent in a period, and what is kept aside for turns that are not answered yet."""

    day = models.DateField()  # on which the period begins: a day, a month, or for ever
    # Kind and hex id: of a contact (and with a second one, at an agent), an address (hashed), a conversation, an agent.
    subject = models.CharField(max_length=80)
    tokens = models.BigIntegerField(default=0)
    micros = models.BigIntegerField(default=0)
    held_tokens = models.BigIntegerField(default=0)
    held_micros = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "day", "subject"], name="spend_unique")]


class BudgetHold(TenantModel):
    """What is kept aside for one turn, or one task aside, and for whom."""

    turn_id = models.UUIDField()
    day = models.DateField()
    subjects = models.JSONField(default=list)
    tokens = models.BigIntegerField()
    micros = models.BigIntegerField()
    limits = models.JSONField(default=dict)  # subject's name → micros that it may spend: for holding more later
    settled_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "turn_id"], name="budget_hold_unique")]


class PriceOverride(TenantModel):
    """What the company says that a class of a model's tokens costs it, from a moment on. Never changed: a newer row
    takes its place."""

    model = models.CharField(max_length=120)
    meter = models.CharField(max_length=32, choices=Meter)
    micros_per_million = models.BigIntegerField()
    starts_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "model", "meter", "starts_at"], name="price_override_unique")
        ]


class CompanyBudget(TenantModel):
    """One for a company that limits what it spends in a month; see `billing.company_budget`."""

    month_micros = models.BigIntegerField(null=True)  # None: the limit was lifted
    month = models.DateField()  # its first day: the month that `spent_micros` is of
    spent_micros = models.BigIntegerField(default=0)
    held_micros = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant"], name="company_budget_one")]
