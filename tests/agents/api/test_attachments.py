"""Files that visitors send: off until allowed, told by their content, served so that nothing of them runs."""

import base64
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agents.attachments.kinds import check_name
from agents.errors import AttachmentName
from agents.models import Attachment
from rapport.errors import InvalidRequest
from tenants.actors import SYSTEM
from tenants.api_keys import create_api_key
from tenants.attachments import AttachmentRules, set_attachment_rules
from tenants.context import tenant_scope
from tenants.permissions import Permission
from tests.agents.api.conftest import Caller, member, open_session, visitor_of
from tests.cast import Cast

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
RULES = AttachmentRules(("png", "pdf", "text"), megabytes=1, most=2)


def allow(cast: Cast, rules: AttachmentRules = RULES) -> None:
    set_attachment_rules(tenant_id=cast.acme.tenant_id, key_id=cast.acme.key_id, rules=rules, actor=SYSTEM)


def begin(caller: Caller) -> str:
    return str(caller.post("/v1/conversations", {}).json()["id"])


def upload(caller: Caller, conversation: str, name: str, content: bytes, **headers: str) -> Any:
    file = SimpleUploadedFile(name, content, "image/png")  # what a browser says of it counts for nothing
    url = f"/v1/conversations/{conversation}/attachments"
    return caller.client.post(url, {"file": file}, headers=caller.headers | headers)


def send(caller: Caller, conversation: str, *files: str, text: str = "", **headers: str) -> Any:
    body = {"text": text, "attachments": files}
    return caller.post(f"/v1/conversations/{conversation}/messages", body, **headers)


def test_a_file_comes_with_its_message_and_is_for_these_two_sides_alone(
    cast: Cast, alice_client: Client, charlie_client: Client
) -> None:
    visitor, stranger = visitor_of(cast.acme), visitor_of(cast.acme)
    talk = begin(visitor)
    refused = upload(visitor, talk, "a.png", PNG)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "attachments_off"), "Off until allowed."
    allow(cast)
    first = upload(visitor, talk, "../../Receipt 1.png", PNG, **{"Idempotency-Key": "k"})
    again = upload(visitor, talk, "../../Receipt 1.png", PNG, **{"Idempotency-Key": "k"})
    assert (first.status_code, again.json()) == (201, first.json())
    kept = first.json()
    assert (kept["name"], kept["kind"], kept["size_bytes"], kept["message_id"]) == ("Receipt 1.png", "png", 48, None)
    address = f"/v1/attachments/{kept['id']}/content"
    assert visitor.get(address).content == PNG
    assert alice_client.get(address).status_code == 404, "What was not sent is nobody else's."
    posted = send(visitor, talk, kept["id"], **{"Idempotency-Key": "m"})
    assert posted.status_code == 202
    assert send(visitor, talk, kept["id"], **{"Idempotency-Key": "m"}).json() == posted.json()
    [message, *_] = visitor.get(f"/v1/conversations/{talk}/messages").json()["data"]
    assert message["text"] == "Receipt 1.png"
    assert [(each["id"], each["message_id"]) for each in message["attachments"]] == [(kept["id"], message["id"])]
    assert visitor.get(f"/v1/conversations/{talk}/attachments").json()["data"] == message["attachments"]
    served = alice_client.get(address)
    assert (served.status_code, served.content, served["Content-Type"]) == (200, PNG, "image/png")
    assert served["Content-Disposition"] == 'attachment; filename="Receipt 1.png"'
    assert served["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in served["Content-Security-Policy"]
    for other in (stranger, Caller(charlie_client)):
        for path in (address, f"/v1/attachments/{kept['id']}"):
            assert other.get(path).status_code == 404
        assert other.delete(f"/v1/attachments/{kept['id']}").status_code in (403, 404)
        assert upload(other, talk, "a.png", PNG).status_code in (403, 404)
    removed = visitor.delete(f"/v1/attachments/{kept['id']}")
    assert (removed.status_code, removed.json()["error"]["code"]) == (409, "attachment_sent")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.png", b"", "attachment_empty"),
        ("a.txt", b" \n", "attachment_empty"),
        ("a.png", PNG + b"\0" * 1024 * 1024, "attachment_too_large"),
        ("a.gif", b"GIF89a" + b"\0" * 20, "attachment_kind"),  # not allowed here
        ("a.csv", b"a,b\n1,2\n", "attachment_kind"),
        ("a.png", b"MZ\x90\0\3\0\0\0" + b"\0" * 60, "attachment_kind"),
        ("a.txt", b"<!doctype html><script>alert(1)</script>", "attachment_kind"),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "attachment_name"),
        ("a.pdf", b"MZ\0\0%PDF-1.4\n", "attachment_kind"),
        ("a.pdf", b"only words", "attachment_kind"),
        ("a.txt", PNG, "attachment_name"),
        ("receipt.pdf.exe", b"%PDF-1.4\n%%EOF", "attachment_name"),
        ("receipt.png.html", PNG, "attachment_name"),
    ],
)
def test_what_is_no_such_file_gets_a_sentence(cast: Cast, name: str, content: bytes, code: str) -> None:
    allow(cast)
    visitor = visitor_of(cast.acme)
    refused = upload(visitor, begin(visitor), name, content)
    error = refused.json()["error"]
    assert (error["code"], refused.status_code in (400, 413, 415)) == (code, True)
    assert error["message"].endswith(".")
    assert "words" not in error["message"], "It never repeats what was sent."
    with tenant_scope(cast.acme.tenant_id):
        assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["", " ", ".htaccess", "a/b.png", "..\\b.png", "a\0.png", "a\u202egnp.exe", "a\n.png", "a" * 121, "CON:.png"],
)
def test_a_name_is_a_name(name: str) -> None:
    with pytest.raises(AttachmentName):
        check_name(name)


