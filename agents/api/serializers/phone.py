"""Telephone numbers and calls. The carrier's auth token is in none of these."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from agents.services.phone import MOST_MINUTES
from rapport.ids import Prefix


class PhoneNumberSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.PHONE_NUMBER)
    number = serializers.CharField(help_text="E.164")
    agent_id = PublicId(Prefix.AGENT, help_text="Who answers.")
    account_id = serializers.CharField(help_text="The carrier's account.")
    token_hint = serializers.CharField(source="hint", help_text="The auth token's last four characters.")
    language = serializers.CharField(help_text="Spoken and understood, for example en-US.")
    greeting = serializers.CharField(help_text="Said first.")
    is_enabled = serializers.BooleanField(help_text="false: nobody answers.")
    most_minutes = serializers.IntegerField(help_text="That a call may last; then it is ended with a sentence.")
    created_at = serializers.DateTimeField()


class PhoneNumberChangeRequest(serializers.Serializer[Any]):
    """What is left out stays."""

    agent_id = PublicId(Prefix.AGENT, required=False)
    language = serializers.CharField(required=False, max_length=12)
    greeting = serializers.CharField(required=False, allow_blank=True, max_length=500)
    is_enabled = serializers.BooleanField(required=False)
    most_minutes = serializers.IntegerField(required=False, min_value=1, max_value=MOST_MINUTES)


class PhoneCallSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.CALL)
    number = serializers.CharField(help_text="That was called, E.164.")
    conversation_id = PublicId(Prefix.CONVERSATION, help_text="With every word of it.")
    contact_id = PublicId(Prefix.CONTACT, help_text="Who called.")
    state = serializers.CharField(help_text="ringing, talking or ended")
    ended_reason = serializers.CharField(
        help_text="hung_up, handed_off, too_long, busy, no_answer, cancelled, failed or lost; empty while it goes on."
    )
    interruptions = serializers.IntegerField(help_text="How often the caller spoke while the agent did.")
    seconds = serializers.IntegerField(allow_null=True, help_text="null while it goes on, or when nobody answered.")
    created_at = serializers.DateTimeField()
