"""A shop that may be called, and Acme's connection to it."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from agents.tools.connections import Auth, create_connection
from agents.tools.services import HttpDefinition, create_http_tool
from rapport.outbound import transport
from rapport.outbound.addresses import AllowList
from tenants.actors import user_actor
from tests.agents.tools.shop import Shop, shop_running
from tests.cast import Cast

SECRET = "s3cret-of-the-shop"
ORDER = {
    "type": "object",
    "properties": {"order": {"type": "string", "maxLength": 40}},
    "required": ["order"],
    "additionalProperties": False,
}
MakeTool = Callable[..., UUID]


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with shop_running() as running:
        host = running.url.removeprefix("http://")
        monkeypatch.setattr(transport, "configured_allow_list", lambda: AllowList.parse([host]))
        yield running


@pytest.fixture
def connection(cast: Cast, shop: Shop) -> UUID:
    return create_connection(
        tenant_id=cast.acme.tenant_id,
        name="Shop",
        base_url=shop.url,
        auth=Auth("bearer", "", SECRET),
        actor=user_actor(cast.alice.id),
    )


@pytest.fixture
def make_tool(cast: Cast, connection: UUID) -> MakeTool:
    def make(name: str, method: str, path: str, *, result: Any = None, parameters: Any = ORDER, **policy: Any) -> UUID:
        names = parameters["properties"]
        places = {each: "path" if f"{{{each}}}" in path else "body" if method != "GET" else "query" for each in names}
        return create_http_tool(
            tenant_id=cast.acme.tenant_id,
            connection_id=connection,
            name=name,
            description=f"{name.replace('_', ' ')} in the shop",
            definition=HttpDefinition(method, path, parameters, places, result),
            policy=policy,
            actor=user_actor(cast.alice.id),
        )

    return make
