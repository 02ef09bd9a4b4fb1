"""Wherever a company may enter an address, none leads inside: nobody who listens there is ever knocked at.

The fields are found by walking the API's description and the pages' forms: a new one fails until it has a door here.
"""

import asyncio
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from agents.channels.phone.audio.providers.speaking import AskedVoice
from agents.selectors.speech import own_speech
from agents.services.providers import add_model_provider
from agents.services.speech import SpeechSettings, set_speech_key
from agents.services.trace_export import ExportSettings, set_trace_export
from agents.services.trying import try_model
from agents.tools.connections import Auth, create_connection
from agents.tools.mcp.conversing import Endpoint
from agents.tools.mcp.listing import fetch_tools
from agents.tracing.otlp.encoding import request_of
from agents.tracing.otlp.sending import Collector, send
from ingestion.models import Source
from ingestion.services.sources import create_website_source
from ingestion.sources.website.crawl import CrawlLimits, crawl_website
from rapport.errors import InvalidRequest, RapportError
from rapport.ids import new_id
from rapport.outbound import Limits, OutboundClient
from rapport.outbound.addresses import AllowList
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.sign_on.settings import SignOnSettings, save_sign_on
from tenants.webhooks import sending
from tenants.webhooks.endpoints import create_webhook
from tests.cast import Cast
from tests.openapi import read_description
from tests.outbound.corpus import addresses

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
SMALL = Limits(connect_seconds=2, read_seconds=2, total_seconds=3)


class Listener:
    """Counts who knocks, on IPv4 and IPv6, and says nothing."""

    def __init__(self) -> None:
        self.knocks: list[str] = []
        self._sockets = [socket.create_server(("127.0.0.1", 0))]
        self.port: int = self._sockets[0].getsockname()[1]
        if socket.has_dualstack_ipv6():
            self._sockets.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))
        for each in self._sockets:
            threading.Thread(target=self._listen, args=(each,), daemon=True).start()

    def _listen(self, server: socket.socket) -> None:
        while True:
            try:
                connection, address = server.accept()
            except OSError:
                return
            self.knocks.append(str(address))
            connection.close()

    def close(self) -> None:
        for each in self._sockets:
            each.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with closing(Listener()) as listening:
        yield listening


def enter_website(tenant_id: UUID, address: str) -> None:
    source_id = create_website_source(tenant_id=tenant_id, actor=SYSTEM, url=address)
    crawl_website(tenant_id=tenant_id, source_id=source_id, limits=CrawlLimits(pause_seconds=0))
    with tenant_scope(tenant_id):
        assert Source.objects.get(id=source_id).crawl_state == "failed"
    raise InvalidRequest("The crawl failed.")


def enter_webhook(tenant_id: UUID, address: str) -> None:
    """A name that no name server knows yet may be entered; what is sent there is checked again."""
    create_webhook(tenant_id=tenant_id, url=address, event_types=["*"], actor=SYSTEM)
    sending._client().fetch(address, method="POST", content=b"{}", follows=False)


def enter_issuer(tenant_id: UUID, address: str) -> None:
    wanted = SignOnSettings(address, "client", "secret", default_role="analyst", is_required=False)
    save_sign_on(tenant_id=tenant_id, wanted=wanted, actor=SYSTEM)


def enter_model_provider(tenant_id: UUID, address: str) -> None:
    """A name that no name server knows yet may be entered; a call is checked again."""
    provider_id = add_model_provider(
        tenant_id=tenant_id,
        provider="openai_compatible",
        name=str(new_id()),
        key="sk-a-key",
        base_url=address,
        offered=("a-model",),
        actor=SYSTEM,
    )
    if trial := try_model(tenant_id=tenant_id, provider_id=provider_id, actor=SYSTEM).error:
        raise InvalidRequest(trial)


def enter_speech_server(tenant_id: UUID, address: str) -> None:
    """As with models."""
    settings = SpeechSettings("openai_compatible", "sk-a-key", base_url=address)
    set_speech_key(tenant_id=tenant_id, role="speaks", settings=settings, actor=SYSTEM)
    asyncio.run(AskedVoice(own_speech(tenant_id=tenant_id)["speaks"], language="en-US").speak("Hello."))


def enter_connection(tenant_id: UUID, address: str) -> None:
    """As with webhooks: each call there is checked again when it connects."""
    create_connection(tenant_id=tenant_id, name="x", base_url=address, auth=Auth(), actor=SYSTEM)
    with OutboundClient(limits=SMALL) as client:
        client.fetch(address, follows=False)


def enter_collector(tenant_id: UUID, address: str) -> None:
    """As with webhooks."""
    set_trace_export(tenant_id=tenant_id, settings=ExportSettings(address), actor=SYSTEM)
    if error := send(Collector(address, {}), request_of(tenant_id, [], ())).error:
        raise InvalidRequest(error)


