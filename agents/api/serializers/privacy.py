"""Exports and erasures."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from rapport.ids import Prefix


class ExportSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.EXPORT)
    contact_id = PublicId(Prefix.CONTACT, allow_null=True, help_text="Null: the whole company's.")
    state = serializers.ChoiceField(["queued", "running", "ready", "failed", "expired"])
    requested_by = serializers.CharField()
    requested_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True, help_text="From then on the archive is gone.")
    error_code = serializers.CharField(help_text="Empty unless it failed.")
    done = serializers.IntegerField(help_text="Rows and files written so far.")
    total = serializers.IntegerField()
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField(help_text="Of the archive, hexadecimal.")


class StoreCountSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="A table or a store.")
    before = serializers.IntegerField(allow_null=True, help_text="What was there.")
    after = serializers.IntegerField(allow_null=True, help_text="What is left; null: not asked yet.")
    attempts = serializers.IntegerField(help_text="How often it was emptied.")


class ErasureSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.ERASURE)
    kind = serializers.ChoiceField(["contact", "conversation", "message"], help_text="What is erased.")
    contact_id = PublicId(Prefix.CONTACT, help_text="Whom it was about. Erased, the id means nothing any more.")
    conversation_id = PublicId(Prefix.CONVERSATION, allow_null=True, help_text="The conversation that is erased alone.")
    message_id = PublicId(Prefix.MESSAGE, allow_null=True, help_text="The message that is erased alone.")
    state = serializers.ChoiceField(["requested", "erasing", "done", "stuck"])
    requested_by = serializers.CharField()
    requested_at = serializers.DateTimeField()
    suppressed_at = serializers.DateTimeField(allow_null=True, help_text="From then on nothing was written.")
    finished_at = serializers.DateTimeField(allow_null=True)
    error_code = serializers.CharField(help_text="Why it is stuck.")
    total = serializers.IntegerField(help_text="Tables and stores to empty.")
    emptied = serializers.IntegerField(help_text="Those that counted zero.")
    erased = serializers.IntegerField(help_text="Rows, vectors, nodes, frames and files that were there.")
    stores = StoreCountSerializer(many=True)
    receipt = serializers.DictField(help_text="Signed with Ed25519; empty until it is done.")
