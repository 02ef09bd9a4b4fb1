"""Versions, files, experiments and prompts by the API: what integrators do with them, and what is refused."""

from typing import Any

import pytest
from django.test import Client

from agents.models import Agent, Conversation
from tenants.actors import SYSTEM
from tenants.api_keys import create_api_key
from tenants.context import tenant_scope
from tests.agents.api.conftest import Caller
from tests.cast import Cast

Json = dict[str, Any]
WRITER = ("agents.read", "agents.write", "conversations.read", "conversations.write", "contacts.write")


def key_of(cast: Cast, *scopes: str) -> Caller:
    made = create_api_key(tenant_id=cast.acme.tenant_id, name="x", scopes=scopes or WRITER, actor=SYSTEM)
    return Caller(Client(), Authorization=f"Bearer {made.secret}")


@pytest.fixture
def writer(cast: Cast) -> Caller:
    return key_of(cast)


@pytest.fixture
def path(writer: Caller) -> str:
    return f"/v1/agents/{writer.get('/v1/agents').json()['data'][0]['id']}"


def patch(caller: Caller, path: str, body: object) -> Any:
    return caller.client.patch(path, body, content_type="application/json", headers=caller.headers)


def test_a_change_is_published_unless_it_is_to_wait(writer: Caller, path: str) -> None:
    at_once = patch(writer, path, {"greeting": "Ahoy!", "note": "Sailors"}).json()
    assert (at_once["version"], at_once["greeting"], at_once["config"]["appearance"]["greeting"]) == (
        2,
        "Ahoy!",
        "Ahoy!",
    )
    waiting = patch(writer, path, {"config": {"knowledge": {"passages": 4}}, "publish": False}).json()
    assert (waiting["version"], waiting["config"]["knowledge"]["passages"]) == (2, 10)
    draft = writer.get(f"{path}/draft").json()
    assert (draft["version"], draft["config"]["knowledge"]["passages"]) == ("draft", 4)
    diff = writer.get(f"{path}/diff?to=draft").json()["changes"]
    assert diff == [{"path": "knowledge.passages", "kind": "changed", "before": 10, "after": 4, "segments": []}]
    published = writer.post(f"{path}/publish", {"note": "Fewer"}).json()
    assert (published["version"], published["note"], published["is_published"]) == (3, "Fewer", True)
    listed = writer.get(f"{path}/versions?limit=2").json()
    assert [each["version"] for each in listed["data"]] == [3, 2]
    rest = writer.get(f"{path}/versions?limit=2&cursor={listed['next_cursor']}").json()
    assert [(each["version"], each["is_published"]) for each in rest["data"]] == [(1, False)]
    assert writer.get(f"{path}/versions/2").json()["config"]["appearance"]["greeting"] == "Ahoy!"


def test_going_back(writer: Caller, path: str) -> None:
    patch(writer, path, {"greeting": "Ahoy!"})
    back = writer.post(f"{path}/rollback", {"version": 1}).json()
    assert (back["version"], back["from_version"]) == (3, 1)
    assert writer.get(f"{path}/versions/1").json()["digest"] == back["digest"] == writer.get(path).json()["digest"]
    assert writer.get(f"{path}/diff?from=1&to=3").json() == {"changes": []}


def test_a_draft_is_thrown_away(writer: Caller, path: str) -> None:
    patch(writer, path, {"greeting": "Ahoy!", "publish": False})
    assert writer.client.delete(f"{path}/draft", headers=writer.headers).status_code == 204
    assert writer.get(f"{path}/diff?to=draft").json() == {"changes": []}


@pytest.mark.parametrize(
    ("method", "where", "body", "status", "param"),
    [
        ("patch", "", {"config": {"knowledge": {"passages": 0}}}, 400, "knowledge.passages"),
        ("patch", "", {"config": {"nothing": {}}}, 400, "nothing"),
        ("patch", "", {"note": "x" * 301, "greeting": "y"}, 400, "note"),
        ("post", "/rollback", {}, 400, "version"),
        ("post", "/rollback", {"version": 9}, 404, "version"),
        ("get", "/versions/9", None, 404, "version"),
        ("get", "/versions/99999999999999999999", None, 404, "version"),
        ("get", "/diff?from=x", None, 400, "from"),
        ("get", "/diff?to=9", None, 404, "version"),
        ("post", "/experiments", {"name": "x", "arms": [{"version": 1, "percent": 50}]}, 400, "arms"),
    ],
)
def test_what_is_wrong_is_named(
    writer: Caller, path: str, method: str, where: str, body: Json | None, status: int, param: str
) -> None:
    send = {"patch": patch, "post": Caller.post, "get": lambda caller, path, _: caller.get(path)}[method]
    answer = send(writer, f"{path}{where}", body)  # type: ignore[operator]
    assert (answer.status_code, answer.json()["error"]["param"]) == (status, param)


