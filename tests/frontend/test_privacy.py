"""The pages of privacy: exporting, erasing, receipts; for whom they are, and the password asked for once more."""

import json

import pytest
from django.test import Client

from agents.services import post_message
from rapport.events.inline import deliver_now
from rapport.ids import Prefix, encode
from tenants.actors import visitor_actor
from tenants.context import tenant_scope
from tenants.models import Tenant
from tenants.privacy.models import DataExport, Erasure
from tenants.privacy.receipts import Finding, verify
from tests.cast import PASSWORD, Cast, Visitor, sign_in
from tests.frontend.conftest import age_sign_ins

HEADERS = {"X-CSRFToken": "a" * 32, "Origin": "http://testserver"}


@pytest.fixture
def alice(cast: Cast) -> Client:
    """Who has typed her password just now."""
    return confirmed(sign_in(cast.alice))


def confirmed(client: Client) -> Client:
    client.cookies["csrftoken"] = "a" * 32
    client.post("/accounts/reauthenticate/", {"password": PASSWORD}, headers=HEADERS)
    return client


def contact_page(visitor: Visitor) -> str:
    return f"/contacts/{encode(Prefix.CONTACT, visitor.contact_id)}/"


def test_erasing_a_contact_from_its_page_to_the_receipt(alice: Client, visitor: Visitor, cast: Cast) -> None:
    assert b"Erase for good" in alice.get(contact_page(visitor)).content
    answer = alice.post(f"{contact_page(visitor)}erase/", headers=HEADERS)
    assert answer.status_code == 302
    assert b"waiting" in alice.get(answer["Location"]).content
    assert b"is being erased" in alice.get(contact_page(visitor)).content
    deliver_now()
    assert b"signed here and unchanged" in alice.get(answer["Location"]).content
    receipt = json.loads(alice.get(f"{answer['Location']}receipt.json").content)
    assert verify(receipt) is Finding.OURS
    assert receipt["id"].encode() in alice.get("/privacy/").content
    assert alice.get(contact_page(visitor)).status_code == 404


def test_a_receipt_that_someone_changed_is_shown_as_such(alice: Client, visitor: Visitor, cast: Cast) -> None:
    url = alice.post(f"{contact_page(visitor)}erase/", headers=HEADERS)["Location"]
    deliver_now()
    with tenant_scope(cast.acme.tenant_id):
        row = Erasure.objects.get()
        row.receipt["erased"] += 1
        row.save()
    assert b"does not fit its signature" in alice.get(url).content


def test_exporting_a_contact_and_the_company(alice: Client, visitor: Visitor, cast: Cast) -> None:
    assert alice.post(f"{contact_page(visitor)}export/", headers=HEADERS).status_code == 302
    assert alice.post("/privacy/export/", headers=HEADERS).status_code == 302
    assert b'hx-trigger="every 1s"' in alice.get("/privacy/board/").content
    deliver_now()
    with tenant_scope(cast.acme.tenant_id):
        ids = list(DataExport.objects.values_list("id", flat=True))
    for each in ids:
        url = f"/privacy/exports/{encode(Prefix.EXPORT, each)}/"
        answer = alice.get(url)
        assert answer["Content-Type"] == "application/zip"
        assert answer.getvalue().startswith(b"PK")
        assert any(url.encode() in alice.get(page).content for page in (contact_page(visitor), "/privacy/"))


def test_a_browser_that_was_left_open_does_none_of_it(cast: Cast, alice: Client, visitor: Visitor) -> None:
    age_sign_ins()
    for path in (f"{contact_page(visitor)}erase/", f"{contact_page(visitor)}export/", "/privacy/export/"):
        answer = alice.post(path, headers=HEADERS)
        assert answer.status_code == 302
        assert "reauthenticate" in answer["Location"]
    with tenant_scope(cast.acme.tenant_id):
        assert not Erasure.objects.exists()
        assert not DataExport.objects.exists()


def test_an_analyst_exports_a_contact_and_neither_erases_nor_exports_the_company(cast: Cast, visitor: Visitor) -> None:
    bob = confirmed(sign_in(cast.bob))
    shown = bob.get(contact_page(visitor)).content
    assert b"Erase for good" not in shown
    assert b"Make an archive" not in bob.get("/privacy/").content
    assert bob.post(f"{contact_page(visitor)}erase/", headers=HEADERS).status_code == 403
    assert bob.post("/privacy/export/", headers=HEADERS).status_code == 403
    assert bob.post(f"{contact_page(visitor)}export/", headers=HEADERS).status_code == 302
    assert Tenant.objects.filter(id=cast.acme.tenant_id).exists()


def test_erasing_a_message_from_its_conversations_page(alice: Client, visitor: Visitor, cast: Cast) -> None:
    message_id = post_message(
        tenant_id=cast.acme.tenant_id,
        conversation_id=visitor.conversation_id,
        text="I live in Quokkaville.",
        idempotency_key="",
        actor=visitor_actor(visitor.contact_id),
    ).message_id
    page = f"/conversations/{encode(Prefix.CONVERSATION, visitor.conversation_id)}/"
    url = f"/messages/{encode(Prefix.MESSAGE, message_id)}/erase/"
    assert url.encode() in alice.get(page).content
    bob = confirmed(sign_in(cast.bob))
    assert url.encode() not in bob.get(page).content
    assert bob.post(url, headers=HEADERS).status_code == 403
    answer = alice.post(url, headers=HEADERS)
    deliver_now()
    assert b"signed here and unchanged" in alice.get(answer["Location"]).content
    assert b"Quokkaville" not in alice.get(page).content
    answer = alice.post(f"{page}erase/", headers=HEADERS)
    deliver_now()
    assert b"signed here and unchanged" in alice.get(answer["Location"]).content
    assert alice.get(page).status_code == 404
