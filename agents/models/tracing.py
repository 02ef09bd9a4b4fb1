"""Traces: written once, at the end of a turn. On PostgreSQL both tables are divided by month: see
`agents.tracing.partitions`.
"""

from typing import ClassVar

from django.db import models

from tenants.scoped import TenantModel


class Trace(TenantModel):
    """One turn seen from inside, or one task aside. Sums are those of its spans. A turn has one: who writes it holds
    the turn's row. A task has an id of its own in the turn's place, and may be of no conversation."""

    tenant = models.ForeignKey(  # most of its indexes begin with the company
        "tenants.Tenant", on_delete=models.CASCADE, related_name="+", editable=False, db_index=False
    )
    turn_id = models.UUIDField()
    schema_version = models.CharField(max_length=24, blank=True)  # of the names in its spans
    conversation_id = models.UUIDField(null=True)
    agent_id = models.UUIDField(null=True)
    contact_id = models.UUIDField(null=True)
    agent_version = models.PositiveIntegerField()  # 0: the draft, in a test chat
    experiment_id = models.UUIDField(null=True)  # in which this version answered
    outcome = models.CharField(max_length=16, blank=True)
    started_at = models.DateTimeField()
    duration_us = models.BigIntegerField()
    first_token_us = models.BigIntegerField(null=True)
    input_tokens = models.BigIntegerField(default=0)
    output_tokens = models.BigIntegerField(default=0)
    cost_micros = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="USD")

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-id"], name="trace_newest"),
            models.Index(fields=["tenant", "turn_id"], name="trace_turn"),
            models.Index(fields=["tenant", "-started_at"], name="trace_recent"),
            models.Index(
                fields=["tenant", "experiment_id"], condition=~models.Q(experiment_id=None), name="trace_experiment"
            ),
        ]


class Span(TenantModel):
    """One step. `name` is OpenTelemetry GenAI's; times are microseconds from the trace's start."""

    trace = models.ForeignKey(Trace, on_delete=models.CASCADE, related_name="spans")
    parent_id = models.UUIDField(null=True)
    sequence = models.PositiveIntegerField()
    name = models.CharField(max_length=80)  # "invoke_agent", "retrieval", "chat", "embeddings", …
    status = models.CharField(max_length=8, default="ok")  # "ok" or "error"
    start_us = models.BigIntegerField()
    duration_us = models.BigIntegerField()
    attributes = models.JSONField(default=dict)  # names from agents.tracing.names
    input_tokens = models.BigIntegerField(default=0)
    output_tokens = models.BigIntegerField(default=0)
    cost_micros = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["tenant", "trace", "sequence"], name="span_trace")]
