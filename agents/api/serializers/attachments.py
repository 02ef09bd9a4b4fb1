"""Files that go with messages."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId, UploadField
from rapport.ids import Prefix

_NAME = "With an ending that fits its content: .png, .jpg, .pdf, .txt, …"


class AttachmentUpload(serializers.Serializer[Any]):
    file = UploadField(allow_empty_file=True)
    name = serializers.CharField(max_length=255, required=False, help_text=f"Instead of the file's own. {_NAME}")


class AttachmentRequest(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=255, help_text=_NAME)
    content = serializers.CharField(trim_whitespace=False, allow_blank=True, help_text="The bytes in base64.")


class AttachmentSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.ATTACHMENT)
    name = serializers.CharField(help_text="As whoever sent it called it.")
    kind = serializers.CharField(help_text="png, jpeg, webp, gif, pdf, text or csv, by its content")
    media_type = serializers.CharField()
    size_bytes = serializers.IntegerField()
    is_picture = serializers.BooleanField()
    message_id = PublicId(Prefix.MESSAGE, allow_null=True, help_text="null: not sent yet.")
