"""A page that is live, in a real browser at the product's own kind of server: it shows what others do, says when its
line is lost and when it is back, and stops when the person is signed out."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from django.contrib.sessions.models import Session

from agents.inbox import state
from agents.services import post_message
from frontend import live
from rapport.handler import OneThreadHandler
from rapport.ids import Prefix, encode
from tenants.actors import user_actor, visitor_actor
from tests.agents.memory.summaries.telling import visitors
from tests.cast import Cast, Visitor, assemble, sign_in
from tests.file_database import file_database as file_database

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.e2e


class Server:
    """Uvicorn in a thread; it can end and come back at the same address."""

    def __init__(self) -> None:
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://localhost:{self.port}"

    def start(self) -> None:
        handler = OneThreadHandler()
        config = uvicorn.Config(handler, port=self.port, lifespan="off", log_level="error", ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(20)


@pytest.fixture
def server(file_database: None) -> Iterator[Server]:
    made = Server()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def page(browser: "Browser", server: Server) -> "Iterator[Page]":
    context = browser.new_context(base_url=server.url)
    yield context.new_page()
    context.close()


def hand_off(cast: Cast, visitor: Visitor) -> None:
    state.hand_off(
        tenant_id=cast.acme.tenant_id,
        conversation_id=visitor.conversation_id,
        reason="asked",
        actor=user_actor(cast.alice.id),
    )


def shows_what_is_said(page: "Page", cast: Cast, visitor: Visitor) -> None:
    """The page of a conversation, and nothing of it is asked for anew while others talk."""
    page.goto(f"/conversations/{encode(Prefix.CONVERSATION, visitor.conversation_id)}/")
    page.locator("html[data-line=live]").wait_for()
    post_message(
        tenant_id=cast.acme.tenant_id,
        conversation_id=visitor.conversation_id,
        text="Is anybody there?",
        idempotency_key="",
        actor=visitor_actor(visitor.contact_id),
    )
    page.get_by_text("Is anybody there?").first.wait_for()
    page.close()


def test_a_page_is_live_loses_its_line_finds_it_again_and_ends_with_the_sign_in(
    server: Server, page: "Page", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.5)
    cast = assemble()
    one, two = visitors(cast.acme, 2)
    session: Any = sign_in(cast.alice).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    page.goto("/inbox/")
    page.locator("html[data-line=live]").wait_for()
    hand_off(cast, one)
    page.get_by_text("1 waiting").wait_for()
    shows_what_is_said(page.context.new_page(), cast, one)
    server.stop()
    page.get_by_text("Connection lost, trying again…").wait_for()
    hand_off(cast, two)
    server.start()
    page.get_by_text("Live again").wait_for()
    page.get_by_text("2 waiting").wait_for()
    Session.objects.all().delete()
    page.get_by_text("You are signed out.").wait_for()
