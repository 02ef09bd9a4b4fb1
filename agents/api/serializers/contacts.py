"""Contacts, what happened to them, and who is read as one."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from rapport.ids import Prefix

_GONE = "Empty takes it away."


class ContactSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.CONTACT)
    name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField(help_text="E.164")
    external_id = serializers.CharField(help_text="What your own system calls this customer.")
    is_anonymous = serializers.BooleanField()
    merged_into = PublicId(Prefix.CONTACT, allow_null=True, help_text="Read as one with this contact.")
    created_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField(allow_null=True)


class ContactCreate(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    email = serializers.CharField(max_length=254, required=False, default="", allow_blank=True)
    phone = serializers.CharField(
        max_length=40, required=False, default="", allow_blank=True, help_text="With its country code; kept as E.164."
    )
    external_id = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class ContactChange(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    email = serializers.CharField(max_length=254, required=False, allow_blank=True, help_text=_GONE)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True, help_text=_GONE)
    external_id = serializers.CharField(max_length=200, required=False, allow_blank=True, help_text=_GONE)


class ContactMergeRequest(serializers.Serializer[Any]):
    into = PublicId(Prefix.CONTACT, help_text="Who both are from now on.")


class ContactEventSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.EVENT)
    contact_id = PublicId(Prefix.CONTACT)
    type = serializers.CharField(source="kind", help_text="identify, track, page, screen, group, alias or event")
    name = serializers.CharField()
    traits = serializers.DictField()
    properties = serializers.DictField()
    context = serializers.DictField()  # type: ignore[assignment]
    occurred_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    source = serializers.CharField()  # type: ignore[assignment]
    source_id = serializers.CharField(source="event_id", help_text="The id that the source gave it.")
