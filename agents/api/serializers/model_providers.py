"""A company's own providers of models. The key is in none of these."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from rapport.ids import Prefix


class ModelProviderSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.MODEL_PROVIDER)
    provider = serializers.CharField(help_text="openai, anthropic, google or openai_compatible")
    name = serializers.CharField()
    base_url = serializers.CharField(help_text="Empty: the provider's own address.")
    key_hint = serializers.CharField(source="hint", help_text="The key's last four characters.")
    region = serializers.CharField()
    models = serializers.ListField(child=serializers.CharField(), help_text="Names that agents can use.")
    state = serializers.CharField(help_text="untested, working or failing, as the last test found it")
    checked_at = serializers.DateTimeField(allow_null=True)
    last_error = serializers.CharField()
    created_at = serializers.DateTimeField()


class ModelTestRequest(serializers.Serializer[Any]):
    model = serializers.CharField(
        max_length=120, required=False, default="", allow_blank=True, help_text="Empty: its first one."
    )


class ModelTestSerializer(serializers.Serializer[Any]):
    """What came of really asking for one word."""

    model = serializers.CharField()
    trace_id = PublicId(Prefix.TRACE, help_text="Of the call.")
    is_working = serializers.BooleanField()
    text = serializers.CharField(help_text="What the model said.")
    first_token_ms = serializers.IntegerField(allow_null=True)
    duration_ms = serializers.IntegerField()
    cost_micros = serializers.IntegerField(help_text="Millionths of a dollar; 0 for a model without a known price.")
    code = serializers.CharField(help_text="A stable code of what went wrong; empty when it answered.")
    message = serializers.CharField(source="error")
