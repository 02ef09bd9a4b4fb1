"""What is remembered of contacts."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from rapport.ids import Prefix


class MemorySourceSerializer(serializers.Serializer[Any]):
    message_id = PublicId(Prefix.MESSAGE, allow_null=True)
    conversation_id = PublicId(Prefix.CONVERSATION, allow_null=True)
    event_id = PublicId(Prefix.EVENT, allow_null=True, help_text="Of an event that your own systems sent.")
    quote = serializers.CharField(help_text="The words that said it.")
    said_at = serializers.DateTimeField(allow_null=True)


class MemorySerializer(serializers.Serializer[Any]):
    """A fact of a contact: when it held, when it was recorded, and what said it."""

    id = PublicId(Prefix.FACT)
    contact_id = PublicId(Prefix.CONTACT)
    predicate = serializers.CharField(help_text="name, email, phone, order, place, prefers, avoids, …")
    value = serializers.CharField()
    confidence = serializers.FloatField(help_text="From 0 to 1")
    valid_from = serializers.DateTimeField(allow_null=True)
    valid_to = serializers.DateTimeField(allow_null=True)
    recorded_at = serializers.DateTimeField()
    superseded_at = serializers.DateTimeField(allow_null=True)
    superseded_by = PublicId(Prefix.FACT, allow_null=True)
    sources = MemorySourceSerializer(many=True)
