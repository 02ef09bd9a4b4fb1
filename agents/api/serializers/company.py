"""The company, and who calls."""

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
