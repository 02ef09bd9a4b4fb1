"""Conversations, their messages and citations."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from rapport.ids import Prefix


class ContactRequest(serializers.Serializer[Any]):
    external_id = serializers.CharField(max_length=200, help_text="What your own system calls this customer.")
    name = serializers.CharField(max_length=200, required=False, help_text="Kept when the contact is new.")
    email = serializers.EmailField(max_length=254, required=False, help_text="Kept when the contact is new.")


class ConversationRequest(serializers.Serializer[Any]):
    agent_id = PublicId(Prefix.AGENT, required=False, help_text="For members and keys; a visitor's token names it.")
    contact = ContactRequest(required=False, help_text="For keys: who speaks.")


class ConversationCreated(serializers.Serializer[Any]):
    id = PublicId(Prefix.CONVERSATION)


class ConversationSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.CONVERSATION)
    agent_id = PublicId(Prefix.AGENT)
    contact_id = PublicId(Prefix.CONTACT)
    contact_name = serializers.CharField()
    channel = serializers.CharField(help_text="chat, test, phone or api")
    subject = serializers.CharField()
    message_count = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    last_message_at = serializers.DateTimeField(allow_null=True)


class MessageRequest(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=20_000, trim_whitespace=False, allow_blank=True)


class MessageAccepted(serializers.Serializer[Any]):
    message_id = PublicId(Prefix.MESSAGE)
    turn_id = PublicId(Prefix.TURN)
    stream_url = serializers.CharField()


class CitationSerializer(serializers.Serializer[Any]):
    marker = serializers.IntegerField(help_text="The number in the text: [1]")
    title = serializers.CharField()
    url = serializers.CharField(allow_null=True, help_text="Opens the source at the passage.")
    quote = serializers.CharField()
    document_id = PublicId(Prefix.DOCUMENT, allow_null=True)
    origin = serializers.CharField(help_text="document or memory")


class MessageSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.MESSAGE)
    role = serializers.CharField(help_text="contact, agent or system")
    text = serializers.CharField()
    citations = CitationSerializer(many=True)
    created_at = serializers.DateTimeField()
    turn_id = PublicId(Prefix.TURN, allow_null=True)
