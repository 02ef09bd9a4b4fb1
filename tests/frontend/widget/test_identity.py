"""The page says who the visitor is: no anonymous session comes first, and nothing of one person is shown to another."""

import pytest
from playwright.sync_api import Page, expect

from tests.frontend.widget.conftest import Site
from tests.frontend.widget.driving import ask, chat_frame, wait_for_chat
from tests.frontend.widget.scripted_api import Script

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
ANSWERED = "within 30 days"


def load(page: Page, site: Site) -> None:
    page.goto(site.address())
    page.wait_for_function("window.Rapport && window.Rapport.on")


def identities(script: Script) -> list[str]:
    return [each.get("identity", "") for each in script.sessions]


def test_an_identity_given_first_is_the_only_session(page: Page, site: Site, script: Script) -> None:
    load(page, site)
    page.evaluate("window.heard = []; addEventListener('message', (event) => heard.push(JSON.stringify(event.data)))")
    page.evaluate("Rapport('identify', 'mara')")
    chat = chat_frame(page)
    ask(chat, "How do I return my boots?")
    expect(chat.get_by_role("log").get_by_text(ANSWERED)).to_be_visible()
    assert identities(script) == ["mara"]
    assert "token" not in " ".join(page.evaluate("heard"))


def test_who_signs_in_while_chatting_does_not_see_what_was_said_before(page: Page, site: Site, script: Script) -> None:
    load(page, site)
    chat = chat_frame(page)
    ask(chat, "How do I return my boots?")
    expect(chat.get_by_role("log").get_by_text(ANSWERED)).to_be_visible()
    script.messages.clear()
    page.evaluate("Rapport('identify', 'mara')")
    expect(chat.get_by_text(ANSWERED)).to_have_count(0)
    assert identities(script) == ["", "mara"]


def test_after_sign_out_the_next_visitor_begins_with_nothing(page: Page, site: Site, script: Script) -> None:
    load(page, site)
    page.evaluate("Rapport('identify', 'mara')")
    chat = chat_frame(page)
    ask(chat, "How do I return my boots?")
    expect(chat.get_by_role("log").get_by_text(ANSWERED)).to_be_visible()
    script.messages.clear()
    page.evaluate("Rapport('shutdown')")
    page.evaluate("Rapport('open')")
    expect(chat.get_by_text(ANSWERED)).to_have_count(0)
    expect(chat.get_by_label("Your message")).to_be_visible()
    assert identities(script) == ["mara", ""]


def test_a_page_that_says_nothing_shows_nothing_of_an_identified_visitor(
    page: Page, site: Site, script: Script
) -> None:
    load(page, site)
    page.evaluate("Rapport('identify', 'mara')")
    ask(chat_frame(page), "How do I return my boots?")
    expect(wait_for_chat(page).get_by_role("log").get_by_text(ANSWERED)).to_be_visible()
    script.messages.clear()
    load(page, site)
    chat = chat_frame(page)
    expect(chat.get_by_label("Suggested questions")).to_be_visible()
    assert identities(script) == ["mara", ""]


def test_a_fresh_identity_of_the_same_person_changes_nothing_that_is_seen(
    page: Page, site: Site, script: Script
) -> None:
    load(page, site)
    page.evaluate("Rapport('identify', 'mara')")
    chat = chat_frame(page)
    ask(chat, "How do I return my boots?")
    expect(chat.get_by_role("log").get_by_text(ANSWERED)).to_be_visible()
    page.evaluate("Rapport('identify', 'mara')")
    page.wait_for_timeout(300)
    expect(chat.get_by_role("log").get_by_text(ANSWERED)).to_be_visible()
    assert identities(script) == ["mara", "mara"]


def test_an_identity_that_is_wrong_says_so(page: Page, site: Site, script: Script) -> None:
    load(page, site)
    page.evaluate("Rapport('identify', 'wrong'); Rapport('open')")
    page.wait_for_function("document.querySelector('rapport-widget')")
    for _ in range(100):
        frames = [each for each in page.frames if "/w/" in each.url]
        if frames and frames[0].get_by_text("could not recognise you").count():
            break
        page.wait_for_timeout(50)
    expect(frames[0].get_by_text("could not recognise you")).to_be_visible()


def test_enough_for_today_is_said_kindly_and_not_tried_again(page: Page, site: Site, script: Script) -> None:
    load(page, site)
    chat = chat_frame(page)
    ask(chat, "enough")
    expect(chat.get_by_text("That was a lot of questions for one day")).to_be_visible()
    expect(chat.get_by_role("button", name="Try again")).to_have_count(0)
    assert len(script.sent_keys) == 1
