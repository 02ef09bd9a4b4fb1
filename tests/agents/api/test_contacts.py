"""Contacts by the API: found exactly, made once, changed field by field, merged and taken apart again."""

from typing import Any

import pytest
from django.test import Client

from ingestion.models import Contact
from rapport.ids import Prefix, decode
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.agents.api.conftest import Caller
from tests.agents.api.test_events import key_of
from tests.cast import Cast
from tests.ingestion.incoming.sending import message, tell

Json = dict[str, Any]
MARA = {"name": "Mara Lind", "email": "Mara@Customer.example", "phone": "0049 171 2345678", "external_id": "u1"}


@pytest.fixture
def shop(cast: Cast) -> Caller:
    key = key_of(cast.acme, "contacts.read", "contacts.write")
    return Caller(Client(), Authorization=f"Bearer {key}")


def make(caller: Caller, **fields: str) -> Json:
    answer = caller.post("/v1/contacts", fields)
    assert answer.status_code == 201, answer.content
    made: Json = answer.json()
    return made


def change(caller: Caller, contact: Json, **fields: str) -> Any:
    url = f"/v1/contacts/{contact['id']}"
    return caller.client.patch(url, fields, content_type="application/json", headers=caller.headers)


def found(caller: Caller, query: str) -> list[str]:
    answer = caller.get(f"/v1/contacts?{query}")
    assert answer.status_code == 200, answer.content
    return [each["name"] for each in answer.json()["data"]]


def test_a_contact_is_made_and_found_by_each_identity(shop: Caller) -> None:
    mara = make(shop, **MARA)
    make(shop, name="Someone", external_id="u2")
    assert (mara["email"], mara["phone"]) == ("mara@customer.example", "+491712345678")
    assert shop.get(f"/v1/contacts/{mara['id']}").json() == mara
    for query in ("email=MARA@customer.example", "phone=%2B49 171 2345678", "external_id=u1", "q=lind", "q=1712345"):
        assert found(shop, query) == ["Mara Lind"], query
    assert found(shop, "q=nobody") == found(shop, "email=x@y.example") == []
    assert found(shop, "") == ["Someone", "Mara Lind"]
    assert found(shop, "email=mara@customer.example&external_id=u2") == []


def test_pages(shop: Caller) -> None:
    for number in range(5):
        make(shop, name=f"C{number}")
    first = shop.get("/v1/contacts?limit=3").json()
    rest = shop.get(f"/v1/contacts?limit=3&cursor={first['next_cursor']}").json()
    assert [each["name"] for each in first["data"] + rest["data"]] == ["C4", "C3", "C2", "C1", "C0"]
    assert not rest["has_more"]


