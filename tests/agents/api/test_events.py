"""POST /v1/events: CloudEvents one by one, by headers and in batches; what is wrong with one is said of that one."""

import gzip
import json
import time
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ingestion.models import ContactEvent
from rapport.events.models import OutboxEvent
from rapport.ratelimits.models import TokenBucket
from tenants.actors import SYSTEM
from tenants.api_keys import create_api_key
from tenants.context import tenant_scope
from tests.cast import Cast, Company

Json = dict[str, Any]
ONE, MANY = "application/cloudevents+json", "application/cloudevents-batch+json"


def key_of(company: Company, *scopes: str) -> str:
    chosen = scopes or ("events.write",)
    return create_api_key(tenant_id=company.tenant_id, name="Shop", scopes=chosen, actor=SYSTEM).secret


@pytest.fixture
def key(cast: Cast) -> str:
    return key_of(cast.acme)


def send(key: str, body: object, *, kind: str = ONE, path: str = "/v1/events", **headers: str) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}"} | headers
    return Client().post(path, data, content_type=kind, headers=headers)


def event(number: int = 1, **changes: object) -> Json:
    whole = {
        "specversion": "1.0",
        "id": f"e-{number}",
        "source": "https://shop.acme.example",
        "type": "order.completed",
        "time": "2026-11-25T10:00:00Z",
        "data": {"contact": {"external_id": "cust-1"}, "total": 42},
    }
    return {name: value for name, value in (whole | changes).items() if value is not None}


def stored(company: Company) -> list[ContactEvent]:
    with tenant_scope(company.tenant_id):
        return list(ContactEvent.objects.order_by("id"))


def test_one_event_is_kept_before_it_is_answered(cast: Cast, key: str) -> None:
    answer = send(key, event())
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "duplicates": 0, "errors": []})
    (row,) = stored(cast.acme)
    assert (row.name, row.who, row.properties) == ("order.completed", {"external_id": "cust-1"}, {"total": 42})
    assert row.occurred_at.isoformat() == "2026-11-25T10:00:00+00:00"
    (bell,) = OutboxEvent.objects.filter(topic="ingestion.contact-events")
    assert bell.payload["data"] == {"ids": [str(row.id)]}


def test_attributes_in_headers(cast: Cast, key: str) -> None:
    attributes = {"ce-specversion": "1.0", "ce-id": "7", "ce-source": "/shop", "ce-type": "caf%C3%A9.visited"}
    answer = send(key, {"contact": {"email": "Mara@Customer.example"}}, kind="application/json", **attributes)
    assert answer.status_code == 202
    (row,) = stored(cast.acme)
    assert (row.name, row.who) == ("café.visited", {"email": "mara@customer.example"})


@pytest.mark.parametrize("body", [b"1e999", b'{"a": [1e999]}', b'{"a": -1e999}'])
def test_a_number_that_no_json_can_say_is_refused_by_header_too(cast: Cast, key: str, body: bytes) -> None:
    attributes = {"ce-specversion": "1.0", "ce-id": "7", "ce-source": "/shop", "ce-type": "a"}
    assert send(key, body, kind="application/json", **attributes).json()["error"]["code"] == "invalid_event"
    whole = json.dumps(event(data="here")).encode().replace(b'"here"', body)
    assert send(key, whole).json()["error"]["code"] == "invalid_event"
    assert stored(cast.acme) == []


def test_words_like_infinity_are_words(cast: Cast, key: str) -> None:
    assert send(key, event(data={"car": "Infinity", "NaN": "x", "huge": 10**40, "tiny": 1e-9})).status_code == 202
    assert stored(cast.acme)[0].properties == {"car": "Infinity", "NaN": "x", "huge": 10**40, "tiny": 1e-9}


def test_what_no_database_takes_is_left_out_of_headers(cast: Cast, key: str) -> None:
    attributes = {"ce-specversion": "1.0", "ce-id": "7%00", "ce-source": "/shop", "ce-type": "a", "ce-subject": "%00b"}
    assert send(key, b"", kind="text/plain", **attributes).status_code == 202
    (row,) = stored(cast.acme)
    assert (row.event_id, row.context) == ("7", {"subject": "b"})


def test_a_batch_is_a_few_statements(cast: Cast, key: str) -> None:
    send(key, [event(0)], kind=MANY)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = send(key, [event(number) for number in range(1000)], kind=MANY)
    assert answer.json() == {"accepted": 999, "duplicates": 1, "errors": []}
    assert sum("INSERT INTO ingestion_contactevent" in each["sql"] for each in queries) == 1
    assert len(queries) < 30
    assert len(stored(cast.acme)) == 1000


def test_the_same_again_is_harmless(cast: Cast, key: str) -> None:
    first = send(key, [event(1), event(2), event(1)], kind=MANY)
    again = send(key, [event(2), event(3)], kind=MANY)
    assert first.json() == {"accepted": 2, "duplicates": 1, "errors": []}
    assert again.json() == {"accepted": 1, "duplicates": 1, "errors": []}
    assert [row.event_id for row in stored(cast.acme)] == ["e-1", "e-2", "e-3"]


