"""`GET /v1/audit`: filters, pages, and who may read it."""

import pytest
from django.test import Client

from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM
from tenants.api_keys import create_api_key
from tenants.audit import Audited, record_audits
from tenants.context import tenant_scope
from tests.agents.api.conftest import Caller
from tests.cast import Cast

PATH = "/v1/audit"


@pytest.fixture
def things(cast: Cast) -> None:
    with tenant_scope(cast.acme.tenant_id):
        record_audits(SYSTEM, [Audited("thing.made", f"thing-{number}", {"n": number}) for number in range(5)])


def actions(caller: Caller, query: str) -> list[str]:
    return [row["action"] for row in caller.get(f"{PATH}?{query}").json()["data"]]


def test_it_is_read_in_pages_newest_first(alice: Caller, things: None) -> None:
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        body = alice.get(f"{PATH}?action=thing.made&limit=2&cursor={cursor}").json()
        seen += [row["subject"] for row in body["data"]]
        cursor = body["next_cursor"] or ""
    assert seen == [f"thing-{number}" for number in (4, 3, 2, 1, 0)]
    assert not cursor


def test_every_filter_narrows(alice: Caller, cast: Cast, things: None) -> None:
    user = encode(Prefix.USER, cast.alice.id)
    assert set(actions(alice, f"actor={user}")) == {"tenant.created", "agent.created", "widget_key.created"}
    assert actions(alice, "action=agent") == ["agent.created"]
    assert actions(alice, "subject=thing-3") == ["thing.made"]
    assert actions(alice, "since=2999-01-01T00:00:00Z") == []
    assert actions(alice, "until=2000-01-01T00:00:00Z") == []
    assert actions(alice, "actor=%00") == actions(alice, "")
    assert alice.get(f"{PATH}?since=yesterday").json()["error"]["param"] == "since"


def test_a_row_tells_all(alice: Caller, cast: Cast) -> None:
    (row,) = alice.get(f"{PATH}?action=agent.created").json()["data"]
    assert row["actor"] == f"user:{encode(Prefix.USER, cast.alice.id)}"
    assert row["subject"] == encode(Prefix.AGENT, cast.acme.agent_id)
    assert row["after"] == {"name": "Acme assistant"}
    assert row["id"].startswith("aud_")


def test_only_who_may_reads_it(bob: Caller, cast: Cast) -> None:
    assert bob.get(PATH).status_code == 403
    for scopes, status in ((["audit.read"], 200), (["agents.read"], 403)):
        key = create_api_key(tenant_id=cast.acme.tenant_id, name="k", scopes=scopes, actor=SYSTEM).secret
        assert Caller(Client(), Authorization=f"Bearer {key}").get(PATH).status_code == status
