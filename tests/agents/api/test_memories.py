"""Facts over the API: added, put right, pinned, retracted and restored; what held and what was known at a time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.ids import Prefix, encode
from tenants.models import Membership, Role
from tests.agents.api.conftest import Caller, Json
from tests.agents.memory.test_ledger import at, tell
from tests.cast import Cast, Visitor

SOON = timezone.now() + timedelta(hours=1)


def change(caller: Caller, path: str, body: Json) -> tuple[int, Json]:
    response = caller.client.patch(path, body, content_type="application/json", headers=caller.headers)
    return response.status_code, response.json()


@pytest.fixture
def contact(cast: Cast, visitor: Visitor) -> str:
    tell(cast.acme.tenant_id, visitor, "I live in Bonn.")
    tell(cast.acme.tenant_id, visitor, "I moved to Berlin.", 10)
    return encode(Prefix.CONTACT, visitor.contact_id)


def places(caller: Caller, contact: str, **query: str) -> list[str]:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return [row["value"] for row in caller.get(f"/v1/memories?contact_id={contact}&{asked}").json()["data"]]


def test_what_held_at_a_time(alice: Caller, contact: str) -> None:
    assert places(alice, contact) == ["Berlin"]
    assert places(alice, contact, valid_at=at(5).isoformat().replace("+", "%2B")) == ["Bonn"]
    assert places(alice, contact, valid_at="2020-01-01T00:00:00Z") == []
    assert places(alice, contact, recorded_at="2020-01-01T00:00:00Z") == []
    assert places(alice, contact, recorded_at=SOON.strftime("%Y-%m-%dT%H:%M:%SZ")) == ["Berlin"]
    assert alice.get("/v1/memories?valid_at=2020-01-01T00:00:00Z").json()["error"]["param"] == "contact_id"
    assert alice.get(f"/v1/memories?contact_id={contact}&valid_at=soon").status_code == 400


def test_people_correct_what_is_remembered(alice: Caller, contact: str) -> None:
    [row] = alice.get(f"/v1/memories?contact_id={contact}").json()["data"]
    path = f"/v1/memories/{row['id']}"
    status, right = change(alice, path, {"value": "Bern", "is_pinned": True})
    assert (status, right["value"], right["is_pinned"], right["sources"][0]["told_by"][:5]) == (
        200,
        "Bern",
        True,
        "user:",
    )
    assert change(alice, path, {"value": "Ulm"})[0] == 409
    assert alice.post(f"/v1/memories/{right['id']}/retract", {}).json()["status"] == "retracted"
    assert places(alice, contact) == ["Bonn"]
    assert alice.post(f"/v1/memories/{right['id']}/restore", {}).json()["status"] == "active"
    assert alice.post(f"/v1/memories/{right['id']}/restore", {}).json()["error"]["code"] == "memory_not_open"


def test_people_add_what_they_know(alice: Caller, contact: str) -> None:
    body = {"contact_id": contact, "predicate": "email", "value": "A@B.example"}
    assert alice.post("/v1/memories", body).json()["value"] == "a@b.example"
    assert alice.post("/v1/memories", body | {"predicate": "shoe"}).json()["error"]["param"] == "predicate"


def test_who_only_reads_changes_nothing(cast: Cast, alice: Caller, contact: str) -> None:
    [row] = alice.get(f"/v1/memories?contact_id={contact}").json()["data"]
    members = Membership.objects.filter(tenant_id=cast.acme.tenant_id)
    members.filter(user=cast.bob).update(role=Role.OWNER)  # a company has one
    members.filter(user=cast.alice).update(role=Role.ANALYST)
    assert change(alice, f"/v1/memories/{row['id']}", {"value": "Ulm"})[0] == 403
    assert alice.post(f"/v1/memories/{row['id']}/retract", {}).status_code == 403


def test_a_stranger_finds_nothing_to_change(charlie: Caller, alice: Caller, contact: str) -> None:
    [row] = alice.get(f"/v1/memories?contact_id={contact}").json()["data"]
    assert change(charlie, f"/v1/memories/{row['id']}", {"value": "Ulm"})[0] == 404
    assert charlie.post(f"/v1/memories/{row['id']}/retract", {}).status_code == 404
    body = {"contact_id": contact, "predicate": "place", "value": "Ulm"}
    assert charlie.post("/v1/memories", body).status_code == 404
    assert places(alice, contact) == ["Berlin"]


def test_the_graph_is_what_held_at_a_time(alice: Caller, charlie: Caller, contact: str) -> None:
    path = f"/v1/contacts/{contact}/graph"
    whole = alice.get(path).json()
    names = {node["key"]: node["name"] for node in whole["nodes"]}
    places = [each for each in whole["relations"] if each["kind"] == "place"]
    assert [(each["source"], names[each["target"]]) for each in places] == [("contact", "Bonn"), ("contact", "Berlin")]
    assert [each["evidence"][0]["text"] for each in places] == ["I live in Bonn.", "I moved to Berlin."]
    then = alice.get(f"{path}?valid_at={at(5).isoformat().replace('+', '%2B')}").json()
    assert [node["name"] for node in then["nodes"] if node["kind"] == "place"] == ["Bonn"]
    assert alice.get(f"{path}?valid_at=soon").json()["error"]["param"] == "valid_at"
    assert charlie.get(path).json()["error"]["code"] == "contact_not_found"


def test_a_fact_says_how_near_at_hand_it_is(alice: Caller, contact: str) -> None:
    [row] = alice.get(f"/v1/memories?contact_id={contact}").json()["data"]
    assert (row["tier"], row["times_used"]) == ("always", 0)
    wishes = {"contact_id": contact, "predicate": "prefers", "value": "tea"}
    assert alice.post("/v1/memories", wishes).json()["tier"] == "recent"
