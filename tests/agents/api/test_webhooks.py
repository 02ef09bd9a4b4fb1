"""`/v1/webhooks` from end to end, with a real receiver that checks signatures."""

import pytest
from django.test import Client

from rapport.events.inline import deliver_now
from tenants.actors import SYSTEM
from tenants.api_keys import create_api_key
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tests.agents.api.conftest import Caller, Json
from tests.cast import Cast
from tests.tenants.webhooks.conftest import receiver as receiver
from tests.tenants.webhooks.conftest import server as server
from tests.tenants.webhooks.receiver import Receiver

PATH = "/v1/webhooks"


@pytest.fixture
def key(cast: Cast) -> Caller:
    return caller(cast, "webhooks.read", "webhooks.write")


def caller(cast: Cast, *scopes: str) -> Caller:
    secret = create_api_key(tenant_id=cast.acme.tenant_id, name="hooks", scopes=scopes, actor=SYSTEM).secret
    return Caller(Client(), Authorization=f"Bearer {secret}")


def add(key: Caller, receiver: Receiver, **headers: str) -> Json:
    body = {"url": receiver.url, "event_types": ["document.*"], "description": "Orders"}
    answer = key.post(PATH, body, **headers)
    assert answer.status_code == 201, answer.json()
    made: Json = answer.json()
    if made["secret"]:
        receiver.secrets.append(made["secret"])
    return made


def test_from_adding_to_a_delivery_and_its_log(cast: Cast, key: Caller, receiver: Receiver) -> None:
    made = add(key, receiver)
    assert made["secret"].startswith("whsec_")
    with tenant_scope(cast.acme.tenant_id):
        record_audit(actor=SYSTEM, action="document.deleted", subject="doc_1")
    deliver_now()
    assert receiver.types() == ["document.deleted"]
    (delivery,) = key.get(f"{PATH}/{made['id']}/deliveries").json()["data"]
    assert (delivery["state"], delivery["attempts"], delivery["last_status"]) == ("delivered", 1, 200)
    assert delivery["event_id"] == receiver.ids()[0]
    assert delivery["payload"]["data"]["id"] == "doc_1"
    whole = key.get(f"{PATH}/{made['id']}/deliveries/{delivery['id']}").json()
    assert whole["log"][0]["response"] == "thanks"
    assert key.get(f"{PATH}/{made['id']}/deliveries?state=failed").json()["data"] == []
    again = key.post(f"{PATH}/{made['id']}/deliveries/{delivery['id']}/resend", {})
    assert (again.status_code, again.json()["state"]) == (202, "waiting")
    deliver_now()
    assert receiver.ids() == [delivery["event_id"]] * 2


def test_the_secret_is_in_one_answer_only(key: Caller, receiver: Receiver) -> None:
    first = add(key, receiver, **{"Idempotency-Key": "one"})
    second = add(key, receiver, **{"Idempotency-Key": "one"})
    assert second["id"] == first["id"]
    assert second["secret"] is None
    assert first["secret"] not in key.get(PATH).content.decode()
    assert "secret" not in key.get(f"{PATH}/{first['id']}").json()
    other = key.post(PATH, {"url": receiver.url, "event_types": ["*"]}, **{"Idempotency-Key": "one"})
    assert other.status_code == 422


def test_changed_rotated_tried_and_removed(key: Caller, receiver: Receiver) -> None:
    made = add(key, receiver)
    url = f"{PATH}/{made['id']}"
    changed = key.client.patch(
        url, {"is_enabled": False, "event_types": ["*"]}, content_type="application/json", headers=key.headers
    ).json()
    assert (changed["state"], changed["disabled_reason"], changed["event_types"]) == ("disabled", "by_hand", ["*"])
    refused = key.post(f"{url}/test", {})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "webhook_disabled")
    key.client.patch(url, {"is_enabled": True}, content_type="application/json", headers=key.headers)
    rotated = key.post(f"{url}/rotate", {}).json()
    assert rotated["secret"] not in (None, made["secret"])
    assert rotated["old_secret_until"]
    tried = [key.post(f"{url}/test", {}, **{"Idempotency-Key": "try"}) for _ in range(2)]
    assert tried[0].json()["id"] == tried[1].json()["id"]
    assert tried[1]["Idempotent-Replayed"] == "true"
    deliver_now()
    assert receiver.types() == ["webhook.test"]
    assert key.client.delete(url, headers=key.headers).status_code == 204
    assert key.get(url).status_code == 404


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"event_types": ["*"]}, "url"),
        ({"url": "https://10.0.0.1/", "event_types": ["*"]}, "url"),
        ({"url": "https://93.184.216.34/", "event_types": ["x.y"]}, "event_types"),
        ({"url": "https://93.184.216.34/", "event_types": []}, "event_types"),
    ],
)
def test_what_is_wrong_is_named(key: Caller, body: Json, param: str) -> None:
    answer = key.post(PATH, body)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


def test_reading_is_not_writing(cast: Cast, key: Caller, receiver: Receiver) -> None:
    made = add(key, receiver)
    reader = caller(cast, "webhooks.read")
    assert reader.get(PATH).status_code == 200
    assert reader.post(PATH, {}).status_code == 403
    assert reader.post(f"{PATH}/{made['id']}/rotate", {}).status_code == 403
    assert caller(cast, "agents.read").get(PATH).status_code == 403
