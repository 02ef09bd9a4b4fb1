"""What turns, conversations, contacts and accounts amount to: made of what is below them, never edited, made anew when
that changes (`agents.memory.summaries`)."""

from typing import ClassVar

from django.db import models

from tenants.scoped import TenantModel


class SummaryLevel(models.TextChoices):
    TURN = "turn", "Turn"  # what was asked, and what came of it
    CONVERSATION = "conversation", "Conversation"
    CONTACT = "contact", "Contact"  # all who are read as one


class Summary(TenantModel):
    """`key`: of a turn the message that it begins with, else the conversation's or the contact's id.

    `lines`: [{"kind", "text", "message_id", "start", "end", "at", "conversation_id"}], `at` in milliseconds of Unix
    time; `text` is all of them. `inputs`: [[kind, id, digest]], what it was made of, and `digest` is over them and the
    version. By "rules" 1, or by the "model" that read the same inputs. `times_made` counts.
    """

    level = models.CharField(max_length=12, choices=SummaryLevel)
    key = models.UUIDField()
    contact_id = models.UUIDField()
    conversation_id = models.UUIDField(null=True)
    first_sequence = models.PositiveIntegerField(default=0)  # of a turn's messages
    last_sequence = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=2)
    text = models.TextField()
    lines = models.JSONField(default=list)
    inputs = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    facts_digest = models.CharField(max_length=16, blank=True, default="")  # over those of the inputs that are facts
    numbers = models.JSONField(default=dict)  # of a contact: {"conversations", "unanswered", "handed_off"}
    extractor = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    times_made = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "level", "key"], name="summary_unique"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "contact_id", "level", "-last_at"], name="summary_contact"),
            models.Index(fields=["tenant", "conversation_id", "level", "-first_sequence"], name="summary_conversation"),
        ]


class AccountSummary(TenantModel):
    """Of a company that contacts belong to, `key` as the tenant's own systems call it: numbers, and what at least three
    of its contacts ask about. No one's words and nobody's name: it is no contact's."""

    key = models.CharField(max_length=300)
    text = models.TextField()
    numbers = models.JSONField(default=dict)
    subjects = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    extractor = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    times_made = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "key"], name="account_summary_unique")]


class AccountPart(TenantModel):
    """A contact whose summary an account's was made of; `digest`: of that summary."""

    account = models.ForeignKey(AccountSummary, on_delete=models.CASCADE, related_name="parts")
    contact_id = models.UUIDField()
    digest = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "account", "contact_id"], name="account_part_unique")
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "contact_id"], name="account_part_contact")]
