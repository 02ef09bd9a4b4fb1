"""The published client of customer-data tools, pointed at this server: batches, compression, retries, repeats."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django.live_server_helper import LiveServer
from segment.analytics.client import Client as Tracker  # type: ignore[import-untyped]

from ingestion.models import ContactEvent
from rapport.events.outbox import publish_all
from tenants.context import tenant_scope
from tests.agents.api.test_events import key_of, send
from tests.cast import Cast, Company

Json = dict[str, Any]
MakeTracker = Callable[..., Tracker]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def failures() -> list[Exception]:
    return []


@pytest.fixture
def tracker(live_server: LiveServer, cast: Cast, failures: list[Exception]) -> MakeTracker:
    def make(**options: Any) -> Tracker:
        def failed(error: Exception, batch: object) -> None:
            failures.append(error)

        key = options.pop("write_key", None) or key_of(cast.acme)
        return Tracker(key, host=live_server.url, on_error=failed, upload_interval=0.1, **options)

    return make


def stored(company: Company) -> list[ContactEvent]:
    with tenant_scope(company.tenant_id):
        return list(ContactEvent.objects.order_by("occurred_at", "id"))


@pytest.mark.parametrize("is_packed", [False, True])
def test_every_kind_of_call(tracker: MakeTracker, cast: Cast, failures: list[Exception], is_packed: bool) -> None:
    client, at = tracker(gzip=is_packed), datetime(2026, 11, 20, 12, tzinfo=UTC)
    client.page(None, "Shop", "Boots", {"url": "https://shop.acme.example/boots"}, timestamp=at, anonymous_id="b1")
    client.screen(None, name="Cart", timestamp=at + timedelta(1), anonymous_id="b1")
    client.identify("u1", {"email": "mara@customer.example"}, timestamp=at + timedelta(2), anonymous_id="b1")
    client.group("u1", "acme-as", {"name": "Acme AS"}, timestamp=at + timedelta(3))
    client.track("u1", "Order Completed", {"total": 99}, {"ip": "10.0.0.1"}, at + timedelta(4))
    client.alias("old-1", "u1", timestamp=at + timedelta(5))
    client.shutdown()
    assert failures == []
    rows = stored(cast.acme)
    assert [(row.kind, row.name) for row in rows] == [
        ("page", "Shop Boots"),
        ("screen", "Cart"),
        ("identify", ""),
        ("group", ""),
        ("track", "Order Completed"),
        ("alias", ""),
    ]
    assert rows[2].who == {"external_id": "u1", "anonymous_id": "b1", "email": "mara@customer.example"}
    assert rows[3].who == {"external_id": "u1", "company_id": "acme-as"}
    assert rows[4].properties == {"total": 99}
    assert rows[4].context["library"]["name"] == "analytics-python"
    assert "10.0.0.1" not in json.dumps(rows[4].context)
    assert rows[5].who["previous_id"] == "old-1"


def test_many_in_batches(tracker: MakeTracker, cast: Cast, failures: list[Exception]) -> None:
    client = tracker(upload_size=100, gzip=True)
    for number in range(250):
        client.track(f"u{number % 20}", "Counted", {"number": number})
    client.shutdown()
    assert failures == []
    assert sorted(row.properties["number"] for row in stored(cast.acme)) == list(range(250))


def test_it_tries_again_until_it_is_taken(
    tracker: MakeTracker, cast: Cast, failures: list[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """First the database is away in the middle of the write, then events are too many for a moment."""
    from ingestion.incoming import intake

    calls: list[object] = []

    def unlucky(*args: Any) -> None:
        calls.append(args)
        if len(calls) == 1:
            raise OperationalError("away")
        if len(calls) == 2:
            raise intake.TooManyWaiting("later", retry_after_seconds=1)
        publish_all(*args)

    monkeypatch.setattr(intake, "publish_all", unlucky)
    client = tracker()
    client.track("u1", "Survived")
    client.shutdown()
    assert failures == []
    assert len(calls) == 3
    assert [row.name for row in stored(cast.acme)] == ["Survived"]


def test_what_comes_twice_is_kept_once(tracker: MakeTracker, cast: Cast) -> None:
    for _ in range(2):
        client = tracker()
        client.track("u1", "Once", message_id="m-1")
        client.shutdown()
    assert len(stored(cast.acme)) == 1


def test_a_wrong_key_is_said_to_the_client(tracker: MakeTracker, cast: Cast, failures: list[Any]) -> None:
    client = tracker(write_key="rp_sk_live_wrong")
    client.track("u1", "Lost")
    client.shutdown()
    assert [error.status for error in failures] == [401]
    assert stored(cast.acme) == []


def basic(cast: Cast, path: str, body: Json) -> Any:
    import base64

    key = base64.b64encode(f"{key_of(cast.acme)}:".encode()).decode()
    return Client().post(
        path, json.dumps(body), content_type="application/json", headers={"Authorization": f"Basic {key}"}
    )


def test_single_calls_by_their_addresses(cast: Cast) -> None:
    for path, body in (
        ("/v1/identify", {"userId": 7, "traits": {"name": "Mara"}}),
        ("/v1/track", {"anonymousId": "b1", "event": "Seen"}),
        ("/v1/page", {"anonymousId": "b1", "context": {"page": {"url": "https://shop.example/x"}}}),
        ("/v1/screen", {"anonymousId": "b1", "name": "Cart"}),
        ("/v1/group", {"userId": "u1", "groupId": "g1"}),
        ("/v1/alias", {"userId": "u1", "previousId": "old"}),
        ("/v1/import", {"batch": [{"type": "track", "userId": "u1", "event": "Long ago"}]}),
    ):
        answer = basic(cast, path, body)
        assert answer.status_code == 200, answer.content
        assert (answer.json()["success"], answer.json()["accepted"]) == (True, 1)
    assert len(stored(cast.acme)) == 7
    with tenant_scope(cast.acme.tenant_id):
        assert ContactEvent.objects.get(kind="page").properties == {"url": "https://shop.example/x"}
        assert ContactEvent.objects.get(kind="identify").who == {"external_id": "7"}


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("/v1/track", {"event": "x"}, "userId"),
        ("/v1/track", {"userId": "u1"}, "event"),
        ("/v1/track", {"userId": {}, "event": "x"}, "userId"),
        ("/v1/track", {"userId": "member:1", "event": "x"}, "userId"),
        ("/v1/track", {"userId": "u1", "event": "x", "timestamp": "soon"}, "timestamp"),
        ("/v1/track", {"userId": "u1", "event": "x", "properties": []}, "properties"),
        ("/v1/identify", {"userId": "u1", "traits": "x"}, "traits"),
        ("/v1/group", {"userId": "u1"}, "groupId"),
        ("/v1/alias", {"userId": "u1"}, "previousId"),
        ("/v1/alias", {"previousId": "u1"}, "userId"),
        ("/v1/batch", {"batch": [{"type": "dance", "userId": "u1"}]}, "batch[0].type"),
        ("/v1/batch", {"batch": 7}, "batch"),
        ("/v1/batch", [], "the body"),
    ],
)
def test_what_is_wrong_is_named(cast: Cast, path: str, body: Json, param: str) -> None:
    answer = basic(cast, path, body)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)
    assert stored(cast.acme) == []


def test_one_wrong_call_holds_no_other_up(cast: Cast) -> None:
    right = {"type": "track", "userId": "u1", "event": "Right"}
    answer = basic(cast, "/v1/batch", {"batch": [right, {"type": "track", "userId": "u1"}, {**right, "event": "Too"}]})
    assert answer.json()["accepted"] == 2
    assert [error["param"] for error in answer.json()["errors"]] == ["batch[1].event"]


def test_a_clock_that_is_wrong_is_set_right(cast: Cast) -> None:
    """The sender's clock is a day ahead; it happened an hour before it was sent."""
    ahead = datetime.now(UTC) + timedelta(days=1)
    happened = {"timestamp": (ahead - timedelta(hours=1)).isoformat(), "sentAt": ahead.isoformat()}
    basic(cast, "/v1/track", {"userId": "u1", "event": "x", **happened})
    (row,) = stored(cast.acme)
    assert abs(row.received_at - row.occurred_at - timedelta(hours=1)) < timedelta(seconds=30)


def test_without_a_message_id_the_same_moment_is_the_same_call(cast: Cast) -> None:
    body = {"userId": "u1", "event": "x", "timestamp": "2026-11-20T12:00:00Z"}
    assert [
        basic(cast, "/v1/track", {**body, "sentAt": f"2026-11-20T12:00:0{each}Z"}).json()["accepted"] for each in (1, 2)
    ] == [1, 0]
    untimed = {"userId": "u1", "event": "x"}
    assert [basic(cast, "/v1/track", untimed).json()["accepted"] for _ in range(2)] == [1, 1]
    assert basic(cast, "/v1/track", {**untimed, "messageId": str(uuid4())}).json()["accepted"] == 1


def test_the_public_key_of_a_widget_and_a_visitor_are_refused(cast: Cast) -> None:
    assert send(cast.acme.key, {}, path="/v1/track").status_code == 401
