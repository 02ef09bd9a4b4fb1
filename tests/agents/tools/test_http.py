"""Tools that are HTTP calls: what goes over the wire, what comes back, and what never shows."""

import json
from dataclasses import asdict
from uuid import UUID

import pytest

from agents.errors import InvalidTool, ToolExists
from agents.models import ToolConnection
from agents.selectors import get_trace_of_turn
from agents.tools.connections import Auth, create_connection, replace_credential
from agents.tools.http.openapi import read_description
from agents.tools.services import delete_tool, import_operations, list_tools, try_tool, update_tool
from rapport.config import ROOT
from tenants.actors import user_actor
from tenants.context import tenant_scope
from tests.agents.conftest import Ask
from tests.agents.scripted import ScriptedModel, scripted_parts
from tests.agents.tools.calling import allow_tools, calls
from tests.agents.tools.conftest import ORDER, SECRET, MakeTool
from tests.agents.tools.shop import Shop
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


def _run(cast: Cast, tool_id: UUID, **arguments: object) -> tuple[str, str, str]:
    ran = try_tool(tenant_id=cast.acme.tenant_id, tool_id=tool_id, arguments=arguments, actor=user_actor(cast.alice.id))
    return str(ran.state), ran.code, ran.told.text


def test_an_order_is_looked_up_in_a_turn(ask: Ask, cast: Cast, shop: Shop, make_tool: MakeTool) -> None:
    make_tool("find_order", "GET", "/orders/{order}")
    allow_tools(cast, "find_order")
    parts = scripted_parts(calls([("find_order", {"order": "A-4711"})]))
    asked = ask("Where is my order A-4711?", parts)
    [call] = shop.asked
    assert (call.method, call.path) == ("GET", "/orders/A-4711")
    assert call.headers["authorization"] == f"Bearer {SECRET}"
    model = parts.model
    assert isinstance(model, ScriptedModel)
    assert json.loads(json.loads(model.requests[1].exchange[-1]["content"])["data"])["state"] == "sent"
    trace = get_trace_of_turn(tenant_id=cast.acme.tenant_id, turn_id=asked.turn_id)
    assert SECRET not in json.dumps([asdict(span) for span in trace.spans] if trace else [], default=str)


@pytest.mark.parametrize("order", ["../admin", "..", "1/../../admin", "1?x=1", "1#x", "%2e%2e", "1\\..\\x"])
def test_a_value_is_one_step_of_the_path(cast: Cast, shop: Shop, make_tool: MakeTool, order: str) -> None:
    _run(cast, make_tool("find_order", "GET", "/orders/{order}"), order=order)
    assert all(each.path.startswith("/orders/") and each.path.count("/") == 2 for each in shop.asked)
    assert all("?" not in each.path and each.path.rpartition("/")[2] != ".." for each in shop.asked)


@pytest.mark.parametrize(
    ("auth", "shown"),
    [
        (Auth("header", "X-Key", SECRET), SECRET),
        (Auth("bearer", "", SECRET), SECRET),
        (Auth("basic", "acme", SECRET), "YWNtZTpzM2NyZXQtb2YtdGhlLXNob3A="),
        (Auth("query", "key", SECRET), SECRET),
    ],
)
def test_a_credential_is_sent_kept_encrypted_and_blotted_out(
    cast: Cast, shop: Shop, connection: UUID, make_tool: MakeTool, auth: Auth, shown: str
) -> None:
    tenant_id = cast.acme.tenant_id
    replace_credential(tenant_id=tenant_id, connection_id=connection, auth=auth, actor=user_actor(cast.alice.id))
    state, _, told = _run(cast, make_tool("echo", "GET", "/echo/{order}"), order="1")
    assert state == "done"
    assert shown in json.dumps(shop.asked[0].headers) + shop.asked[0].path
    assert SECRET not in told
    assert shown not in told
    assert "•••" in told
    with tenant_scope(tenant_id):
        assert SECRET not in ToolConnection.objects.get().secret


@pytest.mark.parametrize(
    ("path", "code"),
    [("/away/{order}", "redirect_refused"), ("/missing/{order}", "status_404"), ("/slow/{order}", "outbound_timeout")],
)
def test_what_goes_wrong_has_a_code(cast: Cast, shop: Shop, make_tool: MakeTool, path: str, code: str) -> None:
    tool = make_tool("find_order", "GET", path, timeout_seconds=0.5, is_idempotent=False)
    assert _run(cast, tool, order="1")[:2] == ("failed", code)
    assert len(shop.asked) == 1


