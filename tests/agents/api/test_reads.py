"""What members read: agents, knowledge, traces and usage, page by page and within their permissions."""

import pytest
from django.utils import timezone

from agents.models import Agent
from agents.runtime.turn import answer_turn
from agents.selectors import get_trace_of_turn
from agents.services import post_message
from billing.prices import TokenCounts
from billing.services import UsageSubject, record_usage
from billing.usage import UsageFact
from ingestion.models import Document, Source
from rapport.ids import Prefix, encode, new_id
from tenants.actors import visitor_actor
from tenants.context import tenant_scope
from tenants.models import Membership, Role
from tests.agents.api.conftest import Caller
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, Visitor


def test_agents_are_read(cast: Cast, alice: Caller) -> None:
    [agent] = alice.get("/v1/agents").json()["data"]
    assert (agent["name"], agent["version"]) == ("Acme assistant", 1)
    assert alice.get(f"/v1/agents/{agent['id']}").json() == agent
    assert agent["instructions"]


def test_documents_are_read_in_pages(cast: Cast, alice: Caller) -> None:
    with tenant_scope(cast.acme.tenant_id):
        source = Source.objects.create(kind="upload", name="Files")
        for number in range(3):
            Document.objects.create(source=source, external_id=f"{number}.md", state="queued")
    [shown] = alice.get("/v1/sources").json()["data"]
    assert (shown["name"], shown["documents"]) == ("Files", 3)
    first = alice.get("/v1/documents?limit=2").json()
    second = alice.get(f"/v1/documents?limit=2&cursor={first['next_cursor']}").json()
    names = [document["name"] for document in first["data"] + second["data"]]
    assert names == ["2.md", "1.md", "0.md"]
    assert not second["has_more"]
    assert alice.get(f"/v1/documents/{first['data'][0]['id']}").json()["name"] == "2.md"
    assert alice.get("/v1/documents?state=ready").json()["data"] == []


def test_a_trace_is_read_with_its_spans(cast: Cast, alice: Caller, charlie: Caller, visitor: Visitor) -> None:
    turn_id = post_message(
        tenant_id=cast.acme.tenant_id,
        conversation_id=visitor.conversation_id,
        text="How long?",
        idempotency_key="",
        actor=visitor_actor(visitor.contact_id),
    ).turn_id
    answer_turn(tenant_id=cast.acme.tenant_id, turn_id=turn_id, parts=scripted_parts())
    trace_id = get_trace_of_turn(tenant_id=cast.acme.tenant_id, turn_id=turn_id).id
    path = f"/v1/traces/{encode(Prefix.TRACE, trace_id)}"
    trace = alice.get(path).json()
    assert trace["cost_micros"] == sum(span["cost_micros"] for span in trace["spans"])
    assert charlie.get(path).status_code == 404


def test_usage_is_read_in_pages(cast: Cast, alice: Caller, charlie: Caller) -> None:
    for _ in range(3):
        record_usage(
            tenant_id=cast.acme.tenant_id,
            source_event_id=new_id(),
            facts=[UsageFact("chat", "builtin-x", TokenCounts(input=1000))],
            subject=UsageSubject(),
            occurred_at=timezone.now(),
        )
    first = alice.get("/v1/usage?limit=2").json()
    second = alice.get(f"/v1/usage?limit=2&cursor={first['next_cursor']}").json()
    ids = [row["id"] for row in first["data"] + second["data"]]
    assert len(set(ids)) == 3
    assert first["data"][0]["cost_micros"] == 20
    assert charlie.get("/v1/usage").json()["data"] == []


@pytest.mark.parametrize(
    ("path", "status"), [("/v1/usage", 200), ("/v1/agents", 403), ("/v1/documents", 403), ("/v1/conversations", 403)]
)
def test_who_only_pays_sees_only_usage(cast: Cast, bob: Caller, path: str, status: int) -> None:
    Membership.objects.filter(user=cast.bob).update(role=Role.BILLING)
    assert bob.get(path).status_code == status


def test_an_id_of_another_kind_is_not_found(cast: Cast, alice: Caller) -> None:
    with tenant_scope(cast.acme.tenant_id):
        agent_id = Agent.objects.get().id
    assert alice.get(f"/v1/agents/{encode(Prefix.DOCUMENT, agent_id)}").status_code == 404
    assert alice.get("/v1/agents/nonsense").status_code == 404
