"""The usage ledger: append-only, one row per fact, unique by the event it came from. Integers only."""

from typing import ClassVar

from django.db import models

from billing.stripe.models import StripeAccount, StripeCustomer, StripeEvent, StripeInvoice, StripePush
from tenants.scoped import TenantModel

__all__ = [
    "BillingPeriod",
    "BudgetHold",
    "CompanyBudget",
    "Meter",
    "PlanTerm",
    "PriceOverride",
    "QuotaNotice",
    "Spend",
    "StripeAccount",
    "StripeCustomer",
    "StripeEvent",
    "StripeInvoice",
    "StripePush",
    "UsageLimit",
    "UsageRecord",
    "UsageRollup",
]


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
    RESOLUTIONS = "resolutions", "Conversations closed without a person"
    TOOL_CALLS = "tool_calls", "Calls of tools"
    STORED_CHUNKS = "stored_chunks", "Passages stored for a day"
    STORED_BYTES = "stored_bytes", "Bytes stored for a day"
    CALL_MINUTES = "call_minutes", "Minutes of telephone calls"
    HEARD_SECONDS = "heard_seconds", "Seconds of calls that a provider listened to"
    SPOKEN_CHARACTERS = "spoken_characters", "Characters that a provider spoke in calls"

    @property
    def unit(self) -> str:
        """What one of its quantity is."""
        return _UNITS.get(self.value, "token")


_UNITS = {
    "messages": "message",
    "conversations": "conversation",
    "resolutions": "conversation",
    "tool_calls": "call",
    "stored_chunks": "passage-day",
    "stored_bytes": "byte-day",
    "call_minutes": "minute",
    "heard_seconds": "second",
    "spoken_characters": "character",
}


class UsageRecord(TenantModel):
    """A fact: so much of a meter, what it cost, by which price; what it is charged at, by which rates (before anything
    that a plan includes: see `billing.statements`). Corrections are new rows, and alone may be negative."""

    # Of the indexes, each of which every row pays for, most begin with the company anyway.
    tenant = models.ForeignKey(
        "tenants.Tenant", on_delete=models.CASCADE, related_name="+", editable=False, db_index=False
    )
    source_event_id = models.UUIDField()  # a conversation is its own source: it is counted once in its life
    meter = models.CharField(max_length=32, choices=Meter)
    model = models.CharField(max_length=120, blank=True)
    quantity = models.BigIntegerField()
    cost_micros = models.BigIntegerField()  # millionths of the currency unit
    currency = models.CharField(max_length=3)
    price_version = models.CharField(max_length=40)
    unit = models.CharField(max_length=16, default="")  # "": from before it was written down; `Meter.unit` says it
    price_micros = models.BigIntegerField(default=0)  # what the company is charged, at list
    rate_version = models.CharField(max_length=40, default="")
    billed_at = models.DateTimeField(null=True)  # where the period begins that bears it: its own was closed before
    corrects_id = models.UUIDField(null=True)
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
            ),
            models.CheckConstraint(
                name="usage_never_negative",
                condition=models.Q(corrects_id__isnull=False)
                | models.Q(quantity__gte=0, cost_micros__gte=0, price_micros__gte=0),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "occurred_at"], name="usage_tenant_occurred"),
            models.Index(fields=["tenant", "conversation_id"], name="usage_tenant_conversation"),
            models.Index(fields=["tenant", "turn_id"], name="usage_tenant_turn"),
            models.Index(
                fields=["tenant", "document_id"],
                name="usage_tenant_document",
                condition=models.Q(document_id__isnull=False),
            ),
            models.Index(
                fields=["tenant", "billed_at"], name="usage_tenant_billed", condition=models.Q(billed_at__isnull=False)
            ),
        ]


class UsageRollup(TenantModel):
    """Sums of the ledger over an hour, or a day of the company's time zone. `billing.rollups` makes it anew. Hours are
    of all models, agents and steps together."""

    grain = models.CharField(max_length=4)  # "hour", "day"
    starts_at = models.DateTimeField()
    meter = models.CharField(max_length=32, choices=Meter)
    model = models.CharField(max_length=120, blank=True)
    agent_id = models.UUIDField()  # NO_AGENT where there is none: a null would not be unique
    step = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3)
    quantity = models.BigIntegerField()
    unpriced = models.BigIntegerField(default=0)  # of the quantity, what nobody has said the cost of
    cost_micros = models.BigIntegerField()
    price_micros = models.BigIntegerField()
    records = models.BigIntegerField()
    rolled_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "grain", "starts_at", "meter", "model", "agent_id", "step", "currency"],
                name="usage_rollup_unique",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "rolled_at"], name="usage_rollup_rolled")]


class PlanTerm(TenantModel):
    """What plan a company is on from a moment on. Never changed: a later row takes its place."""

    starts_at = models.DateTimeField()
    plan = models.CharField(max_length=40)
    seats = models.PositiveIntegerField(default=0)  # paid for, beside those that the plan includes
    is_trial = models.BooleanField(default=False)
    coupon = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3, default="USD")  # in which it is charged
    overrides = models.JSONField(default=dict)  # {"included": {meter: quantity}, "rates": {meter: micros a million}}
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["tenant", "-starts_at"], name="plan_term_recent")]


class UsageLimit(TenantModel):
    """At how much of a meter in a period the company itself wants to be stopped."""

    meter = models.CharField(max_length=32, choices=Meter)
    quantity = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "meter"], name="usage_limit_unique")]


class QuotaNotice(TenantModel):
    """That a company was told how much of a quota is used: once for a period, a meter and a level."""

    period_starts_at = models.DateTimeField()
    meter = models.CharField(max_length=32, choices=Meter)
    level = models.CharField(max_length=8)  # "warn", "soft", "hard"
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "period_starts_at", "meter", "level"], name="quota_notice_unique")
        ]


class BillingPeriod(TenantModel):
    """A closed period: a snapshot of its statement. What comes to light later is borne by a later period."""

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    statement = models.JSONField()  # `Statement.to_json()`
    records = models.BigIntegerField()
    cost_micros = models.BigIntegerField()
    list_micros = models.BigIntegerField()  # the sum of its rows' prices
    due_micros = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    closed_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "starts_at"], name="billing_period_unique"),
            models.CheckConstraint(
                name="billing_period_forwards", condition=models.Q(ends_at__gt=models.F("starts_at"))
            ),
        ]


class CompanyMonth(models.Model):
    """What a month of a company comes to, noted every hour, and once more when the period is closed.

    A control table: it is for whoever runs the installation, who reads it over all companies and outside of any scope.
    Derived: it can be thrown away and is noted again.
    """

    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.CASCADE, related_name="+")
    month = models.DateField()  # its first day
    plan = models.CharField(max_length=40)
    currency = models.CharField(max_length=3)
    due_micros = models.BigIntegerField()
    list_micros = models.BigIntegerField()
    cost_micros = models.BigIntegerField()
    records = models.BigIntegerField()
    unpaid_micros = models.BigIntegerField(default=0)  # of open invoices in this currency, whatever month they are of
    meters_astray = models.IntegerField(default=0)  # hours of meters that Stripe has not taken, or nobody knows
    is_closed = models.BooleanField(default=False)
    noted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "month"], name="company_month_unique")]
        indexes: ClassVar = [models.Index(fields=["month", "-due_micros"], name="company_month_dearest")]


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
    expires_at = models.DateTimeField(null=True)  # of what is no turn: then whoever held it is gone

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "turn_id"], name="budget_hold_unique")]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "expires_at"],
                name="budget_hold_expiring",
                condition=models.Q(expires_at__isnull=False),
            )
        ]


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
