"""Agents, and what a visitor's widget sees of them."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from agents.channels.chat.proofs import LONGEST_PROOF
from agents.configuration import to_document
from rapport.ids import Prefix
from tenants.identity_tokens import LONGEST_TOKEN


class AgentSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.AGENT)
    name = serializers.CharField()
    instructions = serializers.CharField()
    greeting = serializers.CharField()
    suggested_questions = serializers.ListField(child=serializers.CharField())
    color = serializers.CharField()
    model = serializers.CharField(help_text="Empty for the platform's default.")
    version = serializers.IntegerField(help_text="The published one. It is written on the trace of every answer.")
    digest = serializers.CharField(help_text="SHA-256 of the configuration.")
    config = serializers.SerializerMethodField(help_text="The whole configuration; docs/agents.md describes it.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_config(self, view: Any) -> dict[str, Any]:
        return to_document(view.config)


class AgentRequest(serializers.Serializer[Any]):
    """What is not given stays as it is, or is the default of a new agent. Lengths are the service's."""

    name = serializers.CharField(required=False, allow_blank=True, help_text="At most 80 characters.")
    instructions = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    greeting = serializers.CharField(required=False, allow_blank=True, help_text="What it says first.")
    suggested_questions = serializers.ListField(
        child=serializers.CharField(allow_blank=True), required=False, help_text="At most four."
    )
    color = serializers.CharField(required=False, help_text="Of the widget, for example #4f46e5.")
    model = serializers.CharField(required=False, allow_blank=True, help_text="Empty for the platform's default.")

    config = serializers.DictField(
        required=False, help_text="Any part of the configuration, laid over it (RFC 7396). docs/agents.md describes it."
    )
    note = serializers.CharField(required=False, allow_blank=True, help_text="Why. At most 300 characters.")


class AgentChangesRequest(AgentRequest):
    publish = serializers.BooleanField(
        required=False, default=True, help_text="false: change the draft alone, and nobody is answered by it yet."
    )


class WidgetAgentSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.AGENT)
    name = serializers.CharField()
    greeting = serializers.CharField()
    suggested_questions = serializers.ListField(child=serializers.CharField())
    color = serializers.CharField()


class ChallengeRequest(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=64, help_text="The publishable key, rp_pk_…")
    embed = serializers.CharField(
        max_length=1000, required=False, default="", allow_blank=True, help_text="From the iframe's page."
    )


class ChallengeSerializer(serializers.Serializer[Any]):
    parameters = serializers.DictField(
        help_text="As ALTCHA has them: `algorithm`, `nonce`, `salt`, `cost`, `keyLength`, `keyPrefix`, `keySignature`, "
        "`expiresAt`, `data`."
    )
    signature = serializers.CharField()


class SessionRequest(ChallengeRequest):
    identity = serializers.CharField(
        max_length=LONGEST_TOKEN,
        required=False,
        default="",
        allow_blank=True,
        help_text="Who the visitor is: a JWT that your own server signed (HS256, an hour at most).",
    )
    carry_conversation = serializers.BooleanField(
        required=False,
        default=False,
        help_text="With `identity`: the anonymous conversation under way becomes the identified visitor's.",
    )
    consent = serializers.IntegerField(
        min_value=0,
        required=False,
        default=0,
        help_text="The version of the widget's consent text that the visitor agreed to, where there is one.",
    )
    proof = serializers.CharField(
        max_length=LONGEST_PROOF,
        required=False,
        default="",
        allow_blank=True,
        help_text="A solved challenge, where the widget asks new visitors for a proof of work: JSON with `challenge` "
        "as it came and `solution` (`counter`, `derivedKey`), in base64.",
    )


class SessionSerializer(serializers.Serializer[Any]):
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
    agent = WidgetAgentSerializer()
    contact_id = PublicId(Prefix.CONTACT)
    is_identified = serializers.BooleanField(help_text="False for an anonymous visitor.")
    conversation_id = PublicId(Prefix.CONVERSATION, allow_null=True)
