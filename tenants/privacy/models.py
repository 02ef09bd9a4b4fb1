"""Rows about exports, erasures and departures. None of them holds what a person wrote or is called."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from rapport.ids import new_id
from tenants.scoped import TenantModel


class ErasureState(models.TextChoices):
    REQUESTED = "requested", "Waiting"
    ERASING = "erasing", "Erasing"
    DONE = "done", "Erased"
    STUCK = "stuck", "Stuck"  # every attempt failed; it goes on when its event is tried again


class ErasureKind(models.TextChoices):
    CONTACT = "contact", "Contact"
    CONVERSATION = "conversation", "Conversation"
    MESSAGE = "message", "Message"


class Erasure(TenantModel):
    """A contact, or some of what one left, is forgotten: how far that is, and in the end the signed receipt.

    `stores`: name → {"before", "after", "attempts"}, counts of what was found. `work`: ids by which the stores know
    what is the contact's, gathered in the beginning and emptied at the end.
    """

    kind = models.CharField(max_length=12, choices=ErasureKind, default=ErasureKind.CONTACT)
    subject_id = models.UUIDField()  # of what its kind says: outlives it, and means nothing any more
    whose_id = models.UUIDField(null=True)  # of the contact whose message or conversation it was
    state = models.CharField(max_length=12, choices=ErasureState, default=ErasureState.REQUESTED)
    requested_by = models.CharField(max_length=80)  # an actor's label
    requested_at = models.DateTimeField(auto_now_add=True)
    suppressed_at = models.DateTimeField(null=True)  # from then on nothing of it is written
    finished_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=80, blank=True)
    stores = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)  # stores to empty
    work = models.JSONField(default=dict)
    receipt = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "subject_id"], condition=~Q(state="done"), name="erasure_one_open"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "-id"], name="erasure_recent")]


class Tombstone(TenantModel):
    """Whoever is known by this was erased then: what was on its way at that moment writes nothing any more.

    `digest`: a keyed hash of an id or an identity. What the same person does later is new, and not held back.
    """

    digest = models.CharField(max_length=64)
    erased_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "digest"], name="tombstone_unique")]


class ExportState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Being made"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"
    EXPIRED = "expired", "Over"


class DataExport(TenantModel):
    """An archive of what is held of a contact, or of the whole company. The file is under DATA_DIR/exports."""

    contact_id = models.UUIDField(null=True)  # null: the company's
    state = models.CharField(max_length=8, choices=ExportState, default=ExportState.QUEUED)
    requested_by = models.CharField(max_length=80)
    requested_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=80, blank=True)
    done = models.PositiveIntegerField(default=0)  # rows and files written
    total = models.PositiveIntegerField(default=0)
    size_bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["tenant", "contact_id", "-id"], name="export_of_contact"),
            models.Index(fields=["tenant", "state", "expires_at"], name="export_over"),
        ]


class DepartureState(models.TextChoices):
    ERASING = "erasing", "Being deleted"
    DONE = "done", "Deleted"


class Departure(models.Model):
    """A company that was deleted, or is being deleted: the platform's row, since the company's own go.

    `recipients`: addresses of the owners, encrypted, for the mail with the receipt; emptied when it was sent.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant_id = models.UUIDField(unique=True)
    state = models.CharField(max_length=8, choices=DepartureState, default=DepartureState.ERASING)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    stores = models.JSONField(default=dict)
    recipients = models.TextField(blank=True)
    receipt = models.JSONField(default=dict)