def test_the_same_call_twice_makes_one(shop: Caller, cast: Cast) -> None:
    first, again = (shop.post("/v1/contacts", MARA, **{"Idempotency-Key": "k1"}) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    other = shop.post("/v1/contacts", {"name": "Other"}, **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_key_reused")
    with tenant_scope(cast.acme.tenant_id):
        assert Contact.objects.filter(external_id="u1").count() == 1
        assert AuditEntry.objects.filter(action="contact.created", actor__startswith="key:").count() == 1


@pytest.mark.parametrize(
    ("fields", "status", "param"),
    [
        ({"email": "mara"}, 400, "email"),
        ({"phone": "0171 2345678"}, 400, "phone"),
        ({"external_id": "member:1"}, 400, "external_id"),
        ({"name": "x" * 201}, 400, "name"),
        ({}, 400, None),
        ({"email": "mara@customer.example"}, 409, "email"),
        ({"phone": "+491712345678", "name": "x"}, 409, "phone"),
        ({"external_id": "u1"}, 409, "external_id"),
    ],
)
def test_what_is_wrong_is_named(shop: Caller, fields: Json, status: int, param: str | None) -> None:
    make(shop, **MARA)
    answer = shop.post("/v1/contacts", fields)
    assert (answer.status_code, answer.json()["error"]["param"]) == (status, param)


def test_changes(shop: Caller) -> None:
    mara, other = make(shop, **MARA), make(shop, name="Other", email="o@customer.example")
    changed = change(shop, mara, name="Mara L.", email="new@customer.example", phone="")
    assert changed.json() | {} == mara | {"name": "Mara L.", "email": "new@customer.example", "phone": ""}
    assert found(shop, "email=mara@customer.example") == found(shop, "phone=%2B491712345678") == []
    assert found(shop, "email=new@customer.example") == ["Mara L."]
    taken = change(shop, other, email="new@customer.example")
    assert (taken.status_code, taken.json()["error"]["param"]) == (409, "email")
    assert change(shop, other, email="mara@customer.example").status_code == 200


def test_merged_contacts_are_read_as_one_until_it_is_taken_back(shop: Caller, cast: Cast) -> None:
    tell(
        cast.acme.tenant_id, message("track", userId="a", event="A"), message("track", minutes=1, userId="b", event="B")
    )
    b, a = shop.get("/v1/contacts").json()["data"]
    merged = shop.post(f"/v1/contacts/{b['id']}/merge", {"into": a["id"]})
    assert (merged.status_code, merged.json()["id"]) == (200, a["id"])
    assert [each["id"] for each in shop.get("/v1/contacts").json()["data"]] == [a["id"]]
    assert shop.get("/v1/contacts?external_id=b").json()["data"][0]["id"] == a["id"]
    assert shop.get(f"/v1/contacts/{b['id']}").json()["merged_into"] == a["id"]
    for contact in (a, b):
        events = shop.get(f"/v1/contacts/{contact['id']}/events").json()["data"]
        assert [each["name"] for each in events] == ["B", "A"]
    assert shop.post(f"/v1/contacts/{b['id']}/merge", {"into": a["id"]}).json()["error"]["code"] == "invalid_merge"
    assert shop.post(f"/v1/contacts/{a['id']}/merge", {"into": b["id"]}).json()["error"]["code"] == "invalid_merge"
    assert shop.post(f"/v1/contacts/{b['id']}/unmerge", {}).json()["merged_into"] is None
    assert shop.post(f"/v1/contacts/{b['id']}/unmerge", {}).json()["error"]["code"] == "contact_not_merged"
    assert len(shop.get(f"/v1/contacts/{a['id']}/events").json()["data"]) == 1
    with tenant_scope(cast.acme.tenant_id):
        rows = AuditEntry.objects.filter(subject=b["id"]).values_list("action", flat=True)
        assert {"contact.merged", "contact.unmerged"} <= set(rows)


def test_a_timeline_in_pages(shop: Caller, cast: Cast) -> None:
    tell(cast.acme.tenant_id, *(message("track", minutes=each // 2, userId="a", event=f"E{each}") for each in range(5)))
    (a,) = shop.get("/v1/contacts").json()["data"]
    names: list[str] = []
    cursor: Any = ""
    while cursor is not None:
        page = shop.get(f"/v1/contacts/{a['id']}/events?limit=2&cursor={cursor}").json()
        names += [each["name"] for each in page["data"]]
        cursor = page["next_cursor"]
    assert names == ["E4", "E3", "E2", "E1", "E0"]
    assert shop.get(f"/v1/contacts/{a['id']}/events?cursor=eA").json()["error"]["code"] == "invalid_cursor"


def test_who_may(shop: Caller, cast: Cast, bob: Caller) -> None:
    mara = make(shop, **MARA)
    reader = Caller(Client(), Authorization=f"Bearer {key_of(cast.acme, 'contacts.read')}")
    for caller in (reader, bob):
        assert caller.get(f"/v1/contacts/{mara['id']}").status_code == 200
        assert caller.post("/v1/contacts", {"name": "x"}).status_code == 403
        assert change(caller, mara, name="x").status_code == 403
        assert caller.post(f"/v1/contacts/{mara['id']}/merge", {"into": mara["id"]}).status_code == 403
    writer = Caller(Client(), Authorization=f"Bearer {key_of(cast.acme, 'events.write')}")
    assert writer.get("/v1/contacts").status_code == 403


def test_a_stranger_neither_sees_nor_changes_nor_swallows_one(shop: Caller, cast: Cast) -> None:
    mara = make(shop, **MARA)
    key = key_of(cast.other, "contacts.read", "contacts.write")
    stranger = Caller(Client(), Authorization=f"Bearer {key}")
    own = make(stranger, **MARA)
    assert found(stranger, "email=mara@customer.example") == ["Mara Lind"]
    assert stranger.get("/v1/contacts").json()["data"] == [own]
    assert change(stranger, mara, name="x").status_code == 404
    assert stranger.post(f"/v1/contacts/{own['id']}/merge", {"into": mara["id"]}).status_code == 404
    assert stranger.post(f"/v1/contacts/{mara['id']}/merge", {"into": own["id"]}).status_code == 404
    with tenant_scope(cast.acme.tenant_id):
        assert Contact.objects.get(id=decode(Prefix.CONTACT, mara["id"])).name == "Mara Lind"
