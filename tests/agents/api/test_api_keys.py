"""The API called with a secret key: what its scopes allow, for its own company, and no more."""

import pytest
from django.db.models import F
from django.test import Client

from agents.models import Conversation
from ingestion.models import Contact
from rapport.ids import Prefix, encode
from rapport.ratelimits.models import TokenBucket
from tenants.actors import SYSTEM
from tenants.api_keys import create_api_key, revoke_api_key
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.agents.api.conftest import Caller
from tests.cast import Cast, Company, Visitor

ALL = ("agents.read", "conversations.read", "conversations.write", "knowledge.read", "usage.read")


def with_key(company: Company, *scopes: str, is_test: bool = False) -> Caller:
    made = create_api_key(
        tenant_id=company.tenant_id, name="Orders", scopes=scopes or ALL, actor=SYSTEM, is_test=is_test
    )
    return Caller(Client(), Authorization=f"Bearer {made.secret}")


def test_a_key_reads_what_its_scopes_allow(cast: Cast) -> None:
    caller = with_key(cast.acme, "agents.read")
    (agent,) = caller.get("/v1/agents").json()["data"]
    assert agent["name"] == "Acme assistant"
    answer = caller.get("/v1/usage")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "permission_denied")
    assert "lacks the scope usage.read" in answer.json()["error"]["message"]


def test_a_key_needs_no_csrf_token_and_no_session(cast: Cast) -> None:
    caller = with_key(cast.acme)
    caller.client = Client(enforce_csrf_checks=True)
    agent_id = encode(Prefix.AGENT, cast.acme.agent_id)
    created = caller.post("/v1/conversations", {"agent_id": agent_id, "contact": {"external_id": "cust-1"}})
    assert created.status_code == 201
    assert not caller.client.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["rp_sk_live_x", "rp_sk_test_" + "a" * 42, "rp_sk_live_"])
def test_what_is_no_key_is_refused(key: str) -> None:
    answer = Caller(Client(), Authorization=f"Bearer {key}").get("/v1/agents")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "unknown" in answer.json()["error"]["message"]


def test_a_revoked_key_is_refused_at_once(cast: Cast) -> None:
    made = create_api_key(tenant_id=cast.acme.tenant_id, name="x", scopes=ALL, actor=SYSTEM)
    caller = Caller(Client(), Authorization=f"Bearer {made.secret}")
    assert caller.get("/v1/agents").status_code == 200
    revoke_api_key(tenant_id=cast.acme.tenant_id, key_id=made.id, actor=SYSTEM)
    assert caller.get("/v1/agents").status_code == 401


def test_a_conversation_by_key(cast: Cast) -> None:
    caller, agent_id = with_key(cast.acme), encode(Prefix.AGENT, cast.acme.agent_id)
    contact = {"external_id": "cust-1", "name": "Mara", "email": "mara@customer.example"}
    first = caller.post("/v1/conversations", {"agent_id": agent_id, "contact": contact}).json()["id"]
    second = caller.post("/v1/conversations", {"agent_id": agent_id, "contact": {"external_id": "cust-1"}}).json()["id"]
    assert caller.post(f"/v1/conversations/{first}/messages", {"text": "Where is my parcel?"}).status_code == 202
    (message,) = caller.get(f"/v1/conversations/{first}/messages").json()["data"]
    assert (message["role"], message["text"]) == ("contact", "Where is my parcel?")
    with tenant_scope(cast.acme.tenant_id):
        assert Contact.objects.get(external_id="cust-1").name == "Mara"
        assert set(Conversation.objects.values_list("channel", flat=True)) == {"api"}
        assert Conversation.objects.values("contact_id").distinct().count() == 1
        assert AuditEntry.objects.get(action="message.posted").actor.startswith("key:key_")
    assert second != first


def test_a_test_key_stays_among_tests(cast: Cast) -> None:
    live, test = with_key(cast.acme), with_key(cast.acme, is_test=True)
    body = {"agent_id": encode(Prefix.AGENT, cast.acme.agent_id), "contact": {"external_id": "cust-1"}}
    real, trial = (caller.post("/v1/conversations", body).json()["id"] for caller in (live, test))
    assert test.get(f"/v1/conversations/{trial}").json()["channel"] == "test"
    for caller, conversation in ((test, real), (live, trial)):
        answer = caller.post(f"/v1/conversations/{conversation}/messages", {"text": "Hello"})
        assert answer.status_code == 403
        assert "writes only into conversations of the channel" in answer.json()["error"]["message"]


def test_a_key_does_not_speak_in_a_visitors_place(cast: Cast, visitor: Visitor) -> None:
    conversation = encode(Prefix.CONVERSATION, visitor.conversation_id)
    answer = with_key(cast.acme).post(f"/v1/conversations/{conversation}/messages", {"text": "Hello"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"contact": {"external_id": "cust-1"}}, "agent_id"),
        ({"agent_id": "AGENT"}, "contact"),
        ({"agent_id": "AGENT", "contact": {}}, "contact.external_id"),
        ({"agent_id": "AGENT", "contact": {"external_id": "member:1"}}, "contact.external_id"),
    ],
)
def test_what_is_missing_is_named(cast: Cast, body: dict[str, object], param: str) -> None:
    body = {name: encode(Prefix.AGENT, cast.acme.agent_id) if each == "AGENT" else each for name, each in body.items()}
    answer = with_key(cast.acme).post("/v1/conversations", body)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param


def test_a_key_of_another_company_finds_nothing(cast: Cast, visitor: Visitor) -> None:
    stranger = with_key(cast.other)
    conversation = encode(Prefix.CONVERSATION, visitor.conversation_id)
    assert stranger.get(f"/v1/conversations/{conversation}").status_code == 404
    body = {"agent_id": encode(Prefix.AGENT, cast.acme.agent_id), "contact": {"external_id": "cust-1"}}
    assert stranger.post("/v1/conversations", body).status_code == 404


def test_a_key_that_calls_too_often_is_told_when_to_come_back(cast: Cast) -> None:
    caller = with_key(cast.acme)
    caller.get("/v1/agents")
    TokenBucket.objects.update(full_at=F("full_at") + 1_000)
    answer = caller.get("/v1/agents")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1


def test_a_leaked_key_is_reported_by_anyone(cast: Cast) -> None:
    made = create_api_key(tenant_id=cast.acme.tenant_id, name="x", scopes=ALL, actor=SYSTEM)
    reports = [{"token": made.secret, "url": "https://code.example/x"}, {"token": "rp_sk_live_nothing", "type": "x"}]
    answer = Caller(Client()).post("/v1/leaked-keys", reports)
    assert [each["label"] for each in answer.json()] == ["true_positive", "false_positive"]
    assert Caller(Client(), Authorization=f"Bearer {made.secret}").get("/v1/agents").status_code == 401
    assert Caller(Client()).post("/v1/leaked-keys", {"token": "x"}).status_code == 400
