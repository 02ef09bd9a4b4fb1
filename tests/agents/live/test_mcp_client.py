"""The official MCP client against the running product."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import httpx2
import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from tests.agents.live.conftest import Company, Live

Work = Callable[[Client], Awaitable[Any]]


def with_client(company: Company, work: Work, *, key: str = "all", mode: str = "auto") -> Any:
    """Do `work` with a connected client that has the company's key."""

    async def run() -> Any:
        headers = {"Authorization": f"Bearer {company.keys.get(key, key)}"}
        async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
            transport = streamable_http_client(f"{company.url}/mcp", http_client=http)
            async with Client(transport, mode=mode) as client:
                try:
                    return await work(client)
                except MCPError as error:  # the client's task groups would wrap it
                    return error

    outcome = asyncio.run(run())
    if isinstance(outcome, MCPError):
        raise outcome
    return outcome


def call(company: Company, name: str, *, key: str = "all", **arguments: Any) -> Any:
    return with_client(company, lambda client: client.call_tool(name, arguments), key=key)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_its_tools_are_offered_in_both_ways_of_speaking(acme: Company, mode: str) -> None:
    listed = with_client(acme, lambda client: client.list_tools(), mode=mode)
    assert [tool.name for tool in listed.tools] == [
        "search", "ask", "remember", "list_memories", "search_memories", "memory_graph", "edit_memory",
        "forget_memory",
    ]  # fmt: skip
    assert listed.tools[0].input_schema["required"] == ["query"]


def test_search_finds_passages_with_their_sources(acme: Company) -> None:
    found = call(acme, "search", query="How long does delivery take?", limit=2).structured_content
    passage = found["passages"][0]
    assert "Standard delivery takes 3 days" in passage["text"]
    assert passage["document_id"] == acme.document_id


def test_ask_answers_with_sources_and_goes_on(live: Live, acme: Company) -> None:
    first = call(acme, "ask", question="How long does delivery take?", agent="Agent days-3", contact="customer-9")
    said = first.structured_content
    assert said["answer"] == "Delivery takes 3 days [1]."
    assert said["sources"][0]["document_id"] == acme.document_id
    assert json.loads(first.content[0].text) == said
    again = call(acme, "ask", question="And abroad?", conversation=said["conversation"]).structured_content
    assert again["conversation"] == said["conversation"]
    assert len(acme.get(f"/v1/conversations/{said['conversation']}/messages")["data"]) == 4


def test_what_is_remembered_is_recalled_with_its_source(acme: Company) -> None:
    kept = call(acme, "remember", contact="customer-8", kind="name", value=" Mara  Lind ").structured_content
    assert kept["value"] == "Mara  Lind"
    answer = call(acme, "ask", question="What is my name?", contact="customer-8").structured_content
    assert "Mara Lind" in answer["answer"]
    assert answer["sources"][0]["origin"] == "memory"
    call(acme, "remember", contact="customer-8", kind="name", value="Mara Berg")
    newer = call(acme, "ask", question="What is my name?", contact="customer-8").structured_content
    assert "Mara Berg" in newer["answer"]
    assert "Lind" not in newer["answer"]


def test_memories_are_listed_searched_put_right_and_forgotten(acme: Company) -> None:
    of: dict[str, Any] = {"contact": "customer-6"}
    call(acme, "remember", **of, kind="place", value="Bergen")
    call(acme, "remember", **of, kind="place", value="Oslo")
    call(acme, "ask", **of, question="I ordered a green kettle. How long does delivery take?")

    def listed(**more: Any) -> list[tuple[str, str]]:
        rows = call(acme, "list_memories", **of, **more).structured_content["memories"]
        return [(each["value"], each["status"]) for each in rows if each["kind"] == "place"]

    assert listed() == [("Oslo", "active")]
    assert set(listed(everything=True)) == {("Oslo", "active"), ("Bergen", "superseded")}
    said = call(acme, "search_memories", **of, query="green kettle").structured_content["said"]
    assert any("green kettle" in each["text"] for each in said)
    [oslo] = call(acme, "search_memories", **of, query="Oslo").structured_content["memories"]
    assert oslo["said"] == "place: Oslo"
    graph = call(acme, "memory_graph", **of).structured_content
    places = [each for each in graph["relations"] if (each["from"], each["kind"]) == ("contact", "place")]
    assert [(each["to_name"], each["valid_to"] is None) for each in places] == [("Bergen", False), ("Oslo", True)]
    long_ago = call(acme, "memory_graph", **of, valid_at="2001-01-01").structured_content
    assert long_ago["relations"] == []
    assert call(acme, "memory_graph", **of, valid_at="then").structured_content["error"]["param"] == "valid_at"
    right = call(acme, "edit_memory", memory=oslo["memory"], value="Trondheim").structured_content
    assert right["value"] == "Trondheim"
    assert right["told_by"].startswith("key:")
    assert call(acme, "forget_memory", memory=right["memory"]).structured_content["status"] == "retracted"
    assert ("Trondheim", "active") not in listed()


