"""Events that failed for good are read, tried again and dropped: by filter or one by one, by their own company only."""

from uuid import UUID

import pytest

from rapport.events.models import InboxEvent
from rapport.ids import Prefix, encode, new_id
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.agents.api.conftest import Caller
from tests.cast import Cast

PATH = "/v1/failed-events"


def fail(tenant_id: UUID, subscription: str = "ingest-documents", code: str = "unavailable") -> UUID:
    event_id = new_id()
    InboxEvent.objects.create(
        tenant_id=tenant_id,
        source="tests",
        subscription=subscription,
        event_id=event_id,
        key=event_id.hex,
        payload={"type": "rapport.tests.thing.happened.v1", "data": {"secret": "quokka"}},
        state="dead",
        attempts=8,
        error_code=code,
        error_message="It did not answer.",
    )
    return event_id


@pytest.fixture
def failed(cast: Cast) -> list[UUID]:
    """Three of Acme's, of two subscriptions and two codes, and one of the other company's."""
    fail(cast.other.tenant_id)
    tenant_id = cast.acme.tenant_id
    return [fail(tenant_id), fail(tenant_id, code="file_broken"), fail(tenant_id, "answer-turns")]


def states(tenant_id: UUID) -> list[str]:
    return list(InboxEvent.objects.filter(tenant_id=tenant_id).order_by("id").values_list("state", flat=True))


def act(caller: Caller, **body: object) -> tuple[int, dict[str, object]]:
    answer = caller.post(PATH, body)
    return answer.status_code, answer.json()


def test_they_are_read_in_pages_without_their_data(alice: Caller, failed: list[UUID]) -> None:
    first = alice.get(f"{PATH}?limit=2").json()
    second = alice.get(f"{PATH}?limit=2&cursor={first['next_cursor']}").json()
    shown = first["data"] + second["data"]
    assert [row["event_id"] for row in shown] == [encode(Prefix.EVENT, each) for each in reversed(failed)]
    assert "quokka" not in str(shown)
    assert len(alice.get(f"{PATH}?subscription=ingest-documents").json()["data"]) == 2
    assert len(alice.get(f"{PATH}?code=file_broken").json()["data"]) == 1


def test_one_is_tried_again(cast: Cast, alice: Caller, failed: list[UUID]) -> None:
    one = encode(Prefix.EVENT, failed[1])
    assert act(alice, action="replay", event_ids=[one]) == (200, {"count": 1})
    assert states(cast.acme.tenant_id) == ["dead", "pending", "dead"]
    status, body = act(alice, action="replay", event_ids=[one])
    assert (status, body["error"]["code"]) == (404, "failed_event_not_found")  # type: ignore[index]


def test_those_of_a_filter_are_tried_again(cast: Cast, alice: Caller, failed: list[UUID]) -> None:
    assert act(alice, action="replay", subscription="ingest-documents", code="unavailable") == (200, {"count": 1})
    assert states(cast.acme.tenant_id) == ["pending", "dead", "dead"]
    assert act(alice, action="drop", subscription="ingest-documents") == (200, {"count": 1})
    assert states(cast.acme.tenant_id) == ["pending", "dropped", "dead"]
    assert act(alice, action="replay", all=True) == (200, {"count": 1})


def test_all_must_be_meant(alice: Caller, cast: Cast, failed: list[UUID]) -> None:
    assert act(alice, action="drop")[0] == 400
    assert act(alice, action="burn", all=True)[0] == 400
    assert states(cast.acme.tenant_id) == ["dead"] * 3


def test_who_did_it_is_written_down(cast: Cast, alice: Caller, failed: list[UUID]) -> None:
    act(alice, action="replay", all=True)
    with tenant_scope(cast.acme.tenant_id):
        entry = AuditEntry.objects.get(action="failed_events.replayed")
    assert entry.details["count"] == 3


def test_a_stranger_reaches_none_of_ours(cast: Cast, charlie: Caller, failed: list[UUID]) -> None:
    assert len(charlie.get(PATH).json()["data"]) == 1
    assert act(charlie, action="replay", event_ids=[encode(Prefix.EVENT, each) for each in failed])[0] == 404
    assert act(charlie, action="drop", all=True) == (200, {"count": 1})
    assert states(cast.acme.tenant_id) == ["dead"] * 3


def test_who_may_only_read_changes_nothing(cast: Cast, bob: Caller, anna: Caller, failed: list[UUID]) -> None:
    assert bob.get(PATH).status_code == 200
    assert act(bob, action="replay", all=True)[0] == 403
    assert anna.get(PATH).status_code == 403
    assert states(cast.acme.tenant_id) == ["dead"] * 3
