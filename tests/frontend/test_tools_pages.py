"""The pages of tools and of what waits for a person: adding, importing, changing, trying, deciding."""

from uuid import UUID

import pytest
from django.test import Client

from agents.models import ServiceRequest, Tool, ToolApproval, ToolConnection, Turn
from rapport.ids import Prefix, encode
from tenants.context import tenant_scope
from tests.agents.tools.conftest import SECRET
from tests.agents.tools.conftest import shop as shop
from tests.agents.tools.shop import Shop
from tests.agents.tools.test_http import YAML
from tests.cast import Cast
from tests.frontend.test_pages import post, text_of
from tests.strangers.possessions import possess


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


def _system(client: Client, shop: Shop) -> str:
    given = {"name": "Shop", "base_url": shop.url, "auth": "bearer", "auth_name": "", "secret": SECRET}
    assert post(client, "/tools/", given) == 302
    row = ToolConnection.objects.get()
    return f"/tools/systems/{encode(Prefix.TOOL_CONNECTION, row.id)}/"


def test_a_tool_from_its_system_to_a_real_call(tenant_id: UUID, alice_client: Client, shop: Shop) -> None:
    with tenant_scope(tenant_id):
        path = _system(alice_client, shop)
        assert SECRET not in text_of(alice_client, path)
        given = {
            "step": "fill",
            "name": "find_order",
            "description": "Looks an order up",
            "method": "GET",
            "path": "/orders/{order}",
            "parameters": '{"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]}',
        }
        assert post(alice_client, path, {**given, "parameters": "{"}) == 400
        assert post(alice_client, path, given) == 302
        tool = f"/tools/{encode(Prefix.TOOL, Tool.objects.get().id)}/"
        page = text_of(alice_client, tool)
        assert "find_order" in page
        alice_client.get("/settings/")
        token = alice_client.cookies["csrftoken"].value
        tried = alice_client.post(f"{tool}try/", {"csrfmiddlewaretoken": token, "arguments": '{"order": "A-1"}'})
        assert "sent" in tried.content.decode()
        assert shop.asked[-1].path == "/orders/A-1"
        policy = {
            "description": "Looks an order up",
            "effect": "read",
            "consent": "person",
            "asks_for": "order\nBestellung",
            "destinations": "",
            "timeout_seconds": "5",
            "per_minute": "30",
        }
        assert post(alice_client, tool, policy) == 302
        assert Tool.objects.get().policy["asks_for"] == ["order", "Bestellung"]
        assert post(alice_client, f"{tool}disable/", {}) == 302
        assert not Tool.objects.get().is_enabled
        assert post(alice_client, f"{path}remove/", {}) == 302
        assert not Tool.objects.exists()


def test_an_openapi_file_is_looked_into_and_then_imported(tenant_id: UUID, alice_client: Client, shop: Shop) -> None:
    with tenant_scope(tenant_id):
        path = _system(alice_client, shop)
        alice_client.get("/settings/")
        token = alice_client.cookies["csrftoken"].value
        looked = alice_client.post(path, {"csrfmiddlewaretoken": token, "step": "preview", "document": YAML})
        page = looked.content.decode()
        assert "GET /orders/{id}" in page
        assert "not in this file" in page
        assert not Tool.objects.exists()
        chosen = {"step": "import", "document": YAML, "operations": ["GET /orders/{id}", "POST /orders"]}
        assert post(alice_client, path, chosen) == 302
        assert set(Tool.objects.values_list("name", flat=True)) == {"get_order", "post_orders"}
        assert "get_order" in text_of(alice_client, "/tools/")


def test_what_waits_is_decided_and_closed(cast: Cast, tenant_id: UUID, alice_client: Client) -> None:
    acmes = possess(cast)
    page = text_of(alice_client, "/approvals/")
    assert "quokka_tool" in page
    assert "Agree" in page
    assert "quokka" in text_of(alice_client, f"/contacts/{acmes.ids['con']}/")
    assert post(alice_client, f"/approvals/{acmes.ids['apr']}/approve/", {}) == 302
    assert post(alice_client, f"/requests/{acmes.ids['srq']}/close/", {}) == 302
    with tenant_scope(tenant_id):
        approval = ToolApproval.objects.get()
        assert approval.state == "approved"
        assert approval.decided_by.startswith("user:")
        assert Turn.objects.filter(state="queued").values_list("id", flat=True).get() == approval.resumed_turn_id
        assert not ServiceRequest.objects.get().is_open
    assert post(alice_client, f"/approvals/{acmes.ids['apr']}/refuse/", {}) in (302, 409)
    with tenant_scope(tenant_id):
        assert ToolApproval.objects.get().state == "approved"
