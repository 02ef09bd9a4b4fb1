"""Campaigns: a list of contacts whom an agent calls one after the other, and what became of each."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tenants.scoped import TenantModel


class CampaignState(models.TextChoices):
    DRAFT = "draft", "Draft"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    FINISHED = "finished", "Finished"
    CANCELLED = "cancelled", "Cancelled"


class MemberState(models.TextChoices):
    WAITING = "waiting", "Waits"
    CALLING = "calling", "Is called"
    DONE = "done", "Done"


class MemberOutcome(models.TextChoices):
    NONE = "", "None yet"
    REACHED = "reached", "Reached"
    VOICEMAIL = "voicemail", "Voicemail"
    NO_ANSWER = "no_answer", "No answer"
    BUSY = "busy", "Busy"
    REFUSED = "refused", "Refused"
    FAILED = "failed", "Failed"
    NOT_CALLED = "not_called", "Not called"


class Campaign(TenantModel):
    """`opening` is said first, and `instructions` hold beside the agent's own; both with variables, see
    `agents.channels.phone.campaigns.script`. `windows`: see `.windows`, [] for whenever the law allows; `retries`: see
    `.retrying`. No call begins before `starts_at` or after `ends_at`. `pause_reason`: "asked", or what stopped it.
    `estimate_micros`: what whoever started it was told that it may cost."""

    name = models.CharField(max_length=120)
    phone = models.ForeignKey("agents.PhoneNumber", on_delete=models.SET_NULL, null=True, related_name="+")
    opening = models.CharField(max_length=500)
    instructions = models.TextField(blank=True)
    windows = models.JSONField(default=list)
    retries = models.JSONField(default=dict)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    most_at_once = models.PositiveSmallIntegerField(default=3)
    calls_per_minute = models.PositiveSmallIntegerField(default=20)
    state = models.CharField(max_length=9, choices=CampaignState, default=CampaignState.DRAFT)
    pause_reason = models.CharField(max_length=24, blank=True)
    estimate_micros = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-created_at"], name="campaign_recent"),
            models.Index(fields=["tenant", "state"], condition=Q(state="running"), name="campaign_running"),
        ]


class CampaignMember(TenantModel):
    """A contact of a campaign, called once however many are read as it. `outcome`: of its last attempt, which stands
    when it is done; `reason`: the code of why it was refused. `next_at`: not to be called before, None for at once."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="members")
    contact_id = models.UUIDField()
    variables = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=MemberState, default=MemberState.WAITING)
    outcome = models.CharField(max_length=10, choices=MemberOutcome, default=MemberOutcome.NONE, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "campaign", "contact_id"], name="campaign_member_unique")
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "campaign", "state", "outcome"], name="campaign_progress"),
            models.Index(fields=["tenant", "campaign", "next_at"], condition=Q(state="waiting"), name="campaign_due"),
            models.Index(fields=["tenant", "contact_id"], name="campaign_member_contact"),
        ]


class CampaignAttempt(TenantModel):
    """The `number`th call to a member: an ordinary call, and no other has that number."""

    member = models.ForeignKey(CampaignMember, on_delete=models.CASCADE, related_name="calls")
    call = models.OneToOneField("agents.Call", on_delete=models.CASCADE, related_name="attempt")
    number = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "member", "number"], name="campaign_attempt_unique")
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "created_at"], name="campaign_attempt_recent")]
