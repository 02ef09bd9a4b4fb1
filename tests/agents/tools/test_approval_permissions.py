"""What a tool was given, and gave, is for those who decide and for those who read traces."""

from typing import Any

import pytest
from django.test import Client

from agents.models import ToolRun
from tenants.context import tenant_scope
from tests.agents.api.test_api_keys import with_key
from tests.cast import Cast
from tests.strangers.possessions import SECRET, possess

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("scopes", "sees_arguments", "sees_results"),
    [
        (("conversations.read",), False, False),
        (("conversations.read", "conversations.write"), True, False),
        (("conversations.read", "traces.read"), True, True),
    ],
)
def test_keys_see_what_their_scopes_allow(
    cast: Cast, scopes: tuple[str, ...], sees_arguments: bool, sees_results: bool
) -> None:
    acmes = possess(cast)
    with tenant_scope(cast.acme.tenant_id):
        ToolRun.objects.update(result=f"The {SECRET} is on its way.")
    caller = with_key(cast.acme, *scopes)
    one = caller.get(f"/v1/tool-approvals/{acmes.ids['apr']}").json()
    (listed,) = caller.get("/v1/tool-approvals").json()["data"]
    for shown in (one, listed):
        assert _holds(shown["arguments"]) == sees_arguments
        assert _holds(shown["result"]) == sees_results


def test_the_page_shows_them_to_those_who_decide(cast: Cast, alice_client: Client) -> None:
    possess(cast)
    page = alice_client.get("/approvals/").content.decode()
    assert f'<dd class="breakable">{SECRET}</dd>' in page
    assert "for people who decide" not in page


def _holds(value: Any) -> bool:
    return value is not None and SECRET in value
