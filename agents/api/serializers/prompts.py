"""The prompt registry."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from rapport.ids import Prefix


class PromptVersionSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(source="number")
    text = serializers.CharField()
    digest = serializers.CharField(help_text="SHA-256 of the text.")
    variables = serializers.ListField(child=serializers.CharField())
    labels = serializers.ListField(child=serializers.CharField())
    note = serializers.CharField()
    actor = serializers.CharField()
    created_at = serializers.DateTimeField()


class UseSerializer(serializers.Serializer[Any]):
    agent = serializers.CharField()
    version = serializers.IntegerField()


class PromptLineSerializer(serializers.Serializer[Any]):
    """A prompt in a list: its versions are on the prompt itself."""

    id = PublicId(Prefix.PROMPT)
    name = serializers.CharField(help_text="Agents refer to it by this.")
    latest = serializers.IntegerField(help_text="The newest version's number.")
    labels = serializers.DictField(child=serializers.IntegerField(), help_text="Label → version.")
    created_at = serializers.DateTimeField()
    is_archived = serializers.BooleanField(help_text="Nobody is offered it any more; what refers to it still answers.")


class PromptChangeRequest(serializers.Serializer[Any]):
    is_archived = serializers.BooleanField()


class PromptSerializer(PromptLineSerializer):
    """With all its versions, newest first, and the agents' versions that answer with it now."""

    versions = PromptVersionSerializer(many=True)
    used_by = serializers.SerializerMethodField()

    def get_used_by(self, view: Any) -> list[dict[str, Any]]:
        return [{"agent": agent, "version": version} for agent, version in view.used_by]


class PromptRequest(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="Lower-case letters, digits, - and _, at most 60.")
    text = serializers.CharField(trim_whitespace=False, help_text="With variables as {{ company }}.")
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)


class PromptVersionRequest(serializers.Serializer[Any]):
    text = serializers.CharField(trim_whitespace=False)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)


class LabelRequest(serializers.Serializer[Any]):
    label = serializers.CharField(help_text="For example production.")  # type: ignore[assignment]
    version = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, allow_null=True, help_text="null: take it off."
    )
