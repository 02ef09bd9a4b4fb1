"""Experiments: versions of one agent that answer side by side, each its part of the contacts."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tenants.scoped import TenantModel


class Experiment(TenantModel):
    """`arms`: [{"version", "percent"}], which add up to 100. It runs from its making until `stopped_at`."""

    agent = models.ForeignKey("agents.Agent", on_delete=models.CASCADE, related_name="experiments")
    name = models.CharField(max_length=120)
    arms = models.JSONField()
    actor = models.CharField(max_length=64)
    started_at = models.DateTimeField(auto_now_add=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "agent"], condition=Q(stopped_at=None), name="experiment_one_running"
            )
        ]