def test_a_write_that_times_out_is_of_unknown_outcome(cast: Cast, shop: Shop, make_tool: MakeTool) -> None:
    tool = make_tool("cancel_order", "POST", "/slow/{order}", timeout_seconds=0.5)
    assert _run(cast, tool, order="1")[:2] == ("unknown", "outbound_timeout")
    assert len(shop.asked) == 1, "it is not tried again"


def test_one_that_may_be_repeated_is_tried_again_with_the_same_key(cast: Cast, shop: Shop, make_tool: MakeTool) -> None:
    shop.failures = 2
    tool = make_tool("cancel_order", "POST", "/orders/{order}", is_idempotent=True)
    assert _run(cast, tool, order="1")[0] == "done"
    assert len(shop.asked) == 3
    assert len({each.headers["idempotency-key"] for each in shop.asked}) == 1


def test_the_key_is_the_turn_and_the_step(ask: Ask, cast: Cast, shop: Shop, make_tool: MakeTool) -> None:
    make_tool("cancel_order", "POST", "/orders/{order}", consent="asked", asks_for=["cancel"])
    allow_tools(cast, "cancel_order")
    ask("Please cancel A-1", scripted_parts(calls([("cancel_order", {"order": "A-1"})])))
    key = shop.writes[0].headers["idempotency-key"]
    assert key.startswith("trn_")
    assert key.endswith(":1")


def test_an_answer_that_breaks_its_promise_is_not_passed_on(cast: Cast, shop: Shop, make_tool: MakeTool) -> None:
    promised = {"type": "object", "required": ["state"]}
    tool = make_tool("find_order", "GET", "/broken/{order}", result=promised)
    assert _run(cast, tool, order="1")[:2] == ("failed", "result_invalid")


def test_a_tool_is_called_so_often_and_no_more(cast: Cast, shop: Shop, make_tool: MakeTool) -> None:
    tool = make_tool("find_order", "GET", "/orders/{order}", per_minute=4)
    assert [_run(cast, tool, order="1")[1] for _ in range(2)] == ["", "rate_limited"]
    assert len(shop.asked) == 1


def test_one_that_is_off_or_gone_is_not_offered(ask: Ask, cast: Cast, tenant_id: UUID, make_tool: MakeTool) -> None:
    tool, actor = make_tool("find_order", "GET", "/orders/{order}"), user_actor(cast.alice.id)
    allow_tools(cast, "find_order")

    def offered() -> list[str]:
        parts = scripted_parts(calls())
        ask("Where is my order?", parts)
        model = parts.model
        assert isinstance(model, ScriptedModel)
        return [each["function"]["name"] for each in model.requests[0].tools]

    assert offered() == ["find_order"]
    update_tool(tenant_id=tenant_id, tool_id=tool, is_enabled=False, actor=actor)
    assert offered() == []
    delete_tool(tenant_id=tenant_id, tool_id=tool, actor=actor)
    assert offered() == []


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"name": "Bad Name"}, "name"),
        ({"path": "/orders/{other}"}, "path"),
        ({"parameters": {"type": "string", "properties": {}}}, "parameters"),
        ({"parameters": {"type": "object", "properties": {"a": {"$ref": "http://x/"}}}}, "parameters"),
        ({"consent": "none"}, "policy.consent"),
        ({"timeout_seconds": 300}, "policy.timeout_seconds"),
        ({"surprise": 1}, "policy"),
    ],
)
def test_what_is_wrong_with_a_tool_is_said(make_tool: MakeTool, change: dict[str, object], param: str) -> None:
    given = {"name": "cancel_order", "method": "POST", "path": "/orders/{order}", "parameters": ORDER, **change}
    with pytest.raises(InvalidTool) as caught:
        make_tool(**given)
    assert caught.value.param == param


def test_names_are_taken_once(make_tool: MakeTool) -> None:
    make_tool("find_order", "GET", "/orders/{order}")
    for name in ("find_order", "open_ticket", "read_result"):
        with pytest.raises(ToolExists):
            make_tool(name, "GET", "/orders/{order}")


