"""What can be listed and filtered: runs, traces, memories, usage, members, keys; and who is calling."""

import pytest
from django.test import Client

from agents.memory.remember import remember_conversation
from agents.runtime.turn import answer_turn
from agents.services import post_message
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM, visitor_actor
from tenants.api_keys import create_api_key
from tenants.permissions import SCOPES
from tests.agents.api.conftest import Caller
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, Visitor


@pytest.fixture
def reader(cast: Cast) -> Caller:
    made = create_api_key(tenant_id=cast.acme.tenant_id, name="Reader", scopes=SCOPES, actor=SYSTEM)
    return Caller(Client(), Authorization=f"Bearer {made.secret}")


@pytest.fixture
def asked(cast: Cast, visitor: Visitor) -> Visitor:
    """Two answered messages."""
    for text in ("I live in Kiel.", "My order number is AB-4711."):
        posted = post_message(
            tenant_id=cast.acme.tenant_id,
            conversation_id=visitor.conversation_id,
            text=text,
            idempotency_key="",
            actor=visitor_actor(visitor.contact_id),
        )
        answer_turn(tenant_id=cast.acme.tenant_id, turn_id=posted.turn_id, parts=scripted_parts(texts=("Noted.",)))
    whose, where = visitor.contact_id, visitor.conversation_id
    remember_conversation(tenant_id=cast.acme.tenant_id, contact_id=whose, conversation_id=where)
    return visitor


def test_runs_are_listed_in_pages_and_by_conversation(reader: Caller, asked: Visitor) -> None:
    first = reader.get("/v1/runs?limit=1").json()
    second = reader.get(f"/v1/runs?limit=1&cursor={first['next_cursor']}").json()
    runs = first["data"] + second["data"]
    assert [run["state"] for run in runs] == ["done", "done"]
    assert (first["has_more"], second["has_more"]) == (True, False)
    assert reader.get(f"/v1/runs/{runs[0]['id']}").json() == runs[0]
    conversation = encode(Prefix.CONVERSATION, asked.conversation_id)
    assert len(reader.get(f"/v1/runs?conversation_id={conversation}").json()["data"]) == 2
    assert reader.get("/v1/runs?state=failed").json()["data"] == []


def test_traces_are_filtered(reader: Caller, asked: Visitor) -> None:
    traces = reader.get("/v1/traces").json()["data"]
    assert len(traces) == 2
    assert "spans" not in traces[0]
    assert reader.get(f"/v1/traces/{traces[0]['id']}").json()["spans"]
    when = traces[0]["started_at"]
    assert [each["id"] for each in reader.get(f"/v1/traces?since={when}").json()["data"]] == [traces[0]["id"]]
    assert [each["id"] for each in reader.get(f"/v1/traces?until={when}").json()["data"]] == [traces[1]["id"]]
    assert reader.get("/v1/traces?outcome=failed").json()["data"] == []
    assert len(reader.get("/v1/traces?min_duration_ms=0&min_cost_micros=0").json()["data"]) == 2
    assert reader.get("/v1/traces?min_duration_ms=999999").json()["data"] == []
    assert reader.get("/v1/traces?min_cost_micros=999999").json()["data"] == []
    assert reader.get("/v1/traces?min_cost_micros=-1").json()["error"]["param"] == "min_cost_micros"
    contact = encode(Prefix.CONTACT, asked.contact_id)
    assert len(reader.get(f"/v1/traces?contact_id={contact}").json()["data"]) == 2


def test_memories_are_listed_with_what_said_them(reader: Caller, asked: Visitor) -> None:
    contact = encode(Prefix.CONTACT, asked.contact_id)
    memories = reader.get(f"/v1/memories?contact_id={contact}").json()["data"]
    places = [each for each in memories if each["predicate"] == "place"]
    assert [each["value"] for each in places] == ["Kiel"]
    assert "Kiel" in places[0]["sources"][0]["quote"]
    assert reader.get(f"/v1/memories/{places[0]['id']}").json() == places[0]
    assert reader.get("/v1/memories?predicate=phone").json()["data"] == []


def test_usage_by_day_and_by_meter(reader: Caller, asked: Visitor) -> None:
    days = reader.get("/v1/usage/days?days=3").json()["data"]
    assert len(days) == 3
    assert days[-1]["usage"]["currency"] == "USD"
    rows = reader.get("/v1/usage?meter=conversations").json()["data"]
    assert {row["meter"] for row in rows} <= {"conversations"}


def test_who_is_calling(cast: Cast, reader: Caller, bob: Caller, anna: Caller) -> None:
    key, person = reader.get("/v1/me").json(), bob.get("/v1/me").json()
    assert (key["kind"], key["company"]["name"], "agents.write" in key["scopes"]) == ("key", "Acme", True)
    assert (person["kind"], "agents.write" in person["scopes"]) == ("member", False)
    assert person["id"] == encode(Prefix.USER, cast.bob.id)
    assert anna.get("/v1/me").status_code == 403


def test_members_and_keys_are_listed(cast: Cast, reader: Caller) -> None:
    members = reader.get("/v1/members").json()["data"]
    assert [(each["email"], each["role"]) for each in members] == [
        ("alice@acme.example", "owner"),
        ("bob@acme.example", "analyst"),
    ]
    (key,) = reader.get("/v1/keys").json()["data"]
    assert key["name"] == "Reader"
    assert reader.get(f"/v1/keys/{key['id']}").json()["masked"].startswith("rp_sk_live_…")


@pytest.mark.parametrize(
    ("path", "param"),
    [
        ("runs?state=lost", "state"),
        ("runs?conversation_id=agt_1", "conversation_id"),
        ("traces?since=yesterday", "since"),
        ("traces?until=2026-99-99", "until"),
        ("traces?since=0001-01-01T00:00:00%2B14:00", "since"),
        ("usage?until=9999-12-31T23:59:59-14:00", "until"),
        ("conversations?contact_id=agt_1", "contact_id"),
        ("usage?meter=miles", "meter"),
        ("usage/days?days=0", "days"),
        ("usage/days?days=x", "days"),
        ("memories?superseded=maybe", "superseded"),
        ("documents?state=lost", "state"),
        ("documents?source_id=1", "source_id"),
        ("sources?limit=0", "limit"),
        ("agents?cursor=!", "cursor"),
    ],
)
def test_a_wrong_filter_is_refused_by_name(reader: Caller, path: str, param: str) -> None:
    answer = reader.get(f"/v1/{path}")
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


def test_every_answer_says_how_many_calls_are_left(reader: Caller, anna: Caller, alice: Caller) -> None:
    for caller in (reader, anna, alice):
        answers = [caller.get("/v1/conversations"), caller.get("/v1/nothing-here"), caller.get("/v1/agents/agt_x")]
        for answer in (answers[0], answers[2]):
            assert int(answer["RateLimit-Remaining"]) < int(answer["RateLimit-Limit"])
            assert int(answer["RateLimit-Reset"]) >= 0
