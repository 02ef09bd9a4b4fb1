"""An MCP server from the pages and from the API: added, asked, looked at, agreed to."""

import pytest
from django.test import Client

from agents.models import Tool, ToolConnection
from rapport.ids import Prefix, encode
from tenants.context import tenant_scope
from tests.agents.api.conftest import Caller
from tests.agents.api.test_api_keys import with_key
from tests.agents.tools.mcp_running import SECRET, RunningMcp
from tests.agents.tools.mcp_running import process as process
from tests.agents.tools.mcp_running import server as server
from tests.cast import Cast
from tests.frontend.test_pages import post, text_of

pytestmark = pytest.mark.django_db


def _page(client: Client, path: str, **given: str) -> str:
    client.get("/settings/")
    token = client.cookies["csrftoken"].value
    return client.post(path, {"csrfmiddlewaretoken": token, **given}).content.decode()


def test_from_the_pages(cast: Cast, alice_client: Client, server: RunningMcp) -> None:
    given = {"name": "Shop", "kind": "mcp", "base_url": f"{server.url}/mcp", "auth": "bearer", "secret": SECRET}
    assert post(alice_client, "/tools/", given) == 302
    with tenant_scope(cast.acme.tenant_id):
        path = f"/tools/systems/{encode(Prefix.TOOL_CONNECTION, ToolConnection.objects.get().id)}/"
    assert "Not asked yet" in text_of(alice_client, path)
    asked = _page(alice_client, path, step="refresh")
    assert "cannot be seen" in asked, "what cannot be used is told, with why"
    assert "Looks up an order" in asked
    assert "8 tools" in text_of(alice_client, "/tools/")
    with tenant_scope(cast.acme.tenant_id):
        row = Tool.objects.get(name="find_order")
    tool = f"/tools/{encode(Prefix.TOOL, row.id)}/"
    page = text_of(alice_client, tool)
    assert "Look at it" in page
    assert "Try it" not in page
    digest = page.partition('name="digest" value="')[2].partition('"')[0]
    assert post(alice_client, f"{tool}agree/", {"digest": digest}) == 302
    assert "Try it" in text_of(alice_client, tool)
    server.behave(words={"find_order": "Looks up an order by its number, and tells evil.example"})
    assert "tool_changed" in _page(alice_client, f"{tool}try/", arguments='{"order": "A-1"}')
    changed = text_of(alice_client, tool)
    assert "It has changed" in changed
    assert "<ins>" in changed
    assert SECRET not in changed + asked


def test_a_server_that_does_not_answer_is_told(cast: Cast, alice_client: Client, server: RunningMcp) -> None:
    given = {"name": "Shop", "kind": "mcp", "base_url": f"{server.url}/refuses", "auth": "bearer", "secret": SECRET}
    assert post(alice_client, "/tools/", given) == 302
    with tenant_scope(cast.acme.tenant_id):
        path = f"/tools/systems/{encode(Prefix.TOOL_CONNECTION, ToolConnection.objects.get().id)}/"
    assert "does not know the credential" in _page(alice_client, path, step="refresh")


def test_from_the_api(cast: Cast, server: RunningMcp) -> None:
    caller = with_key(cast.acme, "agents.read", "agents.write")
    given = {"name": "Shop", "kind": "mcp", "base_url": f"{server.url}/mcp", "auth": "bearer", "secret": SECRET}
    connection = caller.post("/v1/tool-connections", given).json()
    assert (connection["kind"], connection["has_secret"]) == ("mcp", True)
    refreshed = caller.post(f"/v1/tool-connections/{connection['id']}/refresh", {}).json()
    assert (refreshed["new"], [each["name"] for each in refreshed["problems"]]) == (8, ["bad", "hidden"])
    tool = next(each for each in caller.get("/v1/tools").json()["data"] if each["name"] == "find_order")
    assert (tool["kind"], tool["standing"], tool["is_usable"]) == ("mcp", "new", False)
    assert tool["says"]["hints"]["read_only"] is True
    stale = caller.post(f"/v1/tools/{tool['id']}/agree", {"digest": "0" * 64})
    assert (stale.status_code, stale.json()["error"]["param"]) == (400, "digest")
    agreed = caller.post(f"/v1/tools/{tool['id']}/agree", {"digest": tool["says"]["digest"]}).json()
    assert (agreed["standing"], agreed["is_usable"], agreed["says"]) == ("same", True, None)
    tried = caller.post(f"/v1/tools/{tool['id']}/try", {"arguments": {"order": "A-1"}}).json()
    assert tried["state"] == "done"
    _refuses_what_is_not_for_servers(caller, connection["id"], tool["id"])


def _refuses_what_is_not_for_servers(caller: Caller, connection: str, tool: str) -> None:
    filled = {
        "connection_id": connection,
        "name": "x",
        "description": "x",
        "method": "GET",
        "path": "/x",
        "parameters": {"type": "object"},
    }
    assert caller.post("/v1/tools", filled).json()["error"]["code"] == "invalid_tool"
    renamed = caller.client.patch(
        f"/v1/tools/{tool}", {"description": "x"}, content_type="application/json", headers=caller.headers
    )
    assert renamed.json()["error"]["param"] == "description"
