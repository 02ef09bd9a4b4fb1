"""Which conversations and contacts cost most, as they were counted last. Derived: `agents.costs`."""

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
