"""Conversations, their messages and citations."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.attachments import AttachmentSerializer
from agents.api.serializers.fields import PublicId
from agents.api.serializers.versions import PinnedVersion, VersionNumber
from agents.inbox.addresses import LONGEST
from rapport.ids import Prefix
from tenants.attachments import MOST_FILES


class ContactRequest(serializers.Serializer[Any]):
    external_id = serializers.CharField(max_length=200, help_text="What your own system calls this customer.")
    name = serializers.CharField(max_length=200, required=False, help_text="Kept when the contact is new.")
    email = serializers.EmailField(max_length=254, required=False, help_text="Kept when the contact is new.")


class ConversationRequest(serializers.Serializer[Any]):
    agent_id = PublicId(Prefix.AGENT, required=False, help_text="For members and keys; a visitor's token names it.")
    contact = ContactRequest(required=False, help_text="For keys: who speaks.")
    version = VersionNumber(
        required=False, help_text="For members and keys with agents.read: the version that answers all of it."
    )


class ConversationCreated(serializers.Serializer[Any]):
    id = PublicId(Prefix.CONVERSATION)


class ConversationSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.CONVERSATION)
    agent_id = PublicId(Prefix.AGENT)
    contact_id = PublicId(Prefix.CONTACT)
    contact_name = serializers.CharField()
    channel = serializers.CharField(help_text="chat, test, phone or api")
    agent_version = PinnedVersion(allow_null=True, help_text="That answers all of it; null: as for everybody.")
    subject = serializers.CharField()
    message_count = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    last_message_at = serializers.DateTimeField(allow_null=True)
    state = serializers.CharField(help_text="Who answers: agent, waiting (a person is awaited), human or closed")
    assignee_id = PublicId(Prefix.USER, allow_null=True)
    assignee_name = serializers.CharField()
    handoff_reason = serializers.CharField(help_text="Of the last hand-off: asked, low_grounding, phrase, budget, …")
    handed_off_at = serializers.DateTimeField(allow_null=True)
    handoff_summary = serializers.CharField(
        help_text="For whoever takes it over, by a model of the agent's; empty without one, and for visitors."
    )
    reply_to = serializers.CharField(
        help_text="Where people's answers go by mail when the contact is gone: an address that it left, unproved."
    )
    refuses_mail = serializers.BooleanField(help_text="Whoever got mail there wants no more.")
    page_context = serializers.DictField(
        child=serializers.CharField(), help_text="What the page around the widget last said of what the contact does."
    )


class ReplyAddressRequest(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=LONGEST)


class MessageRequest(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=20_000, trim_whitespace=False, allow_blank=True)
    proactive = serializers.CharField(
        max_length=40,
        required=False,
        help_text="For visitors: the id of the proactive message that this answers; it is kept before it.",
    )

    page_context = serializers.DictField(
        child=serializers.JSONField(allow_null=True),
        required=False,
        help_text="For visitors: what the page says of what they do there. At most 20 names with a text of 500 "
        "characters, a number, true or false each.",
    )
    attachments = serializers.ListField(
        child=PublicId(Prefix.ATTACHMENT),
        required=False,
        max_length=MOST_FILES,
        help_text="Files that were sent to the conversation before. With one the text may be empty.",
    )


class MessageAccepted(serializers.Serializer[Any]):
    message_id = PublicId(Prefix.MESSAGE)
    turn_id = PublicId(Prefix.TURN, allow_null=True, help_text="null: a person answers, and no agent.")
    stream_url = serializers.CharField(allow_null=True)


class CitationSerializer(serializers.Serializer[Any]):
    marker = serializers.IntegerField(help_text="The number in the text: [1]")
    title = serializers.CharField()
    url = serializers.CharField(allow_null=True, help_text="Opens the source at the passage.")
    quote = serializers.CharField()
    document_id = PublicId(Prefix.DOCUMENT, allow_null=True)
    origin = serializers.CharField(help_text="document, memory or file (that the contact sent)")


class MessageSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.MESSAGE)
    role = serializers.CharField(help_text="contact, agent, human or system")
    text = serializers.CharField()
    citations = CitationSerializer(many=True)
    author_name = serializers.CharField(help_text="Of a person of the company; empty for all others.")
    created_at = serializers.DateTimeField()
    turn_id = PublicId(Prefix.TURN, allow_null=True)
    rating = serializers.CharField(allow_null=True, help_text="What the contact thinks of an answer: good or bad.")
    attachments = AttachmentSerializer(many=True, help_text="Files that the contact sent with it.")
