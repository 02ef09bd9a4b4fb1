"""The line goes away and comes back: what was written meanwhile is kept, marked, and sent once and in its order; an
answer under way is taken up where it stopped."""

from typing import Any

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.frontend.widget.conftest import Site
from tests.frontend.widget.driving import ask, chat_frame
from tests.frontend.widget.scripted_api import ANSWER, Script

# This browser denies frames of other sites their storage, as many do: it is the partitioned cookie that keeps.
COOKIE = "document.cookie.split('; ').find((each) => each.startsWith('rapport')).split('=')[1]"
pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def unsent(chat: Frame) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = chat.evaluate(f"JSON.parse(decodeURIComponent({COOKIE})).unsent")
    return found


def test_messages_written_offline_wait_and_are_sent_once_in_their_order(page: Page, site: Site, script: Script) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    page.context.set_offline(True)
    ask(chat, "First, without a line")
    expect(chat.get_by_text("You are offline.", exact=False)).to_be_visible()
    ask(chat, "Second")
    ask(chat, "Third")
    expect(chat.get_by_text("Waiting to be sent")).to_have_count(2)
    kept = unsent(chat)
    assert [each["text"] for each in kept] == ["First, without a line", "Second", "Third"]
    page.wait_for_timeout(4500)  # longer than all attempts of one that has a line
    expect(chat.get_by_text("Not sent.")).to_have_count(0)
    assert script.sent_keys == []
    page.context.set_offline(False)
    expect(chat.locator(".sources")).to_have_count(3)
    expect(chat.get_by_text("Waiting to be sent")).to_have_count(0)
    assert list(dict.fromkeys(script.sent_keys)) == [each["key"] for each in kept]
    asked = [each["text"] for each in script.messages if each["role"] == "contact"]
    assert asked == ["First, without a line", "Second", "Third"]
    assert unsent(chat) == []


def test_what_was_written_offline_survives_the_page(page: Page, site: Site, script: Script) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    page.context.set_offline(True)
    ask(chat, "Kept")
    ask(chat, "Kept too")
    expect(chat.get_by_text("Waiting to be sent")).to_have_count(1)
    keys = [each["key"] for each in unsent(chat)]
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(site.address())
    chat = chat_frame(page)
    expect(chat.locator(".sources")).to_have_count(2)
    assert list(dict.fromkeys(script.sent_keys)) == keys, "one that is tried again has the key that it had"


def test_a_new_conversation_leaves_behind_what_was_not_sent(page: Page, site: Site, script: Script) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    page.context.set_offline(True)
    ask(chat, "Never mind")
    expect(chat.get_by_text("You are offline.", exact=False)).to_be_visible()
    chat.get_by_role("button", name="New conversation").click()
    ask(chat, "This instead")
    expect(chat.get_by_text("You are offline.", exact=False)).to_be_visible()
    page.context.set_offline(False)
    expect(chat.locator(".sources")).to_have_count(1)
    assert [each["text"] for each in script.messages if each["role"] == "contact"] == ["This instead"]


def test_an_answer_under_way_goes_on_when_the_line_is_back(page: Page, site: Site, script: Script) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    ask(chat, "wait and drop")
    expect(chat.locator(".coming")).to_be_visible()
    page.context.set_offline(True)
    script.may_go_on.set()  # the connection ends now
    expect(chat.get_by_text("The connection dropped", exact=False)).to_be_visible()
    page.context.set_offline(False)
    expect(chat.locator(".sources")).to_be_visible()
    assert script.resumed_from[-1] != "0"
    assert len(script.messages) == 2
    assert script.messages[-1]["text"] == ANSWER
