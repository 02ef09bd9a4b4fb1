"""Events that failed."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from rapport.ids import Prefix


class FailedEventSerializer(serializers.Serializer[Any]):
    event_id = PublicId(Prefix.EVENT)
    subscription = serializers.CharField(help_text="What it failed in; one event may have failed in several.")
    type = serializers.CharField()
    attempts = serializers.IntegerField()
    error_code = serializers.CharField()
    error_message = serializers.CharField(help_text="Says what to do.")
    received_at = serializers.DateTimeField()


class FailedEventsRequest(serializers.Serializer[Any]):
    action = serializers.ChoiceField(["replay", "drop"])
    event_ids = serializers.ListField(child=PublicId(Prefix.EVENT), required=False, default=list, max_length=500)
    subscription = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    code = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    all = serializers.BooleanField(required=False, default=False, help_text="Needed when nothing else is given.")


class FailedEventsActed(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="How many there were.")
