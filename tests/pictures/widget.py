"""The widget in a customer's page, in states that take some doing: who is asked to sign in, who has asked enough for a
day, and an answer that goes on after a person's word."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from tests.cast import Cast

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

WISH = "Please cancel my order A-4711."
_PAGE = """<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Acme</title></head><body><h1>Acme</h1><p>Lamps for late hours.</p>
<script async src="{app}/widget.js" data-key="{key}"></script></body></html>"""
Act = Callable[["Page"], None]


@dataclass(frozen=True, slots=True)
class Widgets:
    """Publishable keys: of a chat for everybody, for identified visitors only, and with nothing left to spend. `origin`
    of the customer's page."""

    origin: str
    plain: str
    closed: str
    spent: str


def set_widgets(cast: Cast) -> Widgets:
    from tenants.actors import user_actor
    from tenants.models import WidgetKey
    from tenants.services import create_widget_key

    origin, keys = _serve(), []
    for changes in ({}, {"requires_identity": True}, {"visitor_day_tokens": 0}):
        key_id = create_widget_key(
            tenant_id=cast.acme.tenant_id,
            agent_id=cast.acme.agent_id,
            allowed_origins=[origin],
            actor=user_actor(cast.alice.id),
        )
        WidgetKey.objects.filter(id=key_id).update(**changes)
        keys.append(WidgetKey.objects.get(id=key_id).key)
    return Widgets(origin, *keys)


class _CustomersPage(BaseHTTPRequestHandler):
    """`?app=&key=` say whose widget."""

    def do_GET(self) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(_PAGE.format(**{"app": "", "key": "", **asked}).encode())

    def log_message(self, *_: object) -> None:
        return


def _serve() -> str:
    """Until the process ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _CustomersPage)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


def chat_of(widgets: Widgets, key: str, *, asks: str = "", then: "Callable[[Page, Frame], None] | None" = None) -> Act:
    """Opens the chat in a customer's page; `asks` a question there."""

    def act(page: "Page") -> None:
        from tests.frontend.widget.driving import click_launcher

        parts = urlsplit(page.url)
        page.goto(f"{widgets.origin}/?app={parts.scheme}://{parts.netloc}&key={key}")
        click_launcher(page)
        chat = _frame(page)
        if asks:
            chat.get_by_label("Your message").fill(asks)
            chat.get_by_label("Your message").press("Enter")
            page.wait_for_timeout(800)
        if then:
            then(page, chat)
        page.wait_for_timeout(600)

    return act


def _frame(page: "Page") -> "Frame":
    for _ in range(100):
        found = [frame for frame in page.frames if "/w/" in frame.url]
        if found:
            page.wait_for_timeout(700)
            return found[0]
        page.wait_for_timeout(50)
    raise AssertionError("no chat appeared in the page")


def wait_and_go_on(page: "Page", chat: "Frame") -> None:
    """As a turn that waits for a person, and the one that goes on after them, leave it."""
    from django.utils import timezone

    from agents.inbox.ringing import ring
    from agents.models import Conversation, MessageRole, Turn, TurnState
    from agents.runtime.ending import say_ending
    from agents.runtime.frames import FrameWriter
    from agents.runtime.phrases import say
    from agents.transcript import append_message
    from rapport.streams.registry import get_stream_store
    from tenants.context import tenant_transaction
    from tenants.models import Tenant

    tenant_id = Tenant.objects.get(slug="acme").id
    with tenant_transaction(tenant_id):
        turn = Turn.objects.filter(question__text=WISH).latest("id")
        conversation = Conversation.objects.get(id=turn.conversation_id)
        text = say("waits_for_person", "en")
        turn.answer = append_message(conversation, role=MessageRole.AGENT, text=text, turn_id=turn.id)
        turn.state, turn.outcome, turn.finished_at = TurnState.DONE, "waiting", timezone.now()
        turn.save()
    say_ending(FrameWriter(get_stream_store(), tenant_id, turn.id), tenant_id=tenant_id, turn_id=turn.id)
    page.wait_for_timeout(1200)
    with tenant_transaction(tenant_id):
        text = "Your order A-4711 is cancelled. The 49.90 € are on your card within three days."
        append_message(conversation, role=MessageRole.AGENT, text=text)
        ring(conversation)
    chat.get_by_text("is cancelled").first.wait_for()