def test_a_strangers_memories_are_not_found(live: Live, acme: Company) -> None:
    call(acme, "remember", contact="customer-5", kind="order", value="QUOKKA-2")
    [ours] = call(acme, "list_memories", contact="customer-5").structured_content["memories"]
    for name, arguments in (
        ("list_memories", {"contact": "customer-5"}),
        ("search_memories", {"contact": "customer-5", "query": "order"}),
        ("memory_graph", {"contact": "customer-5"}),
        ("edit_memory", {"memory": ours["memory"], "value": "QUOKKA-3"}),
        ("forget_memory", {"memory": ours["memory"]}),
    ):
        refused = call(live.other, name, **arguments)
        assert refused.is_error, name
        assert refused.structured_content["error"]["code"] in {"contact_not_found", "memory_not_found"}
        assert call(acme, name, key="reads", **arguments).structured_content["error"]["code"] == "permission_denied"


def test_documents_are_resources(acme: Company) -> None:
    async def read(client: Client) -> tuple[Any, Any]:
        listed = await client.list_resources()
        return listed, await client.read_resource(listed.resources[0].uri)

    listed, text = with_client(acme, read)
    assert [each.name for each in listed.resources] == ["acme.md"]
    assert "Standard delivery takes 3 days" in text.contents[0].text


def test_a_key_sees_and_calls_only_what_its_scopes_allow(acme: Company) -> None:
    assert with_client(acme, lambda client: client.list_tools(), key="reads").tools == []
    for name, arguments in (
        ("search", {"query": "x"}),
        ("ask", {"question": "x"}),
        ("remember", {"contact": "c", "kind": "name", "value": "v"}),
    ):
        refused = call(acme, name, key="reads", **arguments)
        assert refused.is_error
        assert refused.structured_content["error"]["code"] == "permission_denied"
    with pytest.raises(MCPError, match="lacks the scope"):
        with_client(acme, lambda client: client.list_resources(), key="reads")


def test_a_stranger_finds_nothing_of_ours(live: Live, acme: Company) -> None:
    ours = call(acme, "ask", question="How long does delivery take?", contact="customer-7").structured_content
    call(acme, "remember", contact="customer-7", kind="order", value="QUOKKA-1")
    found = call(live.other, "search", query="Delivery of acme").structured_content
    assert {each["document_id"] for each in found["passages"]} == {live.other.document_id}
    for arguments in ({"conversation": ours["conversation"]}, {"agent": acme.agents["days-3"]}):
        refused = call(live.other, "ask", question="What is my order number?", **arguments)
        assert refused.is_error
        assert refused.structured_content["error"]["code"] in {"conversation_not_found", "model_not_found"}
    same_name = call(live.other, "ask", question="What is my order number?", contact="customer-7")
    assert "QUOKKA" not in same_name.content[0].text
    with pytest.raises(MCPError, match="no such document"):
        with_client(live.other, lambda client: client.read_resource(f"rapport://documents/{acme.document_id}"))


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"query": 5},
        {"query": "x", "limit": 1000},
        {"query": "x" * 5000},
        {"query": "x", "tenant_id": "another"},
        {"query": "a\x00b"},
    ],
)
def test_wrong_arguments_are_explained(acme: Company, arguments: dict[str, Any]) -> None:
    refused = call(acme, "search", **arguments)
    assert refused.is_error
    assert refused.structured_content["error"]["code"] == "invalid_request"


def test_no_key_and_foreign_pages_are_refused(acme: Company) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"Accept": "application/json, text/event-stream"}
    url = f"{acme.url}/mcp"
    for key in ("", "Bearer rp_sk_live_nothing", "Bearer nothing"):
        answer = httpx.post(url, json=body, headers=headers | {"Authorization": key}, timeout=20)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    headers["Authorization"] = f"Bearer {acme.keys['all']}"
    foreign = httpx.post(url, json=body, headers=headers | {"Origin": "https://evil.example"}, timeout=20)
    assert (foreign.status_code, foreign.json()["error"]["code"]) == (403, "origin_not_allowed")
    assert httpx.get(url, headers=headers, timeout=20).status_code == 405
    broken = httpx.post(url, content=b"{", headers=headers | {"Content-Type": "application/json"}, timeout=20)
    assert broken.status_code == 400
