"""Answers kept for the same question. A projection: it may be emptied at any time."""

from typing import ClassVar

from django.db import models

from tenants.scoped import TenantModel


class CachedAnswer(TenantModel):
    """`key`: SHA-256 over agent, its version, the knowledge's version, the model and the normalised question."""

    key = models.CharField(max_length=64)
    turn_id = models.UUIDField()  # the turn that made the answer: its trace says why
    agent_id = models.UUIDField()
    text = models.TextField()
    citations = models.JSONField(default=list)
    grounding = models.FloatField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "key"], name="cached_answer_unique")]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="cached_answer_created")]