@pytest.mark.parametrize("address", ["http://127.0.0.1/", "https://10.0.0.1", "https://a@b.example", "ftp://x", "x"])
def test_a_connection_leads_outside(cast: Cast, address: str) -> None:
    with pytest.raises(InvalidTool) as caught:
        create_connection(
            tenant_id=cast.acme.tenant_id, name="x", base_url=address, auth=Auth(), actor=user_actor(cast.alice.id)
        )
    assert caught.value.param == "base_url"


YAML = """
openapi: 3.0.3
info: {title: Shop}
servers: [{url: https://shop.example/v2}]
paths:
  /orders/{id}:
    parameters: [{$ref: '#/components/parameters/Id'}]
    get:
      operationId: getOrder
      summary: One order
      responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}
    delete:
      operationId: getOrder
      responses: {}
  /orders:
    post:
      summary: Place an order
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}
  /elsewhere:
    get: {parameters: [{$ref: 'https://evil.example/p.yaml'}]}
  /nowhere:
    get: {parameters: [{$ref: '#/components/parameters/None'}]}
  /upload:
    post: {requestBody: {required: true, content: {multipart/form-data: {}}}}
  /secret:
    get: {parameters: [{name: X-Who, in: header, required: true}]}
  /mismatch/{a}:
    get: {}
components:
  parameters:
    Id: {name: id, in: path, required: true, schema: {type: string}, description: Its number}
  schemas:
    Order:
      type: object
      required: [sku]
      properties:
        sku: {type: string}
        amount: {type: integer, minimum: 0, exclusiveMinimum: true}
        note: {type: string, nullable: true}
        parent: {$ref: '#/components/schemas/Order'}
"""


def test_an_openapi_file_becomes_tools_and_reasons() -> None:
    found = read_description(YAML.encode())
    assert (found.title, found.base_url) == ("Shop", "https://shop.example/v2")
    problems = {each.key: each.problem for each in found.operations}
    assert {key for key, problem in problems.items() if not problem} == {
        "GET /orders/{id}",
        "DELETE /orders/{id}",
        "POST /orders",
    }
    assert "evil.example" in problems["GET /elsewhere"]
    assert "is not there" in problems["GET /nowhere"]
    assert "no JSON" in problems["POST /upload"]
    assert "X-Who" in problems["GET /secret"]
    assert "not the same" in problems["GET /mismatch/{a}"]
    assert [each.name for each in found.operations][:2] == ["get_order", "get_order_2"]
    post = next(each for each in found.operations if each.key == "POST /orders").definition["parameters"]
    assert post["required"] == ["sku"]
    assert post["properties"]["amount"] == {"type": "integer", "exclusiveMinimum": 0}
    assert post["properties"]["note"] == {"type": ["string", "null"]}
    assert post["properties"]["parent"] == {}


def test_our_own_description_can_be_read() -> None:
    """3.0 or 3.1, and large: the product's own."""
    found = read_description((ROOT / "docs" / "openapi.yaml").read_bytes())
    usable = [each for each in found.operations if not each.problem]
    assert len(usable) > 60
    assert len({each.name for each in found.operations}) == len(found.operations)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b"swagger: '2.0'", b"openapi: 3.0.0", b"openapi: 3.1.0\npaths: {}", b"a: &a [*a]"]
)
def test_what_is_no_openapi_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidTool):
        read_description(content)


def test_chosen_operations_are_imported_all_or_none(cast: Cast, tenant_id: UUID, connection: UUID) -> None:
    def load(*operations: str) -> list[UUID]:
        return import_operations(
            tenant_id=tenant_id,
            connection_id=connection,
            content=YAML.encode(),
            operations=operations,
            actor=user_actor(cast.alice.id),
        )

    with pytest.raises(InvalidTool, match="GET /nowhere"):
        load("GET /orders/{id}", "GET /nowhere")
    assert list_tools(tenant_id=tenant_id) == []
    assert len(load("GET /orders/{id}", "POST /orders")) == 2
    tools = {each.name: each.policy for each in list_tools(tenant_id=tenant_id)}
    assert (tools["get_order"].effect, tools["get_order"].consent) == ("read", "none")
    assert (tools["post_orders"].effect, tools["post_orders"].consent) == ("write", "confirm")
