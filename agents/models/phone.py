"""Telephone numbers that agents answer, and the calls that came by them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tenants.scoped import TenantModel


class VoicemailPolicy(models.TextChoices):
    TALK = "", "Talk on"
    HANG_UP = "hang_up", "Hang up"
    MESSAGE = "message", "Leave a message"


class PhoneCarrier(models.TextChoices):
    TWILIO = "twilio", "Twilio"
    TELNYX = "telnyx", "Telnyx"


class CallCarrier(models.TextChoices):
    """What brings a call here: a number's carrier, or the page on which a member tries an agent."""

    TWILIO = "twilio", "Twilio"
    TELNYX = "telnyx", "Telnyx"
    BROWSER = "browser", "Browser"


class PhoneNumber(TenantModel):
    """A number of the company's at a carrier. By `secret` it is known what the carrier sends: Twilio's auth token, or
    the public key of a Telnyx account; it is encrypted, and `hint` is its last four characters. What Telnyx is asked
    with is `api_key`, encrypted, and `application_id` the TeXML application that makes calls; "" where none is entered.
    `greeting` is said first, and says what answers. No call lasts longer than `most_minutes`. `transfer_to`: the person
    whom calls are put through to, "" for nobody; told first what it is about where `is_transfer_announced`."""

    number = models.CharField(max_length=16)  # E.164
    agent = models.ForeignKey("agents.Agent", on_delete=models.CASCADE, related_name="+")
    carrier = models.CharField(max_length=8, choices=PhoneCarrier, default=PhoneCarrier.TWILIO)
    account_id = models.CharField(max_length=64)  # of the carrier's account
    secret = models.TextField()
    hint = models.CharField(max_length=4, blank=True)
    api_key = models.TextField(blank=True)
    application_id = models.CharField(max_length=32, blank=True)
    language = models.CharField(max_length=12, default="en-US")  # BCP 47
    greeting = models.CharField(max_length=500, blank=True)
    is_enabled = models.BooleanField(default=True)
    most_minutes = models.PositiveSmallIntegerField(default=60)
    transfer_to = models.CharField(max_length=16, blank=True)  # E.164
    is_transfer_announced = models.BooleanField(default=True)
    voicemail = models.CharField(max_length=8, choices=VoicemailPolicy, default=VoicemailPolicy.TALK, blank=True)
    voicemail_message = models.CharField(max_length=500, blank=True)
    is_recorded = models.BooleanField(default=False)  # of callers who agree
    menu_prompt = models.CharField(max_length=500, blank=True)  # said after the greeting
    menu = models.JSONField(default=dict)  # a key, and what pressing it asks: {"1": "When are you open?"}
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "number"], name="phone_number_unique")]

    @property
    def can_call(self) -> bool:
        """Whether its carrier can be asked to make a call."""
        return self.carrier == PhoneCarrier.TWILIO or bool(self.api_key and self.application_id)


class CallDirection(models.TextChoices):
    INBOUND = "inbound", "In"
    OUTBOUND = "outbound", "Out"


class CallState(models.TextChoices):
    QUEUED = "queued", "Waits to be dialled"
    DIALLING = "dialling", "Is dialled"
    RINGING = "ringing", "Rings"
    TALKING = "talking", "Under way"
    TRANSFER = "transfer", "Put through"
    ENDED = "ended", "Over"


