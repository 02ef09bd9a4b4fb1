"""What turns did, and what they cost."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from rapport.ids import Prefix


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


class JudgementSerializer(serializers.Serializer[Any]):
    """What a language model says of the answer; each score from 0 to 1."""

    grounded = serializers.FloatField(help_text="What it claims stands in what it cites.")
    relevant = serializers.FloatField(help_text="It is about what was asked.")
    complete = serializers.FloatField(help_text="It says all that the question needs.")
    reason = serializers.CharField(allow_blank=True, help_text="Empty for who may not read conversations.")
    model = serializers.CharField(help_text="The judge's.")
    created_at = serializers.DateTimeField()


class TraceSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.TRACE)
    turn_id = PublicId(Prefix.TURN)
    conversation_id = PublicId(Prefix.CONVERSATION)
    agent_id = PublicId(Prefix.AGENT)
    contact_id = PublicId(Prefix.CONTACT)
    agent_version = serializers.IntegerField(help_text="0: the draft, in a test chat")
    experiment_id = PublicId(Prefix.EXPERIMENT, allow_null=True)
    outcome = serializers.CharField(help_text="answered, unknown, small_talk, length, refused, cancelled or failed")
    started_at = serializers.DateTimeField()
    duration_us = serializers.IntegerField()
    first_token_us = serializers.IntegerField(allow_null=True)
    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    cost_micros = serializers.IntegerField()
    currency = serializers.CharField()
    schema_version = serializers.CharField(help_text="Of the names in its spans; empty for old traces.")
    judgement = JudgementSerializer(allow_null=True, help_text="Of the share that the agent has judged.")
    spans = SpanSerializer(many=True)


class UsageSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.USAGE)
    occurred_at = serializers.DateTimeField()
    meter = serializers.CharField()
    model = serializers.CharField()
    step = serializers.CharField()
    quantity = serializers.IntegerField()
    cost_micros = serializers.IntegerField()
    currency = serializers.CharField(help_text="Of what it cost.")
    price_version = serializers.CharField()
    unit = serializers.CharField()
    price_micros = serializers.IntegerField(help_text="What the company is charged, at list.")
    price_currency = serializers.CharField(help_text="In which it is charged.")
    rate_version = serializers.CharField(help_text="The plan's rates by which it is charged.")
    billed_at = serializers.DateTimeField(
        allow_null=True, help_text="Where the period begins that bears it, when its own was closed before."
    )
    corrects_id = PublicId(Prefix.USAGE, allow_null=True, help_text="The row that this one corrects.")
    agent_id = PublicId(Prefix.AGENT, allow_null=True)
    conversation_id = PublicId(Prefix.CONVERSATION, allow_null=True)
    turn_id = PublicId(Prefix.TURN, allow_null=True)
    document_id = PublicId(Prefix.DOCUMENT, allow_null=True)


class TraceLineSerializer(serializers.Serializer[Any]):
    """A trace in a list: its spans are on the trace itself."""

    id = PublicId(Prefix.TRACE)
    turn_id = PublicId(Prefix.TURN)
    conversation_id = PublicId(Prefix.CONVERSATION, allow_null=True)
    agent_id = PublicId(Prefix.AGENT, allow_null=True)
    contact_id = PublicId(Prefix.CONTACT, allow_null=True)
    agent_version = serializers.IntegerField(help_text="0: the draft, in a test chat")
    experiment_id = PublicId(Prefix.EXPERIMENT, allow_null=True)
    outcome = serializers.CharField()
    started_at = serializers.DateTimeField()
    duration_us = serializers.IntegerField()
    first_token_us = serializers.IntegerField(allow_null=True)
    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    cost_micros = serializers.IntegerField()
    currency = serializers.CharField()


class RunSerializer(serializers.Serializer[Any]):
    """An agent's work on one message."""

    id = PublicId(Prefix.TURN)
    conversation_id = PublicId(Prefix.CONVERSATION)
    state = serializers.CharField(help_text="queued, running, done or failed")
    outcome = serializers.CharField(help_text="answered, unknown, small_talk, length, refused, cancelled or failed")
    error_code = serializers.CharField()
    question_id = PublicId(Prefix.MESSAGE)
    answer_id = PublicId(Prefix.MESSAGE, allow_null=True)
    trace_id = PublicId(Prefix.TRACE, allow_null=True)
    created_at = serializers.DateTimeField()
    duration_us = serializers.IntegerField(allow_null=True)
    first_token_us = serializers.IntegerField(allow_null=True)
    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    cost_micros = serializers.IntegerField()
    currency = serializers.CharField()


class UsageSumSerializer(serializers.Serializer[Any]):
    cost_micros = serializers.IntegerField(help_text="Millionths of the currency's unit")
    currency = serializers.CharField()
    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    embedding_tokens = serializers.IntegerField()
    messages = serializers.IntegerField()
    conversations = serializers.IntegerField()


class UsageDaySerializer(serializers.Serializer[Any]):
    day = serializers.DateField(help_text="In the company's time zone.")
    usage = UsageSumSerializer()


class UsageLineSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="Whose sum it is: an id or a name; empty for what belongs to none.")
    usage = UsageSumSerializer()
    records = serializers.IntegerField(help_text="How many rows of the ledger it is the sum of.")
