"""Answers kept for the same question and for questions like it, what was found there, and how often it was wrong.

A projection: all of it may be emptied at any time; the evidence is then gathered anew.
"""

from typing import ClassVar

from django.db import models

from tenants.scoped import TenantModel


class CachedAnswer(TenantModel):
    """One way of asking, and its answer. Rows of one `answer_id` are ways of asking for the same.

    `partition`: SHA-256 over everything but the question that decides an answer; `key`: over that and the question.
    """

    key = models.CharField(max_length=64)
    partition = models.CharField(max_length=64, default="")
    turn_id = models.UUIDField()  # the turn that made the answer: its trace says why
    agent_id = models.UUIDField()
    answer_id = models.UUIDField(null=True)
    question = models.TextField(default="")
    meaning = models.BinaryField(default=bytes)  # float16, unit length; empty: it is found by its key only
    words = models.BinaryField(default=bytes)  # float16, unit length
    text = models.TextField()
    citations = models.JSONField(default=list)
    documents = models.TextField(default="")  # hexadecimal ids of those cited, each between two spaces
    grounding = models.FloatField(null=True)
    usage = models.JSONField(default=list)  # [UsageFact.to_json()]: what making it took
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "key"], name="cached_answer_unique")]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="cached_answer_created"),
            models.Index(fields=["tenant", "partition", "id"], name="cached_answer_partition"),
        ]


class Found(models.TextChoices):
    NOTHING = "nothing", "Nothing"
    EXACT = "exact", "The same question"
    LIKE = "like", "A question like it"


class Verdict(models.TextChoices):
    """What is known of a like question's answer beside the one that the model gave, or a person thinks of it."""

    OPEN = "", "Not checked"
    SAME = "same", "Same answer"
    DIFFERENT = "different", "Another answer"
    WRONG = "wrong", "Reported as wrong"


class CacheLookup(TenantModel):
    """A question that was looked up, what was found, and what came of it."""

    turn_id = models.UUIDField()
    agent_id = models.UUIDField()
    found = models.CharField(max_length=8, choices=Found)
    is_served = models.BooleanField(default=False)
    cached_id = models.UUIDField(null=True)
    cached_turn_id = models.UUIDField(null=True)
    confidence = models.FloatField(null=True)
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    saved_micros = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="USD")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "turn_id"], name="cache_lookup_unique")]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "agent_id", "-created_at"], name="cache_lookup_agent"),
            models.Index(  # all that is asked for to sum what was saved
                fields=["tenant", "created_at", "saved_micros"], condition=models.Q(is_served=True), name="cache_saved"
            ),
        ]


class CacheEvidence(TenantModel):
    """How many answers to like questions were checked for an agent, and how many of them were false, under `basis`."""

    agent_id = models.UUIDField()
    basis = models.CharField(max_length=80)  # the rule and the embedding model that found them
    checked = models.PositiveIntegerField(default=0)
    false_hits = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "agent_id", "basis"], name="cache_evidence_unique")
        ]
