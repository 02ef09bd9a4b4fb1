"""Tools, their connections, calls that wait for a person, and what contacts want people to do."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from agents.tools.conditions import CONSENTS
from agents.tools.connections import AUTHS, KINDS
from agents.tools.http.calling import METHODS
from rapport.ids import Prefix


@extend_schema_field({"type": "object", "additionalProperties": True})
class AnObject(serializers.JSONField):
    """Any JSON object."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            raise serializers.ValidationError("Write a JSON object.")
        return super().to_internal_value(data)


class ConnectionRequest(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(
        KINDS, default="http", help_text="http: an API that calls are made to; mcp: an MCP server (streamable HTTP)."
    )
    base_url = serializers.CharField(max_length=2000, help_text="https://…, without ? and #")
    auth = serializers.ChoiceField(AUTHS, default="none")
    auth_name = serializers.CharField(
        max_length=80, default="", allow_blank=True, help_text="Of the header or parameter; for basic the user."
    )
    secret = serializers.CharField(
        max_length=4000, default="", allow_blank=True, trim_whitespace=False, help_text="Never given back."
    )


class CredentialRequest(serializers.Serializer[Any]):
    auth = serializers.ChoiceField(AUTHS)
    auth_name = serializers.CharField(max_length=80, default="", allow_blank=True)
    secret = serializers.CharField(max_length=4000, default="", allow_blank=True, trim_whitespace=False)


class ConnectionSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.TOOL_CONNECTION)
    name = serializers.CharField()
    kind = serializers.CharField(help_text="http or mcp")
    base_url = serializers.CharField()
    auth = serializers.CharField()
    auth_name = serializers.CharField()
    has_secret = serializers.BooleanField()
    tools = serializers.IntegerField(help_text="How many.")
    created_at = serializers.DateTimeField()


class PolicyRequest(serializers.Serializer[Any]):
    """Under which conditions a tool is used; what is left out has its default or stays."""

    effect = serializers.ChoiceField(("read", "write"), required=False)
    consent = serializers.ChoiceField(CONSENTS, required=False)
    asks_for = serializers.ListField(child=serializers.CharField(max_length=80), max_length=50, required=False)
    destinations = serializers.ListField(child=serializers.CharField(max_length=80), max_length=50, required=False)
    takes_found = serializers.BooleanField(required=False)
    is_idempotent = serializers.BooleanField(required=False)
    timeout_seconds = serializers.FloatField(required=False, min_value=0.5, max_value=30)
    per_minute = serializers.IntegerField(required=False, min_value=1, max_value=600)
    max_characters = serializers.IntegerField(required=False, min_value=200, max_value=40_000)


class ToolRequest(serializers.Serializer[Any]):
    connection_id = PublicId(Prefix.TOOL_CONNECTION)
    name = serializers.CharField(max_length=60)
    description = serializers.CharField(max_length=1000)
    method = serializers.ChoiceField(METHODS)
    path = serializers.CharField(max_length=1000, help_text="/orders/{order}")
    parameters = AnObject(help_text="JSON Schema of an object.")
    places = serializers.DictField(child=serializers.CharField(max_length=20), default=dict)
    result = AnObject(required=False, help_text="JSON Schema of the answer.")
    policy = PolicyRequest(required=False)


class ToolChangesRequest(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    description = serializers.CharField(max_length=1000, required=False)
    is_enabled = serializers.BooleanField(required=False)
    policy = PolicyRequest(required=False)


class PolicySerializer(serializers.Serializer[Any]):
    effect = serializers.CharField()
    consent = serializers.CharField()
    asks_for = serializers.ListField(child=serializers.CharField())
    destinations = serializers.ListField(child=serializers.CharField())
    takes_found = serializers.BooleanField()
    is_idempotent = serializers.BooleanField()
    timeout_seconds = serializers.FloatField()
    per_minute = serializers.IntegerField()
    max_characters = serializers.IntegerField()


class SaysSerializer(serializers.Serializer[Any]):
    description = serializers.CharField()
    parameters = AnObject()
    hints = AnObject(help_text="read_only, destructive and idempotent, as the server says.")
    digest = serializers.CharField(help_text="Of all this: agreeing names it.")
    problem = serializers.CharField(help_text="Why it cannot be agreed to; empty when it can.")


class AgreementRequest(serializers.Serializer[Any]):
    digest = serializers.CharField(max_length=64, help_text="says.digest of what was looked at.")


class RefusedToolSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    problem = serializers.CharField(help_text="Why it cannot be used.")


class RefreshedSerializer(serializers.Serializer[Any]):
    """What a look at an MCP server came to, in numbers of its tools."""

    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    gone = serializers.IntegerField()
    same = serializers.IntegerField()
    problems = RefusedToolSerializer(many=True)


class ToolSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.TOOL)
    connection_id = PublicId(Prefix.TOOL_CONNECTION)
    kind = serializers.CharField(help_text="http or mcp")
    name = serializers.CharField()
    description = serializers.CharField()
    method = serializers.CharField(help_text="Empty for an MCP server's tool.")
    path = serializers.CharField(help_text="For an MCP server's tool its name there.")
    parameters = AnObject()
    policy = PolicySerializer()
    is_enabled = serializers.BooleanField()
    is_usable = serializers.BooleanField(help_text="On, and as somebody has looked at it.")
    standing = serializers.CharField(
        help_text="Of an MCP server's tool: new, changed or gone wait for somebody to look; same does not."
    )
    says = SaysSerializer(allow_null=True, help_text="What its server says by now, while that waits.")
    created_at = serializers.DateTimeField()


class OpenApiRequest(serializers.Serializer[Any]):
    document = serializers.CharField(
        max_length=2_000_000, trim_whitespace=False, help_text="OpenAPI 3.0 or 3.1 as JSON or YAML."
    )
    operations = serializers.ListField(
        child=serializers.CharField(max_length=300),
        max_length=200,
        default=list,
        help_text='Those to import, for example "GET /orders/{id}"; none: only look what there is.',
    )


class OperationSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    problem = serializers.CharField(help_text="Why it cannot be imported; empty when it can.")


class ImportSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    base_url = serializers.CharField(help_text="The file's own server; the connection's address is what is called.")
    operations = OperationSerializer(many=True)
    imported = ToolSerializer(many=True)


class TrialRequest(serializers.Serializer[Any]):
    arguments = AnObject(default=dict)


class TrialSerializer(serializers.Serializer[Any]):
    state = serializers.CharField(help_text="done, failed or unknown")
    code = serializers.CharField(help_text="Why it failed; empty when it did not.")
    told = serializers.CharField(help_text="What a model would read.")
    attempts = serializers.IntegerField()


class ApprovalSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.APPROVAL)
    tool = serializers.CharField()
    arguments = serializers.CharField(
        allow_null=True, help_text="JSON, as the model wrote it; null without traces.read or conversations.write."
    )
    result = serializers.CharField(allow_null=True, help_text="What the agent was told; null without traces.read.")
    conversation_id = PublicId(Prefix.CONVERSATION)
    contact_id = PublicId(Prefix.CONTACT)
    agent_id = PublicId(Prefix.AGENT)
    state = serializers.CharField(help_text="waiting, approved, refused or expired")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.CharField()


class ServiceRequestSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.SERVICE_REQUEST)
    kind = serializers.CharField(help_text="ticket or callback")
    conversation_id = PublicId(Prefix.CONVERSATION)
    contact_id = PublicId(Prefix.CONTACT)
    subject = serializers.CharField()
    text = serializers.CharField()
    phone = serializers.CharField()
    wanted_at = serializers.DateTimeField(allow_null=True)
    is_open = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
