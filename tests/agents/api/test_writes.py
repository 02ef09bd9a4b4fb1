"""What keys and members make, change and remove by the API: once for a key, refused by name, and for their own company
only.
"""

import base64
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agents.api.parsers import MAX_DEPTH
from agents.models import Agent
from ingestion.models import Document, Source
from tenants.actors import SYSTEM
from tenants.api_keys import create_api_key
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.agents.api.conftest import Caller
from tests.cast import Cast, Company

WRITER = ("agents.read", "agents.write", "knowledge.read", "knowledge.write")


def key_of(company: Company, *scopes: str) -> Caller:
    made = create_api_key(tenant_id=company.tenant_id, name="x", scopes=scopes or WRITER, actor=SYSTEM)
    return Caller(Client(), Authorization=f"Bearer {made.secret}")


@pytest.fixture
def writer(cast: Cast) -> Caller:
    return key_of(cast.acme)


def patch(caller: Caller, path: str, body: object) -> Any:
    return caller.client.patch(path, body, content_type="application/json", headers=caller.headers)


def delete(caller: Caller, path: str) -> Any:
    return caller.client.delete(path, headers=caller.headers)


def test_an_agent_is_made_and_changed(cast: Cast, writer: Caller) -> None:
    made = writer.post("/v1/agents", {"name": "Night shift", "suggested_questions": ["Are you open?"]})
    assert (made.status_code, made.json()["greeting"] != "") == (201, True)
    changed = patch(writer, f"/v1/agents/{made.json()['id']}", {"color": "#112233"}).json()
    assert (changed["version"], changed["color"], changed["name"]) == (2, "#112233", "Night shift")
    with tenant_scope(cast.acme.tenant_id):
        actions = AuditEntry.objects.filter(actor__startswith="key:").values_list("action", flat=True)
        assert list(actions.order_by("id")) == ["agent.created", "agent.published", "agent.updated"]


def test_the_same_key_makes_one_agent(cast: Cast, writer: Caller) -> None:
    first = writer.post("/v1/agents", {"name": "One"}, **{"Idempotency-Key": "a"})
    again = writer.post("/v1/agents", {"name": "One"}, **{"Idempotency-Key": "a"})
    other = writer.post("/v1/agents", {"name": "Two"}, **{"Idempotency-Key": "a"})
    assert first.json() == again.json()
    assert (again["Idempotent-Replayed"], "Idempotent-Replayed" in first) == ("true", False)
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_key_reused")
    with tenant_scope(cast.acme.tenant_id):
        assert Agent.objects.count() == 2


def test_another_companys_same_key_is_another(cast: Cast, writer: Caller) -> None:
    ours = writer.post("/v1/agents", {"name": "One"}, **{"Idempotency-Key": "a"}).json()
    theirs = key_of(cast.other).post("/v1/agents", {"name": "Two"}, **{"Idempotency-Key": "a"})
    assert theirs.status_code == 201
    assert theirs.json()["id"] != ours["id"]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"color": "red"}, "color"),
        ({"suggested_questions": ["?"] * 5}, "suggested_questions"),
        ({"suggested_questions": "?"}, "suggested_questions"),
        ({"greeting": None}, "greeting"),
    ],
)
def test_a_wrong_agent_is_refused_by_field(writer: Caller, body: object, param: str) -> None:
    answer = writer.post("/v1/agents", body)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


def test_a_text_becomes_a_document(cast: Cast, writer: Caller) -> None:
    source = writer.post("/v1/sources", {"kind": "upload", "name": "Handbook"}).json()
    body = {"name": "returns.md", "text": "# Returns\n\nWithin 30 days.", "source_id": source["id"]}
    taken, again = writer.post("/v1/documents", body), writer.post("/v1/documents", body)
    assert (taken.status_code, taken.json()["is_unchanged"]) == (202, False)
    assert (again.status_code, again.json()) == (200, {"id": taken.json()["id"], "is_unchanged": True})
    found = writer.get(f"/v1/documents/{taken.json()['id']}").json()
    assert (found["name"], found["source_id"], found["state"]) == ("returns.md", source["id"], "queued")
    assert writer.get(f"/v1/documents/{taken.json()['id']}/passages").json()["data"] == []


