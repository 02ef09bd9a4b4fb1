"""Tables of the event machinery. They are the platform's, not a tenant's: workers read them before a scope is open.

Column names of the outbox follow what change-data-capture tools expect, so that a log reader can replace the relay.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from rapport.sql.filtering import PlainManager


class EventsModel(models.Model):
    """Asked for at every event."""

    objects = PlainManager()

    class Meta:
        abstract = True


class OutboxEvent(EventsModel):
    """An event, written in the transaction that made it true. Published rows are kept a while, then pruned."""

    id = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField(unique=True)
    tenant_id = models.UUIDField()
    topic = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    payload = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(published_at=None), name="outbox_unpublished"),
            models.Index(fields=["published_at"], name="outbox_published_at"),
        ]


class LogPartition(EventsModel):
    """The head of one partition of the embedded log. Its row lock serialises appends: offsets follow commit order."""

    id = models.BigAutoField(primary_key=True)
    topic = models.CharField(max_length=80)
    partition = models.PositiveSmallIntegerField()
    next_offset = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["topic", "partition"], name="log_partition_unique")]


class LogRecord(EventsModel):
    """The embedded log: what Kafka is on a cluster. Append-only; `offset` grows within (topic, partition)."""

    id = models.BigAutoField(primary_key=True)
    topic = models.CharField(max_length=80)
    partition = models.PositiveSmallIntegerField()
    offset = models.BigIntegerField()
    key = models.CharField(max_length=200)
    value = models.BinaryField()
    headers = models.JSONField(default=dict)
    appended_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["topic", "partition", "offset"], name="log_position_unique")
        ]
        indexes: ClassVar = [models.Index(fields=["appended_at"], name="log_appended_at")]


class GroupOffset(EventsModel):
    """How far a consumer group has read a partition of the embedded log, and which member holds it until when."""

    id = models.BigAutoField(primary_key=True)
    group = models.CharField(max_length=80)
    topic = models.CharField(max_length=80)
    partition = models.PositiveSmallIntegerField()
    next_offset = models.BigIntegerField(default=0)
    owner = models.CharField(max_length=80, blank=True)
    owned_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "topic", "partition"], name="group_offset_unique")
        ]


class GroupMember(EventsModel):
    """A living consumer of a group on the embedded log; the group's partitions are shared out among its members."""

    id = models.BigAutoField(primary_key=True)
    group = models.CharField(max_length=80)
    member_id = models.CharField(max_length=80)
    alive_until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["group", "member_id"], name="group_member_unique")]


class Role(EventsModel):
    """A job that only one process at a time may do (the relay, the scheduler), who does it, and until when."""

    name = models.CharField(max_length=40, primary_key=True)
    owner = models.CharField(max_length=120, blank=True)
    owned_until = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)  # why it does not get on, for the health page


class InboxState(models.TextChoices):
    PENDING = "pending", "Waiting"
    DONE = "done", "Done"
    DEAD = "dead", "Failed for good"
    DROPPED = "dropped", "Given up"


class InboxEvent(EventsModel):
    """An event as one subscription received it. Unique, so a delivery that repeats changes nothing."""

    id = models.BigAutoField(primary_key=True)
    tenant_id = models.UUIDField()
    subscription = models.CharField(max_length=80)
    source = models.CharField(max_length=120)
    event_id = models.UUIDField()
    key = models.CharField(max_length=200)
    payload = models.JSONField()
    state = models.CharField(max_length=8, choices=InboxState, default=InboxState.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=80, blank=True)
    error_message = models.CharField(max_length=500, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "subscription", "source", "event_id"], name="inbox_event_unique"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["subscription", "tenant_id", "key", "id"],
                condition=Q(state="pending"),
                name="inbox_pending",
            ),
            models.Index(fields=["subscription"], condition=Q(state="dead"), name="inbox_dead"),
            models.Index(fields=["tenant_id", "state", "-id"], name="inbox_tenant_state"),
            models.Index(fields=["finished_at"], name="inbox_finished_at"),
        ]


class KeyLease(EventsModel):
    """One row per (subscription, tenant, key) that has or had work: who drains it, until when.

    `token` grows with every take-over (a fencing token): a worker that lost its lease cannot finish a row. `ready_at`
    says when the key's first waiting row is due, None when nothing waits. An `owner` left after `leased_until` died.
    Keys with one `seat` were rung for together, and take one of the queue's slots together.
    """

    id = models.BigAutoField(primary_key=True)
    subscription = models.CharField(max_length=80)
    tenant_id = models.UUIDField()
    key = models.CharField(max_length=200)
    queue = models.CharField(max_length=8)
    token = models.BigIntegerField(default=0)
    owner = models.CharField(max_length=120, blank=True)
    ready_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    rung_at = models.DateTimeField(null=True)
    seat = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subscription", "tenant_id", "key"], name="key_lease_unique")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["queue", "ready_at", "id"], condition=Q(ready_at__isnull=False), name="key_lease_ready"
            ),
            models.Index(
                fields=["queue", "tenant_id", "ready_at", "id"],
                condition=Q(ready_at__isnull=False),
                name="key_lease_turns",
            ),
            models.Index(fields=["queue", "rung_at"], condition=Q(rung_at__isnull=False), name="key_lease_rung"),
            models.Index(
                fields=["queue", "leased_until"], condition=Q(leased_until__isnull=False), name="key_lease_held"
            ),
        ]
