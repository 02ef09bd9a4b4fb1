"""Sums of what happened in a company by day, and which of them no longer hold. Derived: `agents.activity`."""

from typing import ClassVar

from django.db import models

from tenants.scoped import TenantModel


class ActivityDay(TenantModel):
    """Sums over a stretch of time, `ends_at` not included: a day of the time zone that the company had when it was
    summed. `agents.activity.counting` says what each of them counts."""

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    conversations = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    unanswered = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    unknown = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "starts_at", "ends_at"], name="activity_day_unique")
        ]


class ActivityMark(TenantModel):
    """Something of this moment, to the quarter of an hour, changed late: the sum over it holds no longer."""

    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["tenant", "at"], name="activity_mark_at")]