def test_a_file_out_and_in_and_all_that_is_wrong_in_one(cast: Cast, writer: Caller, path: str) -> None:
    text = writer.get(f"{path}/export").json()["yaml"]
    made = writer.post("/v1/agents/import", {"yaml": text}, **{"Idempotency-Key": "a"})
    again = writer.post("/v1/agents/import", {"yaml": text}, **{"Idempotency-Key": "a"})
    assert (made.status_code, again.json()["id"]) == (201, made.json()["id"])
    assert writer.get(f"/v1/agents/{made.json()['id']}/export").json()["yaml"] == text
    bad = writer.post(
        "/v1/agents/import", {"yaml": text.replace("#4f46e5", "red").replace("passages: 10", "passages: x")}
    )
    assert (bad.status_code, bad.json()["error"]["code"]) == (400, "invalid_agent_file")
    assert [each["path"] for each in bad.json()["error"]["problems"]] == ["appearance.color", "knowledge.passages"]
    with tenant_scope(cast.acme.tenant_id):
        assert Agent.objects.count() == 2


def test_an_experiment_from_start_to_stop(writer: Caller, path: str) -> None:
    patch(writer, path, {"greeting": "Ahoy!", "publish": False})
    candidate = writer.post(f"{path}/versions", {"note": "B"}).json()
    assert (candidate["version"], candidate["is_candidate"], candidate["is_published"]) == (2, True, False)
    body = {"name": "Greeting", "arms": [{"version": 1, "percent": 50}, {"version": 2, "percent": 50}]}
    made = writer.post(f"{path}/experiments", body)
    assert (made.status_code, made.json()["is_running"], len(made.json()["arms"])) == (201, True, 2)
    assert made.json()["arms"][0]["answered"] == {"count": 0, "share": 0.0, "low": 0.0, "high": 1.0}
    assert patch(writer, path, {"color": "#112233"}).json()["error"]["code"] == "experiment_running"
    assert writer.post(f"{path}/experiments", body).status_code == 409
    one = f"{path}/experiments/{made.json()['id']}"
    assert writer.post(f"{one}/stop", {}).json()["is_running"] is False
    assert writer.get(one).json()["stopped_at"]
    assert [each["id"] for each in writer.get(f"{path}/experiments").json()["data"]] == [made.json()["id"]]
    assert patch(writer, path, {"color": "#112233"}).json()["version"] == 3


def test_the_registry_by_the_api(writer: Caller, path: str) -> None:
    made = writer.post("/v1/prompts", {"name": "tone", "text": "Speak for {{ company }}."})
    assert (made.status_code, made.json()["labels"]) == (201, {"production": 1})
    one = f"/v1/prompts/{made.json()['id']}"
    block = {"prompt": "tone", "label": "production"}
    refused = patch(writer, path, {"config": {"prompt": {"blocks": [block]}}})
    assert refused.json()["error"]["param"] == "prompt.blocks.0.variables.company"
    used = patch(writer, path, {"config": {"prompt": {"blocks": [block], "variables": {"company": "Acme"}}}})
    assert used.status_code == 200
    second = writer.post(f"{one}/versions", {"text": "Speak for {{ company }} in {{ city }}."}).json()
    assert second["versions"][0]["variables"] == ["company", "city"]
    assert second["used_by"] == [{"agent": "Acme assistant", "version": 2}]
    busy = writer.post(f"{one}/labels", {"label": "production", "version": 2})
    assert (busy.status_code, busy.json()["error"]["code"]) == (409, "prompt_in_use")
    assert writer.post(f"{one}/labels", {"label": "beta", "version": 2}).json()["labels"] == {
        "beta": 2,
        "production": 1,
    }
    assert writer.post(f"{one}/labels", {"label": "beta", "version": None}).json()["labels"] == {"production": 1}
    assert [each["name"] for each in writer.get("/v1/prompts").json()["data"]] == ["tone"]
    assert writer.post("/v1/prompts", {"name": "tone", "text": "x"}).json()["error"]["code"] == "prompt_exists"


def test_a_key_tries_any_version_if_it_may_read_agents(cast: Cast, writer: Caller, path: str) -> None:
    patch(writer, path, {"greeting": "Ahoy!", "publish": False})
    body = {"agent_id": path.rpartition("/")[2], "contact": {"external_id": "7"}, "version": "draft"}
    started = writer.post("/v1/conversations", body)
    assert started.status_code == 201
    assert writer.get(f"/v1/conversations/{started.json()['id']}").json()["agent_version"] == "draft"
    assert writer.post("/v1/conversations", body | {"version": 9}).json()["error"]["code"] == "agent_version_not_found"
    assert writer.post("/v1/conversations", body | {"version": "latest"}).json()["error"]["param"] == "version"
    other = key_of(cast, "conversations.write", "contacts.write")
    assert other.post("/v1/conversations", body).status_code == 403
    with tenant_scope(cast.acme.tenant_id):
        assert list(Conversation.objects.values_list("agent_version", flat=True)) == [0]


def test_reading_scopes_publish_nothing(cast: Cast, path: str) -> None:
    reader = key_of(cast, "agents.read")
    for where, body in (("/publish", {}), ("/rollback", {"version": 1}), ("/versions", {}), ("/experiments", {})):
        assert reader.post(f"{path}{where}", body).status_code == 403
    assert reader.post("/v1/prompts", {"name": "a", "text": "b"}).status_code == 403
    assert reader.post("/v1/agents/import", {"yaml": "x"}).status_code == 403
