"""What OpenAI's form has, for the document: requests are read by `agents.channels.openai.reading`."""

from typing import Any

from rest_framework import serializers


class ChatMessageSerializer(serializers.Serializer[Any]):
    role = serializers.CharField(help_text="system, developer, user, assistant or tool")
    content = serializers.JSONField(required=False, help_text="A text, or a list of parts that are text.")
    tool_calls = serializers.ListField(child=serializers.DictField(), required=False)
    tool_call_id = serializers.CharField(required=False)


class ChatCompletionRequest(serializers.Serializer[Any]):
    model = serializers.CharField(help_text="An agent: its id or its name.")
    messages = ChatMessageSerializer(many=True)
    stream = serializers.BooleanField(required=False)
    stream_options = serializers.DictField(required=False, help_text='{"include_usage": true}')
    tools = serializers.ListField(child=serializers.DictField(), required=False)
    tool_choice = serializers.JSONField(required=False)
    max_completion_tokens = serializers.IntegerField(required=False, min_value=1)
    user = serializers.CharField(required=False, help_text="Your own id of the customer: one contact, one memory.")
    metadata = serializers.DictField(required=False, help_text='{"conversation": "cnv_…", "contact": "…"}')


class ChatCompletionSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="The turn, trn_…")
    object = serializers.CharField()
    created = serializers.IntegerField()
    model = serializers.CharField()
    choices = serializers.ListField(child=serializers.DictField())
    usage = serializers.DictField(help_text="Tokens of the models that wrote, as they are billed.")
    rapport = serializers.DictField(help_text="conversation_id, turn_id, trace_id, outcome, citations")


class ModelSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    object = serializers.CharField()
    created = serializers.IntegerField()
    owned_by = serializers.CharField()
    rapport = serializers.DictField(help_text="The agent's name and version.")


class ModelListSerializer(serializers.Serializer[Any]):
    object = serializers.CharField()
    data = ModelSerializer(many=True)  # type: ignore[assignment]


class EmbeddingRequestSerializer(serializers.Serializer[Any]):
    input = serializers.JSONField(help_text="A text, or a list of texts.")
    model = serializers.CharField(required=False)
    encoding_format = serializers.ChoiceField(["float", "base64"], required=False)
    dimensions = serializers.IntegerField(required=False)


class EmbeddingListSerializer(serializers.Serializer[Any]):
    object = serializers.CharField()
    data = serializers.ListField(child=serializers.DictField())  # type: ignore[assignment]
    model = serializers.CharField()
    usage = serializers.DictField()
