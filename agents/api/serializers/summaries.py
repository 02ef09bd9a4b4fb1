"""What conversations, contacts and accounts amount to, and what that was made of."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from agents.selectors.summaries import InputView
from rapport.ids import Prefix, encode

_PREFIXES = {
    "turn": Prefix.MESSAGE,
    "fact": Prefix.FACT,
    "conversation": Prefix.CONVERSATION,
    "contact": Prefix.CONTACT,
}


class SummaryInputSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="turn, fact, conversation or contact")
    id = serializers.SerializerMethodField(help_text="Of a turn: of the message that it begins with.")
    digest = serializers.CharField(help_text="Of what it said when the summary was made.")

    def get_id(self, row: InputView) -> str:
        return encode(_PREFIXES[row.kind], row.id)


class SummaryLineSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(
        help_text="asked, told, answered, unanswered, done, handed_off, closed, written, counts, known or conversation"
    )
    text = serializers.CharField()
    message_id = PublicId(Prefix.MESSAGE, allow_null=True, help_text="Whose words these are.")
    conversation_id = PublicId(Prefix.CONVERSATION, allow_null=True)
    at = serializers.DateTimeField(allow_null=True)


class SummarySerializer(serializers.Serializer[Any]):
    """Made anew whenever what it was made of changes, never edited."""

    id = PublicId(Prefix.SUMMARY)
    level = serializers.CharField(help_text="conversation or contact")
    contact_id = PublicId(Prefix.CONTACT)
    conversation_id = PublicId(Prefix.CONVERSATION, allow_null=True)
    text = serializers.CharField()
    language = serializers.CharField(help_text="en or de")
    lines = SummaryLineSerializer(many=True)
    inputs = SummaryInputSerializer(many=True)
    digest = serializers.CharField(help_text="Over the inputs: the same inputs give the same summary.")
    extractor = serializers.CharField(help_text="rules, or model")
    extractor_version = serializers.IntegerField(source="version")
    times_made = serializers.IntegerField()
    first_at = serializers.DateTimeField(allow_null=True)
    last_at = serializers.DateTimeField(allow_null=True)
    made_at = serializers.DateTimeField()


class AccountSerializer(serializers.Serializer[Any]):
    """A company that contacts belong to, as your own systems say. It holds no one's words."""

    id = PublicId(Prefix.ACCOUNT)
    key = serializers.CharField(help_text="What your own systems call it.")
    name = serializers.CharField()
    summary = serializers.CharField(source="text")
    numbers = serializers.DictField(child=serializers.IntegerField())
    subjects = serializers.ListField(
        child=serializers.CharField(), help_text="What at least three of its contacts ask about."
    )
    contact_ids = serializers.ListField(source="contacts", child=PublicId(Prefix.CONTACT))
    digest = serializers.CharField()
    extractor_version = serializers.IntegerField(source="version")
    times_made = serializers.IntegerField()
    made_at = serializers.DateTimeField()
