"""Where a company's traces are sent. What is in the headers is in none of these but the request."""

from typing import Any, get_args

from rest_framework import serializers

from agents.tracing import names

KINDS = get_args(names.Kind)


class TraceExportRequest(serializers.Serializer[Any]):
    endpoint = serializers.CharField(max_length=2000, help_text="The collector's address; /v1/traces is added to it.")
    headers = serializers.DictField(
        child=serializers.CharField(max_length=4000),
        required=False,
        help_text="Sent with every request, and kept encrypted. Left out: those that are kept stay.",
    )
    content = serializers.ListField(
        child=serializers.ChoiceField(choices=KINDS), required=False, default=list, help_text="What is sent as well."
    )
    is_enabled = serializers.BooleanField(required=False, default=True)


class TraceExportSerializer(serializers.Serializer[Any]):
    endpoint = serializers.CharField(help_text="Empty: none is set up.")
    header_names = serializers.ListField(child=serializers.CharField())
    content = serializers.ListField(child=serializers.CharField())
    is_enabled = serializers.BooleanField()
    state = serializers.CharField(help_text="off, new, healthy or failing")
    last_error = serializers.CharField(help_text="A stable code; empty when the last request was taken.")
    last_tried_at = serializers.DateTimeField(allow_null=True)
    failing_since = serializers.DateTimeField(allow_null=True)
    sent_spans = serializers.IntegerField()
    created_at = serializers.DateTimeField(allow_null=True)


class TraceExportTestSerializer(serializers.Serializer[Any]):
    is_taken = serializers.SerializerMethodField()
    status = serializers.IntegerField(allow_null=True, help_text="The collector's answer; null when there was none.")
    code = serializers.CharField(source="error", help_text="A stable code of what went wrong; empty when it was taken.")
    rejected_spans = serializers.IntegerField(source="rejected")

    def get_is_taken(self, sent: Any) -> bool:
        return not sent.error