def test_a_file_becomes_a_document(cast: Cast, writer: Caller) -> None:
    file = SimpleUploadedFile("prices.csv", b"what,price\nparcel,4.90\n", content_type="text/csv")
    taken = writer.client.post("/v1/documents", {"file": file}, headers=writer.headers)
    assert taken.status_code == 202
    assert writer.get(f"/v1/documents/{taken.json()['id']}").json()["name"] == "prices.csv"


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"name": "a"}, "text"),
        ({"text": "a"}, "name"),
        ({"name": "a", "text": "b", "source_id": "doc_x"}, None),
        ({"name": "a", "text": 7.5, "url": "x" * 3000}, "url"),
    ],
)
def test_a_wrong_document_is_refused(writer: Caller, body: object, param: str | None) -> None:
    answer = writer.post("/v1/documents", body)
    assert answer.status_code in {400, 404}
    assert answer.json()["error"]["param"] == param


def test_documents_and_sources_go(cast: Cast, writer: Caller) -> None:
    source = writer.post("/v1/sources", {"kind": "upload"}).json()["id"]
    one = writer.post("/v1/documents", {"name": "a.md", "text": "A", "source_id": source}).json()["id"]
    assert delete(writer, f"/v1/documents/{one}").status_code == 204
    assert writer.get(f"/v1/documents/{one}").status_code == 404
    assert delete(writer, f"/v1/sources/{source}").status_code == 204
    assert writer.get(f"/v1/sources/{source}").status_code == 404
    assert writer.post("/v1/documents", {"name": "b", "text": "B", "source_id": source}).status_code == 404


def test_a_failed_document_is_tried_again(cast: Cast, writer: Caller) -> None:
    one = writer.post("/v1/documents", {"name": "a.md", "text": "A"}).json()["id"]
    assert writer.post(f"/v1/documents/{one}/retry", {}).json()["error"]["code"] == "nothing_to_retry"
    with tenant_scope(cast.acme.tenant_id):
        Document.objects.update(state="failed", error_code="x")
    assert writer.post(f"/v1/documents/{one}/retry", {}).status_code == 202
    source = writer.get(f"/v1/documents/{one}").json()["source_id"]
    with tenant_scope(cast.acme.tenant_id):
        Document.objects.update(state="failed")
    assert writer.post(f"/v1/sources/{source}/retry", {}).json() == {"count": 1}


def test_a_website_is_read_at_once_and_again_later(cast: Cast, writer: Caller) -> None:
    made = writer.post("/v1/sources", {"kind": "website", "url": "https://www.example.com/help"}).json()
    assert (made["kind"], made["crawl_state"], made["name"]) == ("website", "queued", "www.example.com")
    busy = writer.post(f"/v1/sources/{made['id']}/crawl", {})
    assert (busy.status_code, busy.json()["error"]["code"]) == (409, "crawl_already_running")
    with tenant_scope(cast.acme.tenant_id):
        Source.objects.update(crawl_state="done")
    assert writer.post(f"/v1/sources/{made['id']}/crawl", {}).status_code == 202
    assert writer.post("/v1/sources", {"kind": "website", "url": "not one"}).json()["error"]["param"] == "url"
    assert writer.post("/v1/sources", {"kind": "ftp"}).json()["error"]["param"] == "kind"


def test_reading_scopes_write_nothing(cast: Cast) -> None:
    reader = key_of(cast.acme, "agents.read", "knowledge.read")
    for path, body in (("agents", {"name": "x"}), ("sources", {"kind": "upload"}), ("documents", {"name": "x"})):
        answer = reader.post(f"/v1/{path}", body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "permission_denied")


def test_an_analyst_writes_nothing(bob: Caller) -> None:
    assert bob.post("/v1/agents", {"name": "x"}).status_code == 403
    assert bob.post("/v1/sources", {"kind": "upload"}).status_code == 403


def raw(caller: Caller, body: bytes, kind: str = "application/json") -> Any:
    return caller.client.post("/v1/agents", body, content_type=kind, headers=caller.headers)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"name": NaN}',
        b'{"name": 1e999}',
        b'{"name": "a\\u0000b"}',
        b'{"name": "\\ud800"}',
        b'{"\\ud800": 1}',
        b"\xff\xfe",
        b"[" * (MAX_DEPTH + 2) + b"]" * (MAX_DEPTH + 2),
        b"[" * 100_000,
    ],
)
def test_what_is_no_json_is_refused(writer: Caller, body: bytes) -> None:
    answer = raw(writer, body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_json")


def test_too_large_a_body_is_refused(writer: Caller) -> None:
    answer = raw(writer, b'"' + base64.b64encode(bytes(2 * 1024 * 1024)) + b'"')
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body_too_large")


def test_another_kind_of_body_is_refused(writer: Caller) -> None:
    assert raw(writer, b"<agent/>", "application/xml").status_code == 415
