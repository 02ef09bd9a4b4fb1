"""The audit log."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from rapport.ids import Prefix


@extend_schema_field({"type": "object", "additionalProperties": True})
class Facts(serializers.JSONField):
    """Names and values; which names there are depends on the action."""


class AuditSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.AUDIT)
    at = serializers.DateTimeField()
    actor = serializers.CharField(help_text="user:usr_…, key:key_…, visitor:con_…, agent:agt_… or system")
    action = serializers.CharField(help_text="For example agent.updated.")
    subject = serializers.CharField(help_text="The id of what it was done to; empty when it is many.")
    details = Facts()
    before = Facts(help_text="What changed, as it was.")
    after = Facts(help_text="The same names, as they are.")
