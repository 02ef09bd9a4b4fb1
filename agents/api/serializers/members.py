"""The company's people, and who is asked to join."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId
from rapport.ids import Prefix

_ROLES = "owner, admin, developer, analyst or billing"


class MemberSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.USER, source="user_id")
    email = serializers.EmailField()
    name = serializers.CharField()
    role = serializers.CharField(help_text=_ROLES)
    joined_at = serializers.DateTimeField()


class RoleRequest(serializers.Serializer[Any]):
    role = serializers.CharField(max_length=16, help_text=f"{_ROLES}; a key never makes owners.")


class InvitationRequest(RoleRequest):
    email = serializers.CharField(max_length=254, help_text="Where the mail goes; the link is for this address only.")


class InvitationSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.INVITATION)
    email = serializers.EmailField()
    role = serializers.CharField()
    invited_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    is_open = serializers.BooleanField(help_text="False: it is older than seven days.")
