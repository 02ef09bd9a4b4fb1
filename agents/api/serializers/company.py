"""The company, its members and its keys."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from rapport.ids import Prefix


class CompanySerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.TENANT)
    name = serializers.CharField()
    slug = serializers.CharField()
    time_zone = serializers.CharField()
    locale = serializers.CharField()
    currency = serializers.CharField()


class MeSerializer(serializers.Serializer[Any]):
    company = CompanySerializer()
    kind = serializers.CharField(help_text="key or member")
    id = serializers.CharField(help_text="key_… or usr_…")
    is_test = serializers.BooleanField(help_text="What it starts are test conversations.")
    scopes = serializers.ListField(child=serializers.CharField(), help_text="What it may do.")


class MemberSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.USER, source="user_id")
    email = serializers.EmailField()
    name = serializers.CharField()
    role = serializers.CharField(help_text="owner, admin, developer, analyst or billing")
    joined_at = serializers.DateTimeField()


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