def test_so_many_go_with_a_message_and_each_with_one(cast: Cast) -> None:
    allow(cast)
    visitor = visitor_of(cast.acme)
    talk, other = begin(visitor), begin(visitor)
    ids = [upload(visitor, talk, f"{number}.txt", b"words").json()["id"] for number in range(10)]
    assert upload(visitor, talk, "more.txt", b"words").json()["error"]["code"] == "too_many_attachments"
    assert visitor.delete(f"/v1/attachments/{ids.pop()}").status_code == 204
    assert send(visitor, talk, *ids[:3]).json()["error"]["code"] == "too_many_attachments"
    assert send(visitor, other, ids[0]).json()["error"]["code"] == "attachment_not_found"
    assert send(visitor, talk, *ids[:2], text="Here they are").status_code == 202
    assert send(visitor, talk, ids[0], text="Again").json()["error"]["code"] == "attachment_not_found"
    assert send(visitor, talk, text=" ").json()["error"]["code"] == "message_empty"


def test_a_key_sends_in_json_what_it_may_send(cast: Cast) -> None:
    def key(*scopes: Permission) -> Caller:
        made = create_api_key(tenant_id=cast.acme.tenant_id, name="k", scopes=scopes, actor=SYSTEM)
        return Caller(Client(), Authorization=f"Bearer {made.secret}")

    writes = key(Permission.CONVERSATIONS_WRITE, Permission.CONVERSATIONS_READ)
    body = {"agent_id": open_session(cast.acme).json()["agent"]["id"], "contact": {"external_id": "c1"}}
    talk = writes.post("/v1/conversations", body).json()["id"]
    url = f"/v1/conversations/{talk}/attachments"
    sent = writes.post(url, {"name": "a.csv", "content": base64.b64encode(b"a,b\n1,2\n").decode()})
    assert (sent.status_code, sent.json()["kind"]) == (201, "csv")
    assert send(writes, talk, sent.json()["id"], text="What is in it?").status_code == 202
    assert writes.get(f"/v1/attachments/{sent.json()['id']}/content")["Content-Type"] == "text/csv"
    for wrong in ({"name": "a.csv", "content": "%"}, {"name": "a.csv"}, {}):
        assert writes.post(url, wrong).status_code == 400
    for scopes in ((Permission.AGENTS_READ,), (Permission.CONVERSATIONS_READ,)):
        assert key(*scopes).post(url, {}).status_code == 403
    assert key(Permission.AGENTS_READ).get(url).status_code == 403
    assert key(Permission.AGENTS_READ).get(f"/v1/attachments/{sent.json()['id']}/content").status_code == 403


def test_nobody_speaks_in_a_customers_place_with_a_file(cast: Cast, alice_client: Client) -> None:
    allow(cast)
    talk = begin(visitor_of(cast.acme))
    assert upload(member(alice_client), talk, "a.png", PNG).status_code == 403


@pytest.mark.parametrize(
    "rules", [AttachmentRules(("exe",)), AttachmentRules(("png",), 11), AttachmentRules(("png",), 1, 6)]
)
def test_the_company_allows_no_more_than_there_is(cast: Cast, rules: AttachmentRules) -> None:
    with pytest.raises(InvalidRequest):
        allow(cast, rules)
