"""What many objects are made of: public ids, pages and errors."""

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


@extend_schema_field({"type": "string", "format": "binary"})
class UploadField(serializers.FileField):
    """A file's bytes: drf-spectacular would describe an address."""


class ProblemSerializer(serializers.Serializer[Any]):
    path = serializers.CharField()
    message = serializers.CharField()


class ErrorBody(serializers.Serializer[Any]):
    type = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()
    param = serializers.CharField(allow_null=True)
    request_id = serializers.CharField()
    problems = ProblemSerializer(many=True, required=False, help_text="All that is wrong, where a whole file is.")


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