class Call(TenantModel):
    """One call to `number`, or from it to `callee`, also when that is the company's no more; from a browser it is to no
    number. `carrier_id` is the carrier's id of it, `session_id` of its line to us; `token_digest` is of the word that
    the line has to give, once. `ended_reason`: see `agents.channels.phone.calls`.

    `lines`: how often a line to us was opened; `seen_at`: when the last of them was known to be there. It is counted
    for the bill once, at `counted_at`, by the carrier's seconds where it told them. `marks`: what happened when, see
    `agents.channels.phone.marks`. `opening`: what a call that the company makes begins with, "" for the number's own
    greeting; `instructions`: what the agent goes by in it, beside its own.
    """

    phone = models.ForeignKey(PhoneNumber, on_delete=models.SET_NULL, null=True, related_name="calls")
    number = models.CharField(max_length=16, blank=True)
    conversation = models.ForeignKey("agents.Conversation", on_delete=models.CASCADE, related_name="+")
    contact_id = models.UUIDField()
    direction = models.CharField(max_length=8, choices=CallDirection, default=CallDirection.INBOUND)
    callee = models.CharField(max_length=16, blank=True)  # E.164, of a call that the company makes
    opening = models.CharField(max_length=500, blank=True)
    instructions = models.TextField(blank=True)
    carrier = models.CharField(max_length=8, choices=CallCarrier, default=CallCarrier.TWILIO)
    carrier_id = models.CharField(max_length=64)
    session_id = models.CharField(max_length=64, blank=True)
    token_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=CallState, default=CallState.RINGING)
    ended_reason = models.CharField(max_length=20, blank=True)
    interruptions = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    lines = models.PositiveSmallIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)
    carrier_seconds = models.PositiveIntegerField(null=True)
    marks = models.JSONField(default=list)
    counted_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "carrier_id"], name="call_carrier_unique"),
            models.CheckConstraint(
                condition=Q(state=CallState.ENDED) ^ Q(ended_at=None), name="call_ends_with_its_time"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-created_at"], name="call_recent"),
            models.Index(fields=["tenant", "contact_id"], name="call_contact"),
            models.Index(fields=["tenant", "created_at"], condition=Q(counted_at=None), name="call_not_counted"),
        ]


class CallTransfer(TenantModel):
    """That a call is put through to a person, `callee`; one of a call. `is_announced`: that person first hears what it
    is about, and takes the call with a key. `outcome`: see `agents.channels.phone.transfers`, "" while it is open.
    `leg_id`: the carrier's id of the person's side, `leg_seconds` what the carrier asks for it; counted once, at
    `counted_at`."""

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="transfer")
    callee = models.CharField(max_length=16)
    is_announced = models.BooleanField()
    outcome = models.CharField(max_length=12, blank=True)
    leg_id = models.CharField(max_length=64, blank=True)
    leg_seconds = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    dialled_at = models.DateTimeField(null=True)
    joined_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["tenant", "created_at"], condition=Q(counted_at=None), name="transfer_not_counted"),
        ]


class CallRecording(TenantModel):
    """Whether the caller agreed to be recorded, how ("said" or "key") and when; and of what was recorded then, which
    is a file (`agents.channels.phone.recording.files`), its length (0: it is not all there yet) and peaks. `began_ms`:
    after the call was taken up. `listened`: who listened lately, and when, so that winding back is one listening."""

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="recording")
    has_agreed = models.BooleanField()
    agreed_by = models.CharField(max_length=8)
    decided_at = models.DateTimeField()
    began_ms = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    caller_peaks = models.JSONField(default=list)
    agent_peaks = models.JSONField(default=list)
    listened = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["tenant", "decided_at"], name="recording_by_age")]


class CallAnalysis(TenantModel):
    """What a language model read from a call that is over. `values` by the names that the agent gives them, None for
    what was not said; `is_success` None where that was not asked for or cannot be told; `model`: the reader's."""

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="analysis")
    agent_version = models.PositiveIntegerField()
    model = models.CharField(max_length=120, blank=True)
    values = models.JSONField(default=dict)
    is_success = models.BooleanField(null=True)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False


class CallPermission(TenantModel):
    """Whether a contact may be called: that it agreed, and how; that it wants no calls, and who said so ("said" in a
    call, "key" pressed in one, "company"); and in which time zone it is, where that is known."""

    contact_id = models.UUIDField()
    consent_source = models.CharField(max_length=200, blank=True)
    consent_at = models.DateTimeField(null=True)
    refused_by = models.CharField(max_length=8, blank=True)
    refused_at = models.DateTimeField(null=True)
    time_zone = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "contact_id"], name="call_permission_of_contact")
        ]
