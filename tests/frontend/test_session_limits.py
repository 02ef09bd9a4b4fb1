"""A sign-in ends by itself: after a time without use, and after a longer one whatever happens. The log has each."""

from dataclasses import replace

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.test import Client

from frontend.session_limits import BEGAN, SEEN
from rapport.config import get_config
from tenants.audit_log import AuditFilter, list_audit
from tests.cast import PASSWORD, Cast

HOUR = 3600.0
SIGNED_IN = AuditFilter(action="member.signed_in")


@pytest.fixture(autouse=True)
def _limits(monkeypatch: pytest.MonkeyPatch) -> None:
    config = replace(get_config(), session_idle_hours=3, session_most_hours=24)
    monkeypatch.setattr("frontend.session_limits.get_config", lambda: config)


def is_in(client: Client) -> bool:
    return client.get("/settings/").status_code == 200


def age(client: Client, *, began: float = 0, seen: float = 0) -> None:
    """As if so many hours had passed since it began, and since it was last used."""
    session: SessionBase = client.session
    session[BEGAN], session[SEEN] = session[BEGAN] - began * HOUR, session[SEEN] - seen * HOUR
    session.save()


def test_a_session_that_is_not_used_ends(alice_client: Client) -> None:
    assert is_in(alice_client)
    age(alice_client, began=2.9, seen=2.9)
    assert is_in(alice_client), "it was used in time, which is noted"
    age(alice_client, began=2.9, seen=2.9)
    assert is_in(alice_client)
    age(alice_client, seen=3.1)
    assert not is_in(alice_client)
    assert not is_in(alice_client)


def test_a_session_that_is_always_used_ends_too(alice_client: Client) -> None:
    for _ in range(11):
        assert is_in(alice_client)
        age(alice_client, began=2, seen=2)
    assert is_in(alice_client)
    age(alice_client, began=2.1)
    assert not is_in(alice_client)


def test_the_api_ends_with_it(alice_client: Client) -> None:
    assert alice_client.get("/v1/agents").status_code == 200
    age(alice_client, began=25)
    assert alice_client.get("/v1/agents").status_code == 401


def test_signing_in_again_begins_a_new_one(cast: Cast) -> None:
    client = Client()
    for _ in range(2):
        client.post("/accounts/login/", {"login": cast.alice.email, "password": PASSWORD})
        assert is_in(client)
        age(client, began=25)
        assert not is_in(client)


def test_each_sign_in_is_in_the_log_of_the_persons_companies(cast: Cast) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": cast.alice.email, "password": "wrong"})
    client.post("/accounts/login/", {"login": cast.alice.email, "password": PASSWORD})
    assert is_in(client)
    (row,) = list_audit(tenant_id=cast.acme.tenant_id, which=SIGNED_IN)
    assert row.details == {"methods": ["password"]}
    assert list_audit(tenant_id=cast.other.tenant_id, which=SIGNED_IN) == []
