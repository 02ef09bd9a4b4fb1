"""What makes a contact's episodes quick to find: made from them, worth nothing without them, made anew at any time."""

from typing import ClassVar

from django.db import models

from tenants.scoped import TenantModel


class EpisodeShelf(TenantModel):
    """One for each contact. `generation` counts what was written, so that a process reads only what is new to it; with
    a new `epoch` something was taken out, and everything is read again."""

    contact_id = models.UUIDField()
    generation = models.PositiveBigIntegerField(default=0)
    epoch = models.PositiveBigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "contact_id"], name="episode_shelf_one")]


class EpisodeSegment(TenantModel):
    """Some turns of a conversation in a row, as `agents.memory.episodes.segments` packs them: numbers, terms and
    vectors by `model`, no text. `first_sequence` and `last_sequence` are those of its first and last turn."""

    contact_id = models.UUIDField()
    conversation_id = models.UUIDField()
    number = models.PositiveIntegerField()
    generation = models.PositiveBigIntegerField()
    first_sequence = models.PositiveIntegerField()
    last_sequence = models.PositiveIntegerField()
    turns = models.PositiveIntegerField()
    model = models.CharField(max_length=80)
    content = models.BinaryField()

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "conversation_id", "number"], name="episode_segment_place")
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "contact_id", "generation"], name="episode_segment_news")]
