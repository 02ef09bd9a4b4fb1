"""The API's reference shows every call of the committed document, and is open to everybody."""

import pytest
from django.test import Client

from frontend.reference import FILE, read_reference
from tests.openapi import read_description

DOCUMENT = read_description()
CALLS = [(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods]


def test_every_call_is_there_once() -> None:
    shown = [(call.method, call.path) for group in read_reference() for call in group.operations]
    assert sorted(shown) == sorted(CALLS)


def test_a_call_says_what_it_takes_and_gives() -> None:
    calls = {call.id: call for group in read_reference() for call in group.operations}
    post = calls["post_message"]
    takes = [(field.name, field.is_required) for field in post.body]
    assert takes == [("text", True), ("proactive", False), ("page_context", False), ("attachments[]", False)]
    assert {field.name for field in post.parameters} == {"conversation_id", "Idempotency-Key"}
    assert '-d \'{"text": "…"}\'' in post.example
    listed = next(answer for answer in calls["list_traces"].answers if answer.status == "200")
    assert [field.name for field in listed.fields][:2] == ["data[]", "id"]
    assert calls["report_leaked_keys"].who == "anyone"


@pytest.mark.django_db
def test_the_page_and_the_document_are_public() -> None:
    page = Client().get("/docs/api/").content.decode()
    assert all(f'id="{call.id}"' in page for group in read_reference() for call in group.operations)
    assert "<style" not in page
    document = Client().get("/docs/openapi.yaml")
    assert document["Content-Type"].startswith("application/yaml")
    assert document.content == FILE.read_bytes()
