"""Campaigns, their members and how far they are."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from agents.channels.phone.campaigns.adding import BY
from agents.channels.phone.campaigns.retrying import MOST_TIMES
from agents.channels.phone.outgoing import MOST_AT_ONCE
from agents.models import CampaignState
from rapport.ids import Prefix

_WINDOW = {
    "type": "object",
    "properties": {
        "days": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 7}},
        "from": {"type": "string", "example": "09:00"},
        "until": {"type": "string", "example": "17:30"},
    },
}
_RETRY = {
    "type": "object",
    "properties": {
        "times": {"type": "integer", "minimum": 0, "maximum": MOST_TIMES},
        "after_minutes": {"type": "integer"},
    },
}
_OPENING = "Said first. {{ first_name }} and others are filled in for each contact."
_WINDOWS = "Days (1 is Monday) and hours by the callee's clock; empty: whenever the law allows, 8:00 to 21:00."
_RETRIES = "How often, and after how many minutes, by outcome: busy, no_answer, voicemail, failed. Left out: never."


@extend_schema_field({"type": "array", "items": _WINDOW})
class WindowsField(serializers.JSONField):
    """Read by `agents.channels.phone.campaigns.windows`."""


@extend_schema_field({"type": "object", "additionalProperties": _RETRY})
class RetriesField(serializers.JSONField):
    """Read by `agents.channels.phone.campaigns.retrying`."""


class CampaignSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.CAMPAIGN)
    name = serializers.CharField()
    phone_number_id = PublicId(
        Prefix.PHONE_NUMBER, source="number_id", allow_null=True, help_text="null: it was removed since."
    )
    opening = serializers.CharField(help_text=_OPENING)
    instructions = serializers.CharField(help_text="For the agent in these calls, beside its own.")
    windows = WindowsField(help_text=_WINDOWS)
    retries = RetriesField(help_text=_RETRIES)
    starts_at = serializers.DateTimeField(allow_null=True, help_text="Nobody is called before.")
    ends_at = serializers.DateTimeField(allow_null=True, help_text="Nobody is called after.")
    most_at_once = serializers.IntegerField()
    calls_per_minute = serializers.IntegerField()
    state = serializers.CharField(help_text=", ".join(CampaignState.values))
    pause_reason = serializers.CharField(
        help_text="asked, or what stopped it: budget, quota_exhausted, payment_overdue, daily_limit, number_gone, "
        "phone_number_not_found, carrier_cannot_call. Empty when it is not paused."
    )
    estimate_micros = serializers.IntegerField(allow_null=True, help_text="What whoever started it was told.")
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class CampaignRequest(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    phone_number_id = PublicId(Prefix.PHONE_NUMBER, help_text="From which number; its agent speaks.")
    opening = serializers.CharField(max_length=400, help_text=_OPENING)
    instructions = serializers.CharField(
        required=False, allow_blank=True, max_length=4000, help_text="For the agent in these calls, beside its own."
    )
    windows = WindowsField(required=False, help_text=_WINDOWS)
    retries = RetriesField(required=False, help_text=_RETRIES)
    starts_at = serializers.DateTimeField(required=False, allow_null=True, help_text="Nobody is called before.")
    ends_at = serializers.DateTimeField(required=False, allow_null=True, help_text="Nobody is called after.")
    most_at_once = serializers.IntegerField(required=False, min_value=1, max_value=MOST_AT_ONCE)
    calls_per_minute = serializers.IntegerField(required=False, min_value=1, max_value=60)


class CampaignChangeRequest(CampaignRequest):
    """What is left out stays."""

    name = serializers.CharField(required=False, max_length=120)
    phone_number_id = PublicId(Prefix.PHONE_NUMBER, required=False)
    opening = serializers.CharField(required=False, max_length=400, help_text=_OPENING)


class CampaignCheckSerializer(serializers.Serializer[Any]):
    calls = serializers.IntegerField(help_text="How many contacts would be called. Give this number to start it.")
    left_out = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="How many are not, by reason: call_consent_missing, do_not_call, contact_has_no_number, "
        "missing_variable, duplicate, no_window, contact_not_found.",
    )
    minutes_a_call = serializers.IntegerField(help_text="Reckoned with: as your calls lasted lately, else two.")
    estimate_micros = serializers.IntegerField(
        allow_null=True, help_text="About what the lines cost; null when no price of twilio-outbound is set."
    )
    currency = serializers.CharField()


class CampaignStartRequest(serializers.Serializer[Any]):
    calls = serializers.IntegerField(min_value=1, help_text="What the check said; refused when it is another by now.")


class CampaignProgressSerializer(serializers.Serializer[Any]):
    state = serializers.CharField()
    pause_reason = serializers.CharField()
    waiting = serializers.IntegerField(help_text="To be called, also again.")
    calling = serializers.IntegerField()
    reached = serializers.IntegerField()
    voicemail = serializers.IntegerField()
    no_answer = serializers.IntegerField(help_text="Also busy.")
    refused = serializers.IntegerField(help_text="May not be called, or wants no calls.")
    failed = serializers.IntegerField()
    not_called = serializers.IntegerField(help_text="The campaign was over before.")
    total = serializers.IntegerField()
    calls = serializers.IntegerField(help_text="That were made.")
    calls_a_minute = serializers.FloatField(help_text="In the last five minutes.")
    cost_micros = serializers.IntegerField(help_text="Of all calls so far, with their answers.")
    currency = serializers.CharField()
    seconds_left = serializers.IntegerField(allow_null=True, help_text="About; null unless it runs.")
    judged = serializers.IntegerField(help_text="Calls of which it is known whether they were a success.")
    successes = serializers.IntegerField(help_text="That were, by what the agent's `analysis` calls one.")


class CampaignMemberSerializer(serializers.Serializer[Any]):
    contact_id = PublicId(Prefix.CONTACT)
    variables = serializers.DictField(child=serializers.CharField())
    state = serializers.CharField(help_text="waiting, calling or done")
    outcome = serializers.CharField(
        help_text="Of the last call: reached, voicemail, no_answer, busy, refused, failed; not_called; empty: none yet."
    )
    reason = serializers.CharField(help_text="Why it was refused.")
    attempts = serializers.IntegerField()
    next_at = serializers.DateTimeField(allow_null=True, help_text="Not called before.")
    call_id = PublicId(Prefix.CALL, allow_null=True, help_text="The last call.")
    conversation_id = PublicId(Prefix.CONVERSATION, allow_null=True)


class CampaignContactRequest(serializers.Serializer[Any]):
    """By one of the first four."""

    contact_id = serializers.CharField(required=False)
    phone = serializers.CharField(required=False)
    email = serializers.CharField(required=False)
    external_id = serializers.CharField(required=False)
    variables = serializers.DictField(required=False, help_text="Texts and numbers by name.")


class CampaignFilterRequest(serializers.Serializer[Any]):
    text = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Somewhere in a name, address, number or id."
    )


class CampaignMembersRequest(serializers.Serializer[Any]):
    """One of the three."""

    contacts = CampaignContactRequest(many=True, required=False)
    filter = CampaignFilterRequest(required=False, help_text="All contacts that match; empty: all.")
    csv = serializers.CharField(
        required=False,
        trim_whitespace=False,
        help_text=f"A table with a head: a column {', '.join(BY)}, every other one is a variable.",
    )


class RefusedRowSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="From 1, the head not counted.")
    who = serializers.CharField(source="label", help_text="By what it was to be found.")
    reason = serializers.CharField()


class CampaignMembersAddedSerializer(serializers.Serializer[Any]):
    added = serializers.IntegerField()
    already = serializers.IntegerField(help_text="Came before, or are one with somebody who did.")
    refused = RefusedRowSerializer(many=True)
