"""The widget in a real browser: asks, streams, cites, resumes, retries, and survives a reload."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.frontend.widget.conftest import Site, chat_frame
from tests.frontend.widget.scripted_api import Script

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_asks_a_suggested_question_and_shows_a_cited_answer(page: Page, site: Site) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    chat.get_by_role("button", name="How do I return my boots?").click()
    expect(chat.get_by_role("button", name="Source 1: Returns and refunds")).to_be_visible()
    expect(chat.locator(".rendered strong").last).to_have_text("30 days")
