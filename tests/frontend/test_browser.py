"""The dashboard in a real browser: what scripts do, on a phone's width, by keyboard, and under the strict policy."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from agents.models import Turn
from ingestion.selectors import list_documents, list_sources
from rapport.ids import Prefix, encode
from rapport.streams.registry import get_stream_store
from tenants.context import tenant_scope
from tenants.services import choose_language
from tests.cast import Cast
from tests.frontend.places import LISTS, objects
from tests.frontend.seed import Seeded

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.e2e
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def page(browser: "Browser", live_server: Any, alice_client: Client) -> "Iterator[Page]":
    """Alice's browser; whatever its console complains of fails the test."""
    context = browser.new_context(base_url=live_server.url)
    session = alice_client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "dark"), (PHONE, "light")])
def test_no_page_is_wider_than_its_screen_or_breaks_its_policy(
    page: "Page", cast: Cast, seeded: Seeded, size: Any, scheme: Any
) -> None:
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    for path in (*(path for path in LISTS if path != "/knowledge/board/"), *objects(cast, seeded)):
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} px too wide"


@pytest.mark.slow
def test_no_german_page_is_wider_than_a_phone(page: "Page", cast: Cast, seeded: Seeded) -> None:
    """German words are long."""
    choose_language(user_id=cast.alice.id, language="de")
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    for path in (*(path for path in LISTS if path != "/knowledge/board/"), *objects(cast, seeded)):
        page.goto(path)
        assert page.evaluate("document.documentElement.lang") == "de"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} px too wide"


def test_files_are_sent_one_by_one_and_appear_on_the_board(page: "Page", cast: Cast, tmp_path: Path) -> None:
    for name in ("one.md", "two.md"):
        (tmp_path / name).write_text(f"# {name}\n\nText.")
    page.goto("/knowledge/")
    page.get_by_label("Files to upload").set_input_files([tmp_path / "one.md", tmp_path / "two.md"])
    page.get_by_role("row").filter(has_text="one.md").wait_for()
    page.get_by_role("row").filter(has_text="two.md").wait_for()
    assert len(list_documents(tenant_id=cast.acme.tenant_id)) == 2


def test_deleting_asks_first(page: "Page", cast: Cast, seeded: Seeded) -> None:
    page.goto("/knowledge/")
    button = page.get_by_role("button", name="Delete help.acme.example")
    button.click()
    page.get_by_role("button", name="Cancel").click()
    assert len(list_sources(tenant_id=cast.acme.tenant_id)) == 2
    button.click()
    page.evaluate("document.getElementById('board').replaceWith(document.getElementById('board').cloneNode(true))")
    page.get_by_role("button", name="Yes, do it").click()
    page.get_by_text("being removed from every store").wait_for()
    assert [each.name for each in list_sources(tenant_id=cast.acme.tenant_id)] == ["Uploaded files"]


def test_the_test_chat_shows_the_answer_its_source_and_its_reason(page: "Page", cast: Cast, seeded: Seeded) -> None:
    quote = "You may return anything within 30 days of delivery, unused and in its box."
    page.goto("/agent/")
    page.get_by_label("Your question").fill("How long?")
    with page.expect_request("**/v1/turns/*/stream"):
        page.keyboard.press("Enter")
    answer(cast, seeded, quote)
    page.locator(".said__bubble", has_text=quote).wait_for()
    page.get_by_role("link", name="Why this answer?").wait_for()
    with page.expect_popup() as opened:
        page.locator("a.source").click()
    assert opened.value.locator("mark").inner_text() == quote


def answer(cast: Cast, seeded: Seeded, quote: str) -> None:
    """As the worker does it: frames into the turn's stream."""
    with tenant_scope(cast.acme.tenant_id):
        turn = Turn.objects.filter(state="queued").latest("created_at")
    citation = {
        "marker": 1,
        "title": "Returns",
        "url": None,
        "quote": quote,
        "document_id": encode(Prefix.DOCUMENT, seeded.document_id),
    }
    frames: list[tuple[str, dict[str, Any]]] = [
        ("status", {"stage": "model"}),
        ("token", {"text": "Never mind this."}),
        ("restart", {}),
        ("token", {"text": f"{quote} [1]"}),
        ("citation", citation),
        ("done", {"message": {"text": f"{quote} [1]", "citations": [citation]}}),
    ]
    get_stream_store().append(cast.acme.tenant_id, turn.id, frames)


def test_a_trace_opens_its_steps_by_keyboard(page: "Page", seeded: Seeded) -> None:
    page.goto(f"/traces/{encode(Prefix.TRACE, seeded.trace_id)}/")
    step = page.locator("summary", has_text="Search retrieval")
    step.focus()
    page.keyboard.press("Enter")
    row = page.locator("details", has=step)
    assert row.get_by_role("link", name="Returns and refunds › Returns").is_visible()


def test_on_a_phone_the_menu_opens_and_closes(page: "Page", seeded: Seeded) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/contacts/")
    settings = page.get_by_role("link", name="Settings")
    assert not settings.is_visible()
    page.get_by_role("button", name="Menu", exact=True).click()
    settings.wait_for()
    page.keyboard.press("Escape")
    settings.wait_for(state="hidden")


def test_the_chosen_look_stays(page: "Page", seeded: Seeded) -> None:
    page.emulate_media(color_scheme="light")
    page.goto("/usage/")
    page.locator("[data-chart] canvas").first.wait_for()
    page.get_by_role("button", name="Dark").click()
    page.goto("/contacts/")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    page.get_by_role("button", name="As the system").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") is None
