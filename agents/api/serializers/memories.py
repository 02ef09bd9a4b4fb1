"""What is remembered of contacts."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from rapport.ids import Prefix


class MemorySourceSerializer(serializers.Serializer[Any]):
    message_id = PublicId(Prefix.MESSAGE, allow_null=True)
    conversation_id = PublicId(Prefix.CONVERSATION, allow_null=True)
    event_id = PublicId(Prefix.EVENT, allow_null=True, help_text="Of an event that your own systems sent.")
    tool_run_id = PublicId(Prefix.TOOL_RUN, source="run_id", allow_null=True, help_text="Of a call of a tool.")
    told_by = serializers.CharField(help_text="A person or key of your company, as in the audit log; else empty.")
    stance = serializers.CharField(help_text="supports, contradicts or retracts")
    quote = serializers.CharField(help_text="The words that said it.")
    said_at = serializers.DateTimeField(allow_null=True)


class MemorySerializer(serializers.Serializer[Any]):
    """A fact of a contact: when it held, when it was recorded, and what said it."""

    id = PublicId(Prefix.FACT)
    contact_id = PublicId(Prefix.CONTACT)
    predicate = serializers.CharField(help_text="name, email, phone, order, place, prefers, instruction, …")
    value = serializers.CharField()
    confidence = serializers.FloatField(help_text="From 0 to 1")
    status = serializers.CharField(help_text="proposed (never used as known), active, superseded or retracted")
    is_pinned = serializers.BooleanField(help_text="Only a person or key of your company changes it.")
    tier = serializers.CharField(help_text="always (told whatever the question is), recent or long_term")
    times_used = serializers.IntegerField(help_text="In how many answers.")
    last_used_at = serializers.DateTimeField(allow_null=True)
    extractor = serializers.CharField()
    extractor_version = serializers.IntegerField()
    valid_from = serializers.DateTimeField(allow_null=True)
    valid_to = serializers.DateTimeField(allow_null=True)
    valid_precision = serializers.CharField(source="precision", help_text="moment, day, week, month or year")
    recorded_at = serializers.DateTimeField()
    superseded_at = serializers.DateTimeField(allow_null=True)
    superseded_by = PublicId(Prefix.FACT, allow_null=True)
    sources = MemorySourceSerializer(many=True)


class MemoryRequest(serializers.Serializer[Any]):
    contact_id = PublicId(Prefix.CONTACT)
    predicate = serializers.CharField(max_length=60, help_text="One of the kinds that are remembered.")
    value = serializers.CharField(max_length=500)


class MemoryChanges(serializers.Serializer[Any]):
    value = serializers.CharField(max_length=500, required=False, help_text="What is true, and always was.")
    is_pinned = serializers.BooleanField(required=False)
