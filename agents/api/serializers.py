"""The API's objects: what each field is called, and how rows of selectors become them."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers

from rapport.ids import Prefix, decode, encode


@extend_schema_field({"type": "string", "example": "cnv_06ey5v3n7zq8r9s0t1v2w3x4y5"})
class PublicId(serializers.Field):  # type: ignore[type-arg]
    """A UUID inside, `prefix_…` outside. Raises InvalidId for an id of another kind."""

    def __init__(self, prefix: Prefix, **options: Any) -> None:
        super().__init__(**options)
        self.prefix = prefix

    def to_representation(self, value: UUID) -> str:
        return encode(self.prefix, value)

    def to_internal_value(self, data: object) -> UUID:
        return decode(self.prefix, str(data))


class AgentSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.AGENT)
    name = serializers.CharField()
    greeting = serializers.CharField()
    suggested_questions = serializers.ListField(child=serializers.CharField())
    color = serializers.CharField()
    model = serializers.CharField(help_text="Empty for the platform's default.")
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class WidgetAgentSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.AGENT)
    name = serializers.CharField()
    greeting = serializers.CharField()
    suggested_questions = serializers.ListField(child=serializers.CharField())
    color = serializers.CharField()


class SessionRequest(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=64, help_text="The publishable key, rp_pk_…")
    embed = serializers.CharField(
        max_length=1000, required=False, default="", allow_blank=True, help_text="From the iframe's page."
    )


class SessionSerializer(serializers.Serializer[Any]):
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
    agent = WidgetAgentSerializer()
    conversation_id = PublicId(Prefix.CONVERSATION, allow_null=True)


class LeakedKeyRequest(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=200, help_text="The key that was found.")
    type = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    url = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True, help_text="Where.")


class LeakedKeyResult(serializers.Serializer[Any]):
    token = serializers.CharField()
    label = serializers.ChoiceField(["true_positive", "false_positive"])  # type: ignore[assignment]


class ContactRequest(serializers.Serializer[Any]):
    external_id = serializers.CharField(max_length=200, help_text="What your own system calls this customer.")
    name = serializers.CharField(max_length=200, required=False, help_text="Kept when the contact is new.")
    email = serializers.EmailField(max_length=254, required=False, help_text="Kept when the contact is new.")


class ConversationRequest(serializers.Serializer[Any]):
    agent_id = PublicId(Prefix.AGENT, required=False, help_text="For members and keys; a visitor's token names it.")
    contact = ContactRequest(required=False, help_text="For keys: who speaks.")


class ConversationCreated(serializers.Serializer[Any]):
    id = PublicId(Prefix.CONVERSATION)


class ConversationSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.CONVERSATION)
    agent_id = PublicId(Prefix.AGENT)
    contact_id = PublicId(Prefix.CONTACT)
    contact_name = serializers.CharField()
    channel = serializers.CharField(help_text="chat, test, phone or api")
    subject = serializers.CharField()
    message_count = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    last_message_at = serializers.DateTimeField(allow_null=True)


class MessageRequest(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=20_000, trim_whitespace=False, allow_blank=True)


class MessageAccepted(serializers.Serializer[Any]):
    message_id = PublicId(Prefix.MESSAGE)
    turn_id = PublicId(Prefix.TURN)
    stream_url = serializers.CharField()


class CitationSerializer(serializers.Serializer[Any]):
    marker = serializers.IntegerField(help_text="The number in the text: [1]")
    title = serializers.CharField()
    url = serializers.CharField(allow_null=True, help_text="Opens the source at the passage.")
    quote = serializers.CharField()
    document_id = PublicId(Prefix.DOCUMENT, allow_null=True)
    origin = serializers.CharField(help_text="document or memory")


class MessageSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.MESSAGE)
    role = serializers.CharField(help_text="contact, agent or system")
    text = serializers.CharField()
    citations = CitationSerializer(many=True)
    created_at = serializers.DateTimeField()
    turn_id = PublicId(Prefix.TURN, allow_null=True)


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


class SpanSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.SPAN)
    parent_id = PublicId(Prefix.SPAN, allow_null=True)
    name = serializers.CharField(help_text="OpenTelemetry GenAI's name of the operation")
    label = serializers.CharField()  # type: ignore[assignment]
    status = serializers.CharField(help_text="ok or error")
    start_us = serializers.IntegerField(help_text="Microseconds from the trace's start")
    duration_us = serializers.IntegerField()
    attributes = serializers.DictField()
    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    cost_micros = serializers.IntegerField(help_text="Millionths of the currency's unit")


class TraceSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.TRACE)
    turn_id = PublicId(Prefix.TURN)
    conversation_id = PublicId(Prefix.CONVERSATION)
    agent_id = PublicId(Prefix.AGENT)
    contact_id = PublicId(Prefix.CONTACT)
    agent_version = serializers.IntegerField()
    outcome = serializers.CharField(help_text="answered, unknown, small_talk, length, refused or failed")
    started_at = serializers.DateTimeField()
    duration_us = serializers.IntegerField()
    first_token_us = serializers.IntegerField(allow_null=True)
    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    cost_micros = serializers.IntegerField()
    currency = serializers.CharField()
    spans = SpanSerializer(many=True)


class UsageSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.USAGE)
    occurred_at = serializers.DateTimeField()
    meter = serializers.CharField()
    model = serializers.CharField()
    step = serializers.CharField()
    quantity = serializers.IntegerField()
    cost_micros = serializers.IntegerField()
    currency = serializers.CharField()
    price_version = serializers.CharField()
    agent_id = PublicId(Prefix.AGENT, allow_null=True)
    conversation_id = PublicId(Prefix.CONVERSATION, allow_null=True)
    turn_id = PublicId(Prefix.TURN, allow_null=True)
    document_id = PublicId(Prefix.DOCUMENT, allow_null=True)


class FailedEventSerializer(serializers.Serializer[Any]):
    event_id = PublicId(Prefix.EVENT)
    subscription = serializers.CharField(help_text="What it failed in; one event may have failed in several.")
    type = serializers.CharField()
    attempts = serializers.IntegerField()
    error_code = serializers.CharField()
    error_message = serializers.CharField(help_text="Says what to do.")
    received_at = serializers.DateTimeField()


class FailedEventsRequest(serializers.Serializer[Any]):
    action = serializers.ChoiceField(["replay", "drop"])
    event_ids = serializers.ListField(child=PublicId(Prefix.EVENT), required=False, default=list, max_length=500)
    subscription = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    code = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    all = serializers.BooleanField(required=False, default=False, help_text="Needed when nothing else is given.")


class FailedEventsActed(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="How many there were.")


class ErrorBody(serializers.Serializer[Any]):
    type = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()
    param = serializers.CharField(allow_null=True)
    request_id = serializers.CharField()


class ErrorSerializer(serializers.Serializer[Any]):
    error = ErrorBody()


def page_of(serializer: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The schema of a page of them."""
    name = serializer.__name__.removesuffix("Serializer")
    return inline_serializer(
        f"{name}Page",
        {
            "data": serializer(many=True),
            "has_more": serializers.BooleanField(),
            "next_cursor": serializers.CharField(allow_null=True),
        },
    )
