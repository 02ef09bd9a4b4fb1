"""Prices, the month's budget, costs by what they are of, and the trace export, over the API."""

import pytest
from django.test import Client
from django.utils import timezone

from agents.selectors import get_trace_of_turn
from agents.tracing import names
from billing.prices import TokenCounts
from billing.services import UsageSubject, record_usage
from billing.usage import UsageFact
from rapport.ids import Prefix, encode, new_id
from tenants.actors import SYSTEM
from tenants.api_keys import create_api_key
from tests.agents.api.conftest import Caller
from tests.agents.conftest import Ask
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, Visitor


def key_of(cast: Cast, *scopes: str) -> Caller:
    made = create_api_key(tenant_id=cast.acme.tenant_id, name="k", scopes=scopes, actor=SYSTEM)
    return Caller(Client(), Authorization=f"Bearer {made.secret}")


def put(caller: Caller, path: str, body: object) -> object:
    return caller.client.put(path, body, content_type="application/json", headers=caller.headers)


def test_a_price_is_set_read_and_removed(cast: Cast) -> None:
    caller = key_of(cast, "usage.read", "usage.write")
    body = {"model": "house-model", "meter": "input_tokens", "micros_per_million": 250_000}
    made = caller.post("/v1/prices", body)
    assert made.status_code == 201
    assert (
        caller.get(f"/v1/prices/{made.json()['id']}").json()
        == made.json()
        == caller.get("/v1/prices").json()["data"][0]
    )
    assert caller.client.delete(f"/v1/prices/{made.json()['id']}", headers=caller.headers).status_code == 204
    assert caller.get("/v1/prices").json()["data"] == []
    wrong = caller.post("/v1/prices", body | {"micros_per_million": -1})
    assert (wrong.status_code, wrong.json()["error"]["param"]) == (400, "micros_per_million")


def test_a_budget_is_set_and_lifted(cast: Cast) -> None:
    caller = key_of(cast, "usage.read", "usage.write")
    assert put(caller, "/v1/budget", {"month_micros": 5_000_000}).json()["left_micros"] == 5_000_000  # type: ignore[attr-defined]
    assert caller.get("/v1/budget").json()["month_micros"] == 5_000_000
    assert put(caller, "/v1/budget", {"month_micros": None}).json()["left_micros"] is None  # type: ignore[attr-defined]


def test_who_may_only_read_changes_no_money(cast: Cast, bob: Caller) -> None:
    for caller in (key_of(cast, "usage.read"), bob):
        assert caller.get("/v1/budget").status_code == 200
        assert put(caller, "/v1/budget", {"month_micros": 1}).status_code == 403  # type: ignore[attr-defined]
        assert caller.post("/v1/prices", {}).status_code == 403


@pytest.mark.parametrize("dimension", ["conversation", "contact", "agent", "model"])
def test_costs_are_told_by_what_they_are_of(cast: Cast, visitor: Visitor, dimension: str) -> None:
    keys = {
        "conversation": encode(Prefix.CONVERSATION, visitor.conversation_id),
        "contact": encode(Prefix.CONTACT, visitor.contact_id),
        "agent": encode(Prefix.AGENT, cast.acme.agent_id),
        "model": "builtin-x",
    }
    _say_something(visitor, cast)
    record_usage(
        tenant_id=cast.acme.tenant_id,
        source_event_id=new_id(),
        facts=[UsageFact("chat", "builtin-x", TokenCounts(input=50_000))],
        subject=UsageSubject(cast.acme.agent_id, visitor.conversation_id, new_id()),
        occurred_at=timezone.now(),
    )
    [line] = key_of(cast, "usage.read").get(f"/v1/usage/by?dimension={dimension}").json()["data"]
    assert (line["key"], line["usage"]["cost_micros"], line["records"]) == (keys[dimension], 1_000, 1)
    assert key_of(cast, "usage.read").get("/v1/usage/by?dimension=weather").status_code == 400


def _say_something(visitor: Visitor, cast: Cast) -> None:
    from agents.models import Conversation
    from tenants.context import tenant_scope

    with tenant_scope(cast.acme.tenant_id):
        Conversation.objects.filter(id=visitor.conversation_id).update(last_message_at=timezone.now())


def test_a_collector_is_set_and_its_headers_are_told_by_name_only(cast: Cast) -> None:
    caller = key_of(cast, "webhooks.read", "webhooks.write", "traces.read", "conversations.read")
    assert caller.get("/v1/trace-export").json()["endpoint"] == ""
    body = {"endpoint": "https://93.184.216.34", "headers": {"Authorization": "Bearer quokka"}, "content": ["messages"]}
    told = put(caller, "/v1/trace-export", body)
    assert told.status_code == 200  # type: ignore[attr-defined]
    found = caller.get("/v1/trace-export").json()
    assert (found["endpoint"], found["header_names"]) == ("https://93.184.216.34/v1/traces", ["authorization"])
    assert (found["content"], found["state"]) == (["messages"], "new")
    assert "quokka" not in str(found)
    assert caller.client.delete("/v1/trace-export", headers=caller.headers).status_code == 204
    assert caller.post("/v1/trace-export/test", {}).json()["error"]["code"] == "trace_export_missing"


def test_who_may_not_read_conversations_has_none_of_them_sent(cast: Cast) -> None:
    caller = key_of(cast, "webhooks.write", "traces.read")
    body = {"endpoint": "https://93.184.216.34", "content": ["messages"]}
    assert put(caller, "/v1/trace-export", body).status_code == 403  # type: ignore[attr-defined]
    assert put(caller, "/v1/trace-export", body | {"content": []}).status_code == 200  # type: ignore[attr-defined]
    assert put(key_of(cast, "webhooks.write"), "/v1/trace-export", body).status_code == 403  # type: ignore[attr-defined]


def test_what_people_wrote_is_on_a_trace_only_for_readers_of_conversations(cast: Cast, ask: Ask) -> None:
    asked = ask("How long does delivery of wombats take?", scripted_parts())
    trace = get_trace_of_turn(tenant_id=cast.acme.tenant_id, turn_id=asked.turn_id)
    path = f"/v1/traces/{encode(Prefix.TRACE, trace.id)}"
    hidden = key_of(cast, "traces.read").get(path).json()
    shown = key_of(cast, "traces.read", "conversations.read").get(path).json()
    assert "wombats" in str(shown)
    assert "wombats" not in str(hidden)
    assert hidden["cost_micros"] == shown["cost_micros"] > 0
    assert hidden["schema_version"] == names.SCHEMA_VERSION
