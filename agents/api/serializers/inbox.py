"""What is done to conversations by people."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.conversations import CitationSerializer
from agents.api.serializers.fields import PublicId
from rapport.ids import Prefix


class TakeOverRequest(serializers.Serializer[Any]):
    member_id = PublicId(Prefix.USER, required=False, help_text="For keys: the member in whose name it is done.")


class AssignRequest(serializers.Serializer[Any]):
    member_id = PublicId(Prefix.USER, allow_null=True, help_text="Whose it is; null for nobody's.")


class ReplyRequest(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=20_000, trim_whitespace=False, allow_blank=True)
    member_id = PublicId(Prefix.USER, required=False, help_text="For keys: the member in whose name it is written.")


class ReplyCreated(serializers.Serializer[Any]):
    message_id = PublicId(Prefix.MESSAGE)


class SuggestionAccepted(serializers.Serializer[Any]):
    turn_id = PublicId(Prefix.TURN)
    stream_url = serializers.CharField()


class SuggestionSerializer(serializers.Serializer[Any]):
    turn_id = PublicId(Prefix.TURN)
    question_id = PublicId(Prefix.MESSAGE, help_text="The contact's message that it answers.")
    state = serializers.CharField(help_text="queued, running, done or failed")
    is_current = serializers.BooleanField(help_text="It answers the contact's last message.")
    text = serializers.CharField()
    citations = CitationSerializer(many=True)


class ColleagueNoteRequest(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=20_000, trim_whitespace=False, allow_blank=True)


class NoteSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.NOTE)
    author_name = serializers.CharField()
    text = serializers.CharField()
    created_at = serializers.DateTimeField()


class CannedReplyRequest(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    text = serializers.CharField(
        max_length=20_000, trim_whitespace=False, help_text="May hold {{contact.name}}, {{agent.name}}, {{me.name}}."
    )


class CannedReplySerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.CANNED_REPLY)
    name = serializers.CharField()
    text = serializers.CharField()
