"""Exports and erasures by the API: begun with a key that may, followed to their end, and nobody else's."""

import io
import zipfile
from collections.abc import Callable

import pytest
from django.test import Client

from agents.services import post_message
from rapport.events.inline import deliver_now
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM
from tenants.api_keys import create_api_key
from tenants.privacy.receipts import Finding, verify
from tests.cast import Cast, Visitor

READS = ("contacts.read", "conversations.read", "traces.read")
WithKey = Callable[..., Client]


@pytest.fixture
def with_key(cast: Cast) -> WithKey:
    def client(*scopes: str) -> Client:
        key = create_api_key(tenant_id=cast.acme.tenant_id, name="privacy", scopes=scopes, actor=SYSTEM)
        return Client(headers={"Authorization": f"Bearer {key.secret}"})

    return client


def address(visitor: Visitor, what: str) -> str:
    return f"/v1/contacts/{encode(Prefix.CONTACT, visitor.contact_id)}/{what}"


def test_an_export_from_request_to_download(with_key: WithKey, visitor: Visitor) -> None:
    client = with_key(*READS)
    begun = client.post(address(visitor, "exports"), headers={"Idempotency-Key": "one"})
    assert begun.status_code == 202
    assert begun.json()["state"] == "queued"
    assert (
        client.post(address(visitor, "exports"), headers={"Idempotency-Key": "one"}).json()["id"] == begun.json()["id"]
    )
    url = f"/v1/exports/{begun.json()['id']}"
    early = client.get(f"{url}/download")
    assert (early.status_code, early.json()["error"]["code"]) == (409, "export_not_ready")
    deliver_now()
    assert client.get(url).json()["state"] == "ready"
    answer = client.get(f"{url}/download")
    assert answer["Cache-Control"] == "no-store"
    assert "manifest.json" in zipfile.ZipFile(io.BytesIO(answer.getvalue())).namelist()
    assert [each["id"] for each in client.get(address(visitor, "exports")).json()["data"]] == [begun.json()["id"]]


@pytest.mark.parametrize("missing", READS)
def test_who_may_not_read_all_of_it_exports_nothing(with_key: WithKey, visitor: Visitor, missing: str) -> None:
    client = with_key(*(each for each in READS if each != missing))
    answer = client.post(address(visitor, "exports"))
    assert answer.status_code == 403
    assert missing in answer.json()["error"]["message"]


def test_a_companys_archive_is_not_for_keys(with_key: WithKey, cast: Cast) -> None:
    from tenants.privacy.exporting import request_export

    export_id = request_export(tenant_id=cast.acme.tenant_id, contact_id=None, actor=SYSTEM)
    deliver_now()
    url = f"/v1/exports/{encode(Prefix.EXPORT, export_id)}"
    assert with_key(*READS).get(f"{url}/download").status_code == 403


def test_an_erasure_from_request_to_receipt(with_key: WithKey, visitor: Visitor) -> None:
    client = with_key("contacts.erase", "contacts.read")
    begun = client.post(address(visitor, "erasure"), headers={"Idempotency-Key": "one"})
    assert begun.status_code == 202
    assert begun.json()["state"] == "requested"
    deliver_now()
    found = client.get(f"/v1/erasures/{begun.json()['id']}").json()
    assert found["state"] == "done"
    assert found["emptied"] == found["total"]
    assert verify(found["receipt"]) is Finding.OURS
    assert client.get(address(visitor, "erasure")).json()["id"] == found["id"]
    assert client.get("/v1/erasures").json()["data"][0]["id"] == found["id"]
    again = client.post(address(visitor, "erasure"), headers={"Idempotency-Key": "one"})
    assert (again.status_code, again.json()["id"]) == (202, found["id"])
    assert client.post(address(visitor, "erasure")).status_code == 404
    assert client.get(f"/v1/contacts/{encode(Prefix.CONTACT, visitor.contact_id)}").status_code == 404


def test_reading_contacts_is_not_erasing_them(with_key: WithKey, visitor: Visitor) -> None:
    assert with_key("contacts.read", "contacts.write").post(address(visitor, "erasure")).status_code == 403


def test_a_browsers_session_begins_neither(alice_client: Client, visitor: Visitor) -> None:
    alice_client.cookies["csrftoken"] = "a" * 32
    headers = {"X-CSRFToken": "a" * 32, "Origin": "http://testserver"}
    for what in ("exports", "erasure"):
        answer = alice_client.post(address(visitor, what), {}, content_type="application/json", headers=headers)
        assert answer.status_code == 403
        assert "dashboard" in answer.json()["error"]["message"]


def test_a_visitor_who_was_erased_is_told_that_the_session_is_over(
    with_key: WithKey, cast: Cast, visitor: Visitor
) -> None:
    """The widget then opens a new one, as someone new."""
    from agents.channels.chat.tokens import VisitorSession, make_token

    session = VisitorSession(cast.acme.tenant_id, cast.acme.agent_id, visitor.contact_id, cast.acme.key_id)
    with_key("contacts.erase").post(address(visitor, "erasure"))
    deliver_now()
    chat = Client(headers={"Authorization": f"Bearer {make_token(session)[0]}"})
    conversation = encode(Prefix.CONVERSATION, visitor.conversation_id)
    assert chat.get(f"/v1/conversations/{conversation}/messages").status_code == 401
    assert chat.post("/v1/conversations", {}, content_type="application/json").status_code == 401


@pytest.mark.parametrize("kind", ["message", "conversation"])
def test_a_message_or_a_conversation_alone(cast: Cast, with_key: WithKey, visitor: Visitor, kind: str) -> None:
    message_id = post_message(
        tenant_id=cast.acme.tenant_id,
        conversation_id=visitor.conversation_id,
        text="I live in Quokkaville.",
        idempotency_key="",
        actor=SYSTEM,
    ).message_id
    message, conversation = encode(Prefix.MESSAGE, message_id), encode(Prefix.CONVERSATION, visitor.conversation_id)
    url = f"/v1/messages/{message}/erasure" if kind == "message" else f"/v1/conversations/{conversation}/erasure"
    assert with_key(*READS).post(url).status_code == 403
    client = with_key("contacts.erase", "contacts.read", "conversations.read")
    begun = client.post(url, headers={"Idempotency-Key": "one"})
    assert (begun.status_code, begun.json()["kind"], begun.json()["state"]) == (202, kind, "requested")
    assert client.post(url, headers={"Idempotency-Key": "one"}).json()["id"] == begun.json()["id"]
    deliver_now()
    done = client.get(f"/v1/erasures/{begun.json()['id']}").json()
    assert done["contact_id"] == encode(Prefix.CONTACT, visitor.contact_id)
    assert done[f"{kind}_id"] == (message if kind == "message" else conversation)
    assert verify(done["receipt"]) is Finding.OURS
    assert client.post(url).status_code == 404
    left = client.get(f"/v1/conversations/{conversation}/messages")
    assert left.status_code == (200 if kind == "message" else 404)
    if kind == "message":
        assert left.json()["data"] == []