def test_another_source_or_company_may_use_the_same_id(cast: Cast, key: str) -> None:
    assert send(key, event(1)).json()["accepted"] == 1
    assert send(key, event(1, source="/crm")).json()["accepted"] == 1
    assert send(key_of(cast.other), event(1)).json()["accepted"] == 1
    assert (len(stored(cast.acme)), len(stored(cast.other))) == (2, 1)


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"type": None}, "type"),
        ({"id": None}, "id"),
        ({"id": 7}, "id"),
        ({"source": ""}, "source"),
        ({"specversion": "0.3"}, "specversion"),
        ({"time": "yesterday"}, "time"),
        ({"time": "2026-11-25T10:00:00"}, "time"),
        ({"time": "0001-01-01T00:00:00+23:00"}, "time"),
        ({"subject": ""}, "subject"),
        ({"bad-name": "x"}, "bad-name"),
        ({"data": {"contact": "cust-1"}}, "data.contact"),
        ({"data": {"contact": {"email": "mara"}}}, "data.contact.email"),
        ({"data": {"contact": {"phone": "0171 2345678"}}}, "data.contact.phone"),
        ({"data": {"contact": {"external_id": "member:1"}}}, "data.contact.external_id"),
        ({"data": {"contact": {"id": "con_1"}}}, "data.contact.id"),
        ({"data": {"traits": []}}, "data.traits"),
        ({"contactid": ""}, "contactid"),
    ],
)
def test_what_is_wrong_is_named(cast: Cast, key: str, change: Json, param: str) -> None:
    alone = send(key, event(1, **change))
    assert (alone.status_code, alone.json()["error"]["param"]) == (400, param)
    among = send(key, [event(1), event(2, **change), event(3)], kind=MANY)
    assert among.status_code == 202
    assert among.json()["accepted"] == 2
    (error,) = among.json()["errors"]
    assert error["param"] == f"events[1].{param}"
    assert error["message"]
    assert [row.event_id for row in stored(cast.acme)] == ["e-1", "e-3"]


def test_when_all_are_wrong_the_call_is(key: str) -> None:
    answer = send(key, [event(1, type=None), 7], kind=MANY)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "events[0].type")


@pytest.mark.parametrize("body", [[], [event(number) for number in range(1001)], {}, 7, None])
def test_a_batch_is_a_list_of_at_most_a_thousand(key: str, body: object) -> None:
    answer = send(key, body, kind=MANY)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "events")


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"a": NaN}', b"[" * 100_000, b'"\\ud800'])
def test_what_is_no_json(key: str, body: bytes) -> None:
    answer = send(key, body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_json")


def test_what_no_database_takes_is_left_out(cast: Cast, key: str) -> None:
    body = json.dumps(event(1, data={"note": "a\x00b\ud800c\U0001f600"})).encode()
    assert send(key, body).status_code == 202
    assert stored(cast.acme)[0].properties == {"note": "abc\U0001f600"}
    huge = json.dumps(event(2)).encode().replace(b"42", b"1e999")
    assert send(key, huge).status_code == 400


def test_an_event_has_a_size(key: str) -> None:
    answer = send(key, event(1, data={"note": "x" * 70_000}))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "event_too_large")
    among = send(key, [event(1, data={"note": "x" * 70_000}), event(2)], kind=MANY).json()
    assert (among["accepted"], among["errors"][0]["param"]) == (1, "events[0]")


def test_a_body_has_a_size_packed_and_unpacked(key: str) -> None:
    many = json.dumps([event(number, data={"note": "x" * 9_000}) for number in range(900)]).encode()
    assert send(key, many, kind=MANY).json()["error"]["code"] == "body_too_large"
    bomb = gzip.compress(b" " * 50_000_000)
    assert send(key, bomb, kind=MANY, **{"Content-Encoding": "gzip"}).status_code == 413


def test_compressed(cast: Cast, key: str) -> None:
    packed = gzip.compress(json.dumps(event()).encode())
    assert send(key, packed, **{"Content-Encoding": "gzip"}).status_code == 202
    assert send(key, packed[:-9], **{"Content-Encoding": "gzip"}).status_code == 400
    assert send(key, b"no gzip", **{"Content-Encoding": "gzip"}).status_code == 400
    assert send(key, packed, **{"Content-Encoding": "br"}).status_code == 415
    assert send(key, event(2), kind="text/plain").json()["error"]["code"] == "unsupported_media_type"


def test_whose_events_they_are_is_who_called(cast: Cast, key: str) -> None:
    claim = {"tenantid": str(cast.other.tenant_id), "partitionkey": "x"}
    assert send(key, event(1, **claim), **{"X-Tenant": str(cast.other.tenant_id)}).status_code == 202
    assert stored(cast.other) == []
    assert UUID(str(stored(cast.acme)[0].tenant_id)) == cast.acme.tenant_id


def test_a_key_needs_the_scope(cast: Cast) -> None:
    answer = send(key_of(cast.acme, "contacts.read"), event())
    assert answer.status_code == 403
    assert "events.write" in answer.json()["error"]["message"]


def test_too_many_events_are_told_when_to_come_back(cast: Cast, key: str) -> None:
    answer = send(key, [event(number) for number in range(100)], kind=MANY)
    assert int(answer.headers["RateLimit-Limit"]) - int(answer.headers["RateLimit-Remaining"]) in range(90, 102)
    TokenBucket.objects.filter(name__startswith="events:").update(full_at=time.time() + 60)
    refused = send(key, [event(number) for number in range(500, 1500)], kind=MANY)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert len(stored(cast.acme)) == 100


def test_a_flood_is_held_back_before_it_is_taken(cast: Cast, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.incoming.intake.MOST_WAITING", 1)
    monkeypatch.setattr("ingestion.incoming.intake._waiting_until", {})
    monkeypatch.setattr("ingestion.incoming.intake._ASKED_EVERY", 0)
    assert send(key, [event(1), event(2)], kind=MANY).status_code == 202
    answer = send(key, event(3))
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "too_many_waiting")
    assert answer.headers["Retry-After"] == "30"
