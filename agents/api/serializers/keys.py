"""Secret keys."""

from typing import Any

from rest_framework import serializers


class LeakedKeyRequest(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=200, help_text="The key that was found.")
    type = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    url = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True, help_text="Where.")


class LeakedKeyResult(serializers.Serializer[Any]):
    token = serializers.CharField()
    label = serializers.ChoiceField(["true_positive", "false_positive"])  # type: ignore[assignment]
