"""What an agent's cache did, and what was proved of it."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from rapport.ids import Prefix


class CacheDaySerializer(serializers.Serializer[Any]):
    day = serializers.DateField()
    exact = serializers.IntegerField()
    like = serializers.IntegerField()
    saved_micros = serializers.IntegerField()


class CacheBoardSerializer(serializers.Serializer[Any]):
    """Sums of the last 30 days. Rates are shares from 0 to 1; money in millionths of the currency."""

    agent_id = PublicId(Prefix.AGENT)
    mode = serializers.ChoiceField(["off", "shadow", "on"], help_text="As the agent's configuration has it.")
    state = serializers.ChoiceField(
        ["off", "shadow", "proving", "on"],
        help_text="proving: to be on, while too little was checked or too much of it was false.",
    )
    most_false_hits = serializers.FloatField(help_text="Like questions are answered while `upper` is below it.")
    checked = serializers.IntegerField(help_text="Answers to like questions beside which the model's own was put.")
    false_hits = serializers.IntegerField()
    false_hit_rate = serializers.FloatField(allow_null=True)
    lower = serializers.FloatField(help_text="Wilson's interval of the rate, at 95 %.")
    upper = serializers.FloatField()
    entries = serializers.IntegerField(help_text="Answers that are kept.")
    lookups = serializers.IntegerField()
    exact = serializers.IntegerField(help_text="The same question was asked before.")
    like = serializers.IntegerField(help_text="A question like it was asked before.")
    would_be = serializers.IntegerField(help_text="A like question's answer was found and not given.")
    saved_micros = serializers.IntegerField()
    currency = serializers.CharField()
    days = CacheDaySerializer(many=True)


class CacheLookupSerializer(serializers.Serializer[Any]):
    """A question for which an answer was kept. Texts are empty once their conversation is gone."""

    id = PublicId(Prefix.LOOKUP)
    turn_id = PublicId(Prefix.TURN)
    found = serializers.ChoiceField(["exact", "like"])
    is_served = serializers.BooleanField()
    verdict = serializers.ChoiceField(["", "same", "different", "wrong"], help_text="Empty: not checked.")
    confidence = serializers.FloatField(allow_null=True)
    saved_micros = serializers.IntegerField()
    currency = serializers.CharField()
    created_at = serializers.DateTimeField()
    question = serializers.CharField()
    cached_question = serializers.CharField()
    answer = serializers.CharField(help_text="The kept one.")
    is_kept = serializers.BooleanField(help_text="Whether it may still be given.")
