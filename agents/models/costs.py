"""Which conversations and contacts cost most, and what a period's conversations and channels came to, as they were
counted last. Derived: `agents.costs`."""

from typing import ClassVar

from django.db import models

from tenants.scoped import TenantModel


class CostRank(TenantModel):
    """One of the dearest of the last `days` days, 0 the dearest. Sums are those of the ledger's rows."""

    kind = models.CharField(max_length=12)  # "conversation", "contact"
    days = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()
    subject_id = models.UUIDField()
    cost_micros = models.BigIntegerField()
    input_tokens = models.BigIntegerField()
    output_tokens = models.BigIntegerField()
    embedding_tokens = models.BigIntegerField()
    counted_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "kind", "days", "place"], name="cost_rank_unique")
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "subject_id"], name="cost_rank_subject")]


class PeriodShare(TenantModel):
    """One of the dearest conversations of a billing period, or one of its channels; 0 the dearest. Sums are those of
    the ledger's rows."""

    starts_at = models.DateTimeField()  # of the period
    part = models.CharField(max_length=12)  # "conversation", "channel"
    place = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=40, blank=True)  # an id, a channel, "" for what belongs to none
    records = models.BigIntegerField()
    cost_micros = models.BigIntegerField()
    price_micros = models.BigIntegerField()
    counted_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "starts_at", "part", "place"], name="period_share_unique")
        ]
