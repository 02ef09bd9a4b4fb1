"""Experiments, and what their versions did."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from rapport.ids import Prefix


class SplitSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    percent = serializers.IntegerField(min_value=1, max_value=99)


class ExperimentRequest(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="At most 120 characters.")
    arms = SplitSerializer(many=True, help_text="Two to four versions; the parts add up to 100.")


class ShareSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    share = serializers.FloatField()
    low = serializers.FloatField(help_text="Wilson's interval at 95 per cent.")
    high = serializers.FloatField()


class MiddleSerializer(serializers.Serializer[Any]):
    value = serializers.IntegerField()
    low = serializers.IntegerField(help_text="Of its interval at 95 per cent.")
    high = serializers.IntegerField()


class AverageSerializer(serializers.Serializer[Any]):
    """Of a model's scores, each from 0 to 1."""

    count = serializers.IntegerField()
    grounded = serializers.FloatField()
    relevant = serializers.FloatField()
    complete = serializers.FloatField()


class ArmSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    percent = serializers.IntegerField()
    contacts = serializers.IntegerField()
    conversations = serializers.IntegerField()
    questions = serializers.IntegerField(help_text="Turns that were more than small talk.")
    answered = ShareSerializer()
    unknown = ShareSerializer()
    handed_off = ShareSerializer()
    grounded = ShareSerializer(help_text="Of the answers that were checked.")
    liked = ShareSerializer(help_text="Of the answers that contacts said a word about.")
    cost_micros = serializers.IntegerField(help_text="Millionths of the currency's unit.")
    cost_per_question_micros = serializers.IntegerField(allow_null=True)
    cost_per_question = MiddleSerializer(allow_null=True, help_text="The mean.")
    currency = serializers.CharField()
    median_us = serializers.IntegerField(allow_null=True, help_text="Of a whole answer, in microseconds.")
    median = MiddleSerializer(allow_null=True, help_text="Of a whole answer, in microseconds.")
    p95_us = serializers.IntegerField(allow_null=True)
    judged = AverageSerializer(allow_null=True, help_text="What a model says of those answers that it judged.")


class ExperimentLineSerializer(serializers.Serializer[Any]):
    """An experiment in a list: its figures are on the experiment itself."""

    id = PublicId(Prefix.EXPERIMENT)
    agent_id = PublicId(Prefix.AGENT)
    name = serializers.CharField()
    split = SplitSerializer(many=True)
    is_running = serializers.BooleanField()
    started_at = serializers.DateTimeField()
    stopped_at = serializers.DateTimeField(allow_null=True)


class ExperimentSerializer(ExperimentLineSerializer):
    """With what became of each version's answers."""

    arms = ArmSerializer(many=True)
