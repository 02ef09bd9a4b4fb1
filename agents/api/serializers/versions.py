"""Versions of agents, what differs between them, and files."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from agents.selectors.agents import DRAFT
from rapport.ids import Prefix

DRAFT_WORD = "draft"


@extend_schema_field({"oneOf": [{"type": "integer", "minimum": 1}, {"type": "string", "enum": [DRAFT_WORD]}]})
class VersionNumber(serializers.Field):  # type: ignore[type-arg]
    """A version's number, or "draft": DRAFT inside."""

    default_error_messages = {"wrong": 'Write the number of a version, or "draft".'}

    def to_representation(self, value: int) -> int | str:
        return DRAFT_WORD if value == DRAFT else value

    def to_internal_value(self, data: object) -> int:
        if data == DRAFT_WORD:
            return DRAFT
        if not isinstance(data, int) or isinstance(data, bool) or not 0 < data < 2**31:
            self.fail("wrong")
        return data


@extend_schema_field({"type": "string", "description": "A number, or draft."})
class PinnedVersion(VersionNumber):
    """Of a conversation, as text."""

    def to_representation(self, value: int) -> str:
        return str(super().to_representation(value))


class VersionSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(source="number")
    digest = serializers.CharField(help_text="SHA-256 of the configuration: equal versions have the same.")
    note = serializers.CharField()
    actor = serializers.CharField(help_text="Who made it, for example user:usr_…")
    from_version = serializers.IntegerField(allow_null=True, help_text="The version that it took up again.")
    is_candidate = serializers.BooleanField(help_text="Kept, but not published: for test chats and experiments.")
    is_published = serializers.BooleanField(help_text="It answers now.")
    is_in_experiment = serializers.BooleanField(help_text="It answers some, in an experiment that is running.")
    created_at = serializers.DateTimeField()


class VersionConfigSerializer(serializers.Serializer[Any]):
    """A version, or the draft, with its whole configuration."""

    version = VersionNumber()
    digest = serializers.CharField()
    config = serializers.DictField(help_text="The whole document; docs/agents.md describes its sections.")


class NoteRequest(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True, default="", help_text="At most 300 characters.")


class RollbackRequest(NoteRequest):
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="Which to take up again.")


class SegmentSerializer(serializers.Serializer[Any]):
    op = serializers.ChoiceField(choices=["same", "removed", "added"])
    text = serializers.CharField()


class ChangeSerializer(serializers.Serializer[Any]):
    path = serializers.CharField(help_text="For example prompt.blocks.0.text")
    kind = serializers.ChoiceField(choices=["added", "removed", "changed"])
    before = serializers.JSONField(help_text="null where there was nothing.")
    after = serializers.JSONField()
    segments = SegmentSerializer(many=True, help_text="A long text's pieces, in order; else empty.")


class DiffSerializer(serializers.Serializer[Any]):
    changes = ChangeSerializer(many=True)


class FileSerializer(serializers.Serializer[Any]):
    yaml = serializers.CharField(help_text="One YAML file. It holds no secrets.")


class ImportRequest(serializers.Serializer[Any]):
    yaml = serializers.CharField(max_length=128 * 1024, trim_whitespace=False, help_text="What an export gave.")
    agent_id = PublicId(
        Prefix.AGENT, required=False, help_text="Whose draft it becomes. Without it a new agent is made."
    )
