"""What a language model says of answers."""

from typing import ClassVar

from django.db import models

from agents.models.conversations import Conversation, Turn
from tenants.scoped import TenantModel


class Judgement(TenantModel):
    """Of one answer, once: scores from 0 to 1. `agent_version`: the one that had answered; `model`: the judge's."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="+")
    agent_id = models.UUIDField()
    agent_version = models.PositiveIntegerField()
    experiment_id = models.UUIDField(null=True)
    model = models.CharField(max_length=120, blank=True)
    grounded = models.FloatField()
    relevant = models.FloatField()
    complete = models.FloatField()
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "turn"], name="judgement_turn_unique")]
        indexes: ClassVar = [models.Index(fields=["tenant", "agent_id", "agent_version"], name="judgement_version")]
