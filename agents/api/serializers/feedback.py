"""What people think of answers, and answers that people approved."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.conversations import CitationSerializer
from agents.api.serializers.fields import PublicId
from agents.models import FeedbackReason
from rapport.ids import Prefix

RATINGS = ("good", "bad")


class RatingRequest(serializers.Serializer[Any]):
    rating = serializers.ChoiceField(RATINGS)
    reason = serializers.ChoiceField(
        FeedbackReason.values, required=False, allow_blank=True, default="", help_text="Of a bad answer."
    )
    comment = serializers.CharField(max_length=8000, required=False, allow_blank=True, default="")
    correction = serializers.CharField(
        max_length=8000, required=False, allow_blank=True, default="", help_text="What should have been said."
    )
    rater = serializers.ChoiceField(
        ["contact", "staff"],
        required=False,
        help_text="For keys: whose word it is, contact where it is left out. Members speak for the staff.",
    )


class FeedbackSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.FEEDBACK)
    conversation_id = PublicId(Prefix.CONVERSATION)
    message_id = PublicId(Prefix.MESSAGE)
    agent_id = PublicId(Prefix.AGENT)
    agent_version = serializers.IntegerField(allow_null=True, help_text="That answered; 0: the draft.")
    rater = serializers.CharField(help_text="contact or staff")
    rating = serializers.SerializerMethodField(help_text="good or bad")
    reason = serializers.CharField(help_text=f"One of {', '.join(FeedbackReason.values)}, or empty.")
    comment = serializers.CharField()
    correction = serializers.CharField()
    question = serializers.CharField(help_text="What was asked.")
    answer = serializers.CharField(help_text="What was answered.")
    citations = CitationSerializer(many=True, help_text="Of the answer.")
    document_id = PublicId(Prefix.DOCUMENT, allow_null=True, help_text="The approved answer that was made of it.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_rating(self, row: Any) -> str:
        return "good" if row.is_good else "bad"


class RatedSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.FEEDBACK)


class ApprovedAnswerRequest(serializers.Serializer[Any]):
    question = serializers.CharField(
        max_length=2000, help_text="As customers ask it; the same one replaces its answer."
    )
    answer = serializers.CharField(max_length=20_000, trim_whitespace=False)
    feedback_id = PublicId(Prefix.FEEDBACK, required=False, help_text="What it was made of.")


class ApprovedAnswerSerializer(serializers.Serializer[Any]):
    document_id = PublicId(Prefix.DOCUMENT)
    source_id = PublicId(Prefix.SOURCE)
