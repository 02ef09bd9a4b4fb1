"""Telephone numbers and calls. The carrier's auth token is in none of these."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from agents.services.phone import LONGEST_CHOICE, MOST_MINUTES
from rapport.ids import Prefix


class PhoneNumberSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.PHONE_NUMBER)
    number = serializers.CharField(help_text="E.164")
    agent_id = PublicId(Prefix.AGENT, help_text="Who answers.")
    carrier = serializers.CharField(help_text="Where the number is: twilio or telnyx.")
    account_id = serializers.CharField(help_text="The carrier's account.")
    token_hint = serializers.CharField(
        source="hint", help_text="The last four characters of the auth token, or at Telnyx of the public key."
    )
    language = serializers.CharField(help_text="Spoken and understood, for example en-US.")
    greeting = serializers.CharField(help_text="Said first.")
    is_enabled = serializers.BooleanField(help_text="false: nobody answers.")
    most_minutes = serializers.IntegerField(help_text="That a call may last; then it is ended with a sentence.")
    transfer_to = serializers.CharField(help_text="The person whom calls are put through to, E.164; empty: nobody.")
    is_transfer_announced = serializers.BooleanField(
        help_text="That person first hears what it is about, and takes the call with a key."
    )
    is_recorded = serializers.BooleanField(help_text="Callers are asked whether they may be recorded; not at Telnyx.")
    voicemail = serializers.CharField(
        help_text="When a mailbox answers a call of the agent's: hang_up, message, or empty to talk on."
    )
    voicemail_message = serializers.CharField(help_text="What is left there.")
    menu_prompt = serializers.CharField(help_text="Said after the greeting: which key does what.")
    menu = serializers.DictField(
        child=serializers.CharField(), help_text='By a key, 0 to 9, what pressing it asks: {"1": "When are you open?"}.'
    )
    created_at = serializers.DateTimeField()


class PhoneNumberChangeRequest(serializers.Serializer[Any]):
    """What is left out stays."""

    agent_id = PublicId(Prefix.AGENT, required=False)
    language = serializers.CharField(required=False, max_length=12)
    greeting = serializers.CharField(required=False, allow_blank=True, max_length=500)
    is_enabled = serializers.BooleanField(required=False)
    most_minutes = serializers.IntegerField(required=False, min_value=1, max_value=MOST_MINUTES)
    menu_prompt = serializers.CharField(required=False, allow_blank=True, max_length=500)
    menu = serializers.DictField(
        required=False,
        child=serializers.CharField(max_length=LONGEST_CHOICE),
        help_text="By a key, 0 to 9, what pressing it asks. The whole menu; empty for none.",
    )


class CallAnalysisSerializer(serializers.Serializer[Any]):
    """What a language model read from the call when it was over, as the agent's `analysis` asks."""

    values = serializers.DictField(
        child=serializers.JSONField(), help_text="By name: texts, numbers, true or false; null for what was not said."
    )
    is_success = serializers.BooleanField(
        allow_null=True, help_text="By the agent's own words; null where they ask nothing, or it cannot be told."
    )
    reason = serializers.CharField(allow_blank=True)
    model = serializers.CharField(help_text="Which read it.")
    created_at = serializers.DateTimeField()


class PhoneCallSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.CALL)
    direction = serializers.CharField(help_text="inbound, or outbound: made by the company.")
    number = serializers.CharField(help_text="The company's, E.164; empty for a call from the dashboard.")
    callee = serializers.CharField(help_text="That an outbound call is to, E.164.")
    conversation_id = PublicId(Prefix.CONVERSATION, help_text="With every word of it.")
    contact_id = PublicId(Prefix.CONTACT, help_text="Who called, or was.")
    state = serializers.CharField(
        help_text="queued, dialling, ringing, talking, transfer (put through to a person) or ended"
    )
    ended_reason = serializers.CharField(
        help_text="hung_up, voicemail, silent, handed_off, transferred, opted_out, too_long, refused, busy, no_answer, "
        "cancelled, failed or lost; empty while it goes on."
    )
    interruptions = serializers.IntegerField(help_text="How often the caller spoke while the agent did.")
    seconds = serializers.IntegerField(allow_null=True, help_text="null while it goes on, or when nobody answered.")
    created_at = serializers.DateTimeField()
    analysis = CallAnalysisSerializer(
        allow_null=True, help_text="Of a call that is asked for alone, once it was read; null in lists."
    )


class CallRequest(serializers.Serializer[Any]):
    phone_number_id = PublicId(Prefix.PHONE_NUMBER, help_text="From which number; its agent speaks.")
    contact_id = PublicId(Prefix.CONTACT, help_text="Who is called, at the number that is known of them.")
    opening = serializers.CharField(
        required=False, max_length=400, help_text="Said first, in place of the number's greeting."
    )
    instructions = serializers.CharField(
        required=False, max_length=4000, help_text="For the agent in this call, beside its own."
    )


class CallPermissionSerializer(serializers.Serializer[Any]):
    consent_source = serializers.CharField(help_text="How the contact agreed to be called; empty: it did not.")
    consent_at = serializers.DateTimeField(allow_null=True)
    refused_by = serializers.CharField(
        help_text="said or key, in a call, or company: the contact wants no calls. Empty: nobody said so."
    )
    refused_at = serializers.DateTimeField(allow_null=True)
    time_zone = serializers.CharField(help_text="Where the contact is; empty: as its number's country.")


class CallPermissionChange(serializers.Serializer[Any]):
    """What is left out stays."""

    consent_source = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="For example: form of 3 May. Empty takes it back."
    )
    wants_no_calls = serializers.BooleanField(required=False)
    time_zone = serializers.CharField(
        required=False, allow_blank=True, max_length=64, help_text="For example Europe/Berlin."
    )
