"""Sources and documents."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from rapport.ids import Prefix


class SourceSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.SOURCE)
    kind = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField()
    documents = serializers.IntegerField()
    ready = serializers.IntegerField()
    waiting = serializers.IntegerField()
    failed = serializers.IntegerField()


class DocumentSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.DOCUMENT)
    source_id = PublicId(Prefix.SOURCE)
    name = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()
    language = serializers.CharField()
    size_bytes = serializers.IntegerField()
    state = serializers.CharField(help_text="queued, processing, ready or failed")
    stage = serializers.CharField()
    error_code = serializers.CharField()
    error_message = serializers.CharField(help_text="Says what to do.")
    chunks = serializers.IntegerField()
    tokens = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