DOORS: dict[str, Callable[[UUID, str], None]] = {
    "POST /v1/sources url": enter_website,
    "form website-url": enter_website,
    "POST /v1/webhooks url": enter_webhook,
    "PATCH /v1/webhooks/{webhook_id} url": enter_webhook,
    "form webhook-url": enter_webhook,
    "form issuer": enter_issuer,
    "form provider-url": enter_model_provider,
    "form speech-url": enter_speech_server,
    "POST /v1/tool-connections base_url": enter_connection,
    "form connection-base-url": enter_connection,
    "PUT /v1/trace-export endpoint": enter_collector,
    "form export-endpoint": enter_collector,
}
NEVER_CALLED = {
    "POST /v1/documents url": "where a text is from, shown as a link",
    "POST /v1/leaked-keys url": "where a key was found, for the notice",
    "form url": "a pattern that addresses of the customer's pages are compared with",
}


@pytest.mark.parametrize("door", dict.fromkeys(DOORS.values()))
def test_no_address_leads_inside(cast: Cast, listener: Listener, door: Callable[[UUID, str], None]) -> None:
    for what, address in addresses(listener.port).items():
        assert is_refused(partial(door, cast.acme.tenant_id, address)), f"{what} was taken: {address!r}"
        assert not listener.knocks, f"{what} came inside: {address!r}"


def test_the_door_outside_checks_when_it_connects(listener: Listener) -> None:
    """However an address came into a row: the check at entering is a courtesy, this one is the wall."""
    with OutboundClient(limits=SMALL, allowed=AllowList.parse([])) as client:
        for what, address in addresses(listener.port).items():
            assert is_refused(partial(client.fetch, address)), f"{what} was fetched: {address!r}"
            assert not listener.knocks, f"{what} came inside: {address!r}"


def test_the_mcp_client_checks_when_it_connects(listener: Listener) -> None:
    """It speaks through another HTTP library, with a check of its own."""
    for what, address in addresses(listener.port).items():
        assert is_refused(partial(fetch_tools, Endpoint(address), seconds=3)), f"{what} was asked: {address!r}"
        assert not listener.knocks, f"{what} came inside: {address!r}"


def is_refused(call: Callable[[], object]) -> bool:
    """With an error of ours, which says what to do; any other goes through and fails the test."""
    try:
        call()
    except RapportError:
        return True
    return False


def test_somebody_does_listen(listener: Listener) -> None:
    """Were the listener deaf, the tests above would show nothing."""
    with OutboundClient(limits=SMALL, allowed=AllowList.parse(["127.0.0.0/8"])) as client, pytest.raises(RapportError):
        client.fetch(f"http://2130706433:{listener.port}/")
    assert listener.knocks


def test_every_field_for_an_address_has_a_door() -> None:
    assert {*fields_of_the_api(), *fields_of_forms()} == DOORS.keys() | NEVER_CALLED.keys()


def fields_of_the_api() -> Iterator[str]:
    description = read_description()
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            contents = operation.get("requestBody", {}).get("content", {}) if isinstance(operation, dict) else {}
            for content in contents.values():
                for name in names_in(content["schema"], description["components"]["schemas"]):
                    yield f"{method.upper()} {path} {name}"


def names_in(schema: dict[str, Any], known: dict[str, Any], seen: tuple[str, ...] = ()) -> Iterator[str]:
    """Fields of a body, also of what is in it, whose names say that they are addresses."""
    reference = schema.get("$ref", "").rpartition("/")[2]
    if reference and reference not in seen:
        yield from names_in(known[reference], known, (*seen, reference))
    for name, field in schema.get("properties", {}).items():
        if is_address(name, field):
            yield name
        yield from names_in(field, known, seen)
    for inner in (*schema.get("allOf", ()), *schema.get("oneOf", ()), *schema.get("anyOf", ())):
        yield from names_in(inner, known, seen)
    if isinstance(schema.get("items"), dict):
        yield from names_in(schema["items"], known, seen)


def is_address(name: str, field: dict[str, Any]) -> bool:
    return field.get("format") == "uri" or bool(re.search(r"(^|_)(url|uri|issuer|endpoint)$", name))


def fields_of_forms() -> Iterator[str]:
    for template in sorted((ROOT / "frontend/templates").rglob("*.html")):
        for tag in re.findall(r"<(?:input|c-input)\b[^>]*>", template.read_text()):
            name = re.search(r'\bname="([^"]+)"', tag)
            if name and "readonly" not in tag and re.search(r"(^|[_-])(url|uri|issuer|endpoint)$", name[1]):
                yield f"form {form_of(template, tag, name[1])}"


def form_of(template: Path, tag: str, name: str) -> str:
    """The field's id, where it has one that says more than its name."""
    identity = re.search(r'\bid="([^"{]+)"', tag)
    return identity[1] if identity and identity[1] != f"id_{name}" else name
