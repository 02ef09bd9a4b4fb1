"""What a visitor may do with what was said: take it along as a file, and have it forgotten."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.frontend.widget.conftest import Site
from tests.frontend.widget.driving import ask, chat_frame
from tests.frontend.widget.scripted_api import Script

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_the_conversation_is_saved_as_text_without_a_request(page: Page, site: Site, script: Script) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    expect(chat.get_by_role("button", name="Save the conversation")).to_have_count(0)
    ask(chat, "How do I return boots?")
    expect(chat.locator(".sources")).to_be_visible()
    with page.expect_download() as saving:
        chat.get_by_role("button", name="Save the conversation").click()
    text = Path(saving.value.path()).read_text()
    assert saving.value.suggested_filename.endswith(".txt")
    assert text.startswith("You (")
    assert "How do I return boots?" in text
    assert "unworn boots within 30 days" in text
    assert "[1] Returns and refunds https://shop.example/returns" in text


def test_who_asks_to_be_forgotten_is_asked_once_more_and_begins_anew(page: Page, site: Site, script: Script) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    ask(chat, "How do I return boots?")
    expect(chat.locator(".sources")).to_be_visible()
    forget = chat.get_by_role("button", name="Delete my data")
    forget.click()
    expect(chat.get_by_role("alertdialog")).to_contain_text("for good")
    expect(chat.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Escape")
    expect(forget).to_be_focused()
    assert script.forgotten == []
    forget.click()
    chat.get_by_role("button", name="Delete", exact=True).click()
    expect(chat.get_by_role("alertdialog")).to_contain_text("did not come through")
    chat.get_by_role("button", name="Delete", exact=True).click()
    expect(chat.locator(".question")).to_have_count(0)
    expect(chat.locator(".greeting")).to_be_visible()
    assert script.forgotten == [f"con_{script.tokens[0]}"] * 2
    assert len(script.tokens) == 2, "Somebody new."


def test_who_is_known_by_more_than_the_chat_asks_the_company(page: Page, site: Site, script: Script) -> None:
    page.goto(site.address())
    page.wait_for_function("window.Rapport && window.Rapport.on")
    page.evaluate("Rapport('identify', 'mara')")
    chat = chat_frame(page)
    ask(chat, "How do I return boots?")
    expect(chat.get_by_role("button", name="Save the conversation")).to_be_visible()
    expect(chat.get_by_role("button", name="Delete my data")).to_have_count(0)
