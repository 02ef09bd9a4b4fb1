"""Secret keys."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from rapport.ids import Prefix
from tenants.api_keys import LONGEST_NAME, ROTATION_HOURS

MOST_GRACE_HOURS = 168


class ApiKeySerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.API_KEY)
    name = serializers.CharField()
    is_test = serializers.BooleanField()
    masked = serializers.CharField(help_text="Its beginning and its last characters; the key itself was shown once.")
    scopes = serializers.ListField(child=serializers.CharField())
    state = serializers.CharField(help_text="live, expiring, expired or revoked")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")
    made_by_key = PublicId(Prefix.API_KEY, allow_null=True, help_text="It is revoked with the key that made it.")


class ApiKeyRequest(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=LONGEST_NAME)
    scopes = serializers.ListField(
        child=serializers.CharField(max_length=40),
        max_length=60,
        help_text="None that your own key, or the person who made it, does not have.",
    )
    is_test = serializers.BooleanField(required=False, default=False, help_text="A key for tests makes only such.")
    expires_at = serializers.DateTimeField(required=False, help_text="Never later than your own key's.")


class NewApiKeySerializer(ApiKeySerializer):
    secret = serializers.CharField(
        allow_null=True,
        help_text="rp_sk_…; shown this once. null when the same call came before: replace the key if it was lost.",
    )


class KeyRotationRequest(serializers.Serializer[Any]):
    grace_hours = serializers.IntegerField(
        required=False,
        default=ROTATION_HOURS,
        min_value=0,
        max_value=MOST_GRACE_HOURS,
        help_text="For how long the old one is accepted.",
    )


class LeakedKeyRequest(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=200, help_text="The key that was found.")
    type = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    url = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True, help_text="Where.")


class LeakedKeyResult(serializers.Serializer[Any]):
    token = serializers.CharField()
    label = serializers.ChoiceField(["true_positive", "false_positive"])  # type: ignore[assignment]
