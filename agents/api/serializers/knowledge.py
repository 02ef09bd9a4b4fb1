"""Sources, documents and passages."""

from typing import Any

from rest_framework import serializers

from agents.api.serializers.fields import PublicId, UploadField
from ingestion.models import SourceKind
from rapport.ids import Prefix


class SourceSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.SOURCE)
    kind = serializers.CharField(help_text="upload, website or answers")
    name = serializers.CharField()
    url = serializers.CharField(help_text="Of a website.")
    documents = serializers.IntegerField()
    ready = serializers.IntegerField()
    waiting = serializers.IntegerField()
    failed = serializers.IntegerField()
    crawl_state = serializers.CharField(help_text="Of a website: queued, running, done or failed.")
    crawl_error_code = serializers.CharField()
    crawl_error = serializers.CharField(help_text="Says what to do.")
    last_crawled_at = serializers.DateTimeField(allow_null=True)


class SourceRequest(serializers.Serializer[Any]):
    kind = serializers.ChoiceField([SourceKind.UPLOAD.value, SourceKind.WEBSITE.value])
    name = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    url = serializers.CharField(
        max_length=2000, required=False, default="", allow_blank=True, help_text="Of the website, or of its sitemap."
    )
    max_pages = serializers.IntegerField(min_value=1, max_value=10_000, required=False, default=500)


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
    is_answering = serializers.BooleanField(help_text="A version of it is in use, also while a newer one is read.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class DocumentRequest(serializers.Serializer[Any]):
    """Either `text` (JSON) or `file` (multipart)."""

    source_id = PublicId(Prefix.SOURCE, required=False, help_text="The company's first folder of uploads without it.")
    name = serializers.CharField(
        max_length=1000,
        required=False,
        help_text="Its identity within the source: the same name again is a new version. A file's own name without it.",
    )
    text = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    content_type = serializers.CharField(
        max_length=120, required=False, default="", allow_blank=True, help_text="Of the text: text/markdown, text/html…"
    )
    url = serializers.CharField(
        max_length=2000, required=False, default="", allow_blank=True, help_text="Where citations of it lead."
    )
    file = UploadField(required=False, allow_empty_file=True, max_length=1000)


class DocumentTaken(serializers.Serializer[Any]):
    id = PublicId(Prefix.DOCUMENT)
    is_unchanged = serializers.BooleanField(help_text="The same bytes were here already: nothing was done.")


class PassageSerializer(serializers.Serializer[Any]):
    id = PublicId(Prefix.CHUNK)
    ordinal = serializers.IntegerField(help_text="From 0")
    text = serializers.CharField()
    heading_path = serializers.ListField(child=serializers.CharField())
    char_start = serializers.IntegerField(help_text="In the document's text.")
    char_end = serializers.IntegerField()
    tokens = serializers.IntegerField()


class Count(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="How many there were.")
