"""What is remembered of a contact: episodes (append-only), facts (with validity and recording times) and what says so.

The sources are the truth: which facts hold, and from when to when, follows from them alone (`agents.memory.chain`).
"""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from tenants.scoped import TenantModel


class Episode(TenantModel):
    """One thing said, as it was said; never changed. `origin`: "contact", "agent", "tool", "event", or "recalled" for
    an answer that repeats what is remembered.

    It is a message's (`message_id`), an event's of the tenant's own systems (`event_id`), which is of no conversation,
    or a call's of a tool (`run_id`), which has the `sequence` of the question that it was made for.
    """

    contact_id = models.UUIDField()
    conversation_id = models.UUIDField(null=True)
    message_id = models.UUIDField(null=True)
    event_id = models.UUIDField(null=True)
    run_id = models.UUIDField(null=True)
    sequence = models.PositiveIntegerField()
    channel = models.CharField(max_length=16)
    origin = models.CharField(max_length=16)
    text = models.TextField()
    said_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "conversation_id", "sequence"], condition=Q(run_id=None), name="episode_unique"
            ),
            models.UniqueConstraint(
                fields=["tenant", "event_id"], condition=~Q(event_id=None), name="episode_event_unique"
            ),
            models.UniqueConstraint(fields=["tenant", "run_id"], condition=~Q(run_id=None), name="episode_run_unique"),
            models.CheckConstraint(
                condition=Q(message_id__isnull=False, conversation_id__isnull=False, event_id=None, run_id=None)
                | Q(message_id=None, conversation_id=None, event_id__isnull=False, run_id=None)
                | Q(message_id=None, conversation_id__isnull=False, event_id=None, run_id__isnull=False),
                name="episode_is_of_one_kind",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "contact_id", "said_at"], name="episode_contact")]


class Extraction(TenantModel):
    """That a version of an extractor has read an episode: it reads each once; or that its conversation waits to be read
    (`agents.memory.proposing`)."""

    contact_id = models.UUIDField()
    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="extractions")
    extractor = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "episode", "extractor", "version"], name="extraction_once")
        ]


class FactStatus(models.TextChoices):
    PROPOSED = "proposed", "Proposed"  # said with a doubt, quoted, or by a model: never used as known
    ACTIVE = "active", "Active"
    SUPERSEDED = "superseded", "Superseded"
    RETRACTED = "retracted", "Retracted"


class Precision(models.TextChoices):
    MOMENT = "moment", "To the moment"
    DAY = "day", "To the day"
    WEEK = "week", "To the week"
    MONTH = "month", "To the month"
    YEAR = "year", "To the year"


class Stance(models.TextChoices):
    SUPPORTS = "supports", "Says it"
    CONTRADICTS = "contradicts", "Says otherwise"
    RETRACTS = "retracts", "Takes it back"


class Fact(TenantModel):
    """One value of a predicate of the contact (its subject) over one stretch of time: valid from/to in the world,
    recorded and superseded in ours. The last value of a chain is active, until something ends it."""

    contact_id = models.UUIDField()
    predicate = models.CharField(max_length=200)  # `agents.memory.predicates`, of others too: `agents.memory.subjects`
    value = models.CharField(max_length=500)
    is_single_valued = models.BooleanField()
    confidence = models.FloatField()
    extractor = models.CharField(max_length=40)
    extractor_version = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=12, choices=FactStatus, default=FactStatus.ACTIVE)
    is_pinned = models.BooleanField(default=False)  # by a person: stays until a person changes it
    valid_from = models.DateTimeField(null=True)
    valid_to = models.DateTimeField(null=True)
    valid_precision = models.CharField(max_length=8, choices=Precision, default=Precision.MOMENT)
    recorded_at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    times_used = models.PositiveSmallIntegerField(default=0)  # for an answer, up to `agents.memory.uses.MOST`
    last_used_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "contact_id", "predicate"],
                condition=Q(is_single_valued=True, status=FactStatus.ACTIVE),
                name="fact_one_open_value",
            ),
            models.UniqueConstraint(
                fields=["tenant", "contact_id", "predicate", "value"],
                condition=Q(status=FactStatus.ACTIVE),
                name="fact_open_value_unique",
            ),
            models.UniqueConstraint(
                fields=["tenant", "contact_id", "predicate", "value"],
                condition=Q(status=FactStatus.PROPOSED),
                name="fact_proposal_unique",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[FactStatus.ACTIVE, FactStatus.PROPOSED], superseded_at=None)
                | Q(status__in=[FactStatus.SUPERSEDED, FactStatus.RETRACTED], superseded_at__isnull=False),
                name="fact_status_says_whether_open",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="fact_ends_after_it_begins",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "contact_id", "superseded_at"], name="fact_contact")]


def holding(at: datetime) -> Q:
    """Facts that are known and hold at a moment of the world."""
    begun = Q(valid_from=None) | Q(valid_from__lte=at)
    return begun & (Q(valid_to=None) | Q(valid_to__gt=at)) & ~Q(status=FactStatus.PROPOSED)


class FactSource(TenantModel):
    """What says a fact, or takes it back: a message and the span of characters in it, an event of the tenant's own
    systems (`ingestion.models.ContactEvent`), a call of a tool, or a person of the company (`told_by`, an actor's
    label).

    `said_at` is when it was said, `holds_from` and `holds_to` since and until when it says that it is so; None: since
    it was said, and from then on. `is_lasting`: since `holds_from`, and still when it was said. A person's `retracts`
    says that it never was. `is_proposal`: never used as known.
    """

    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="sources")
    stance = models.CharField(max_length=12, choices=Stance, default=Stance.SUPPORTS)
    message_id = models.UUIDField(null=True)
    conversation_id = models.UUIDField(null=True)
    event_id = models.UUIDField(null=True)
    run_id = models.UUIDField(null=True)
    told_by = models.CharField(max_length=80, blank=True, default="")
    char_start = models.PositiveIntegerField()
    char_end = models.PositiveIntegerField()
    said_at = models.DateTimeField(default=timezone.now)
    holds_from = models.DateTimeField(null=True)
    holds_to = models.DateTimeField(null=True)
    precision = models.CharField(max_length=8, choices=Precision, default=Precision.MOMENT)
    value = models.CharField(max_length=500, blank=True, default="")  # as this one says it
    confidence = models.FloatField(default=1.0)
    extractor = models.CharField(max_length=40, default="")
    extractor_version = models.PositiveSmallIntegerField(default=1)
    is_lasting = models.BooleanField(default=False)
    is_correction = models.BooleanField(default=False)
    is_proposal = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True)  # counts no more: a person took it back
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "fact", "message_id", "char_start"], name="fact_source_unique"),
            models.UniqueConstraint(
                fields=["tenant", "fact", "event_id"], condition=~Q(event_id=None), name="fact_event_source_unique"
            ),
            models.UniqueConstraint(
                fields=["tenant", "fact", "run_id"], condition=~Q(run_id=None), name="fact_run_source_unique"
            ),
            models.CheckConstraint(
                condition=Q(message_id__isnull=False, event_id=None, run_id=None, told_by="")
                | Q(message_id=None, event_id__isnull=False, run_id=None, told_by="")
                | Q(message_id=None, event_id=None, run_id__isnull=False, told_by="")
                | (Q(message_id=None, event_id=None, run_id=None) & ~Q(told_by="")),
                name="fact_source_is_of_one_kind",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "conversation_id"], name="fact_source_conversation"),
        ]
