"""The widget in a real browser: asks, streams, cites, resumes, retries, and survives a reload."""

import pytest
from playwright.sync_api import Dialog, Frame, Page, Playwright, expect

from tests.browser import WITH_FRAME_STORAGE, launch
from tests.frontend.widget.conftest import Site
from tests.frontend.widget.driving import ask, chat_frame, click_launcher, wait_for_chat
from tests.frontend.widget.scripted_api import Script

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def expect_whole_answer(chat: Frame) -> None:
    answer = chat.locator(".answer").last
    expect(answer.get_by_role("button", name="Source 1: Returns and refunds").first).to_be_visible()
    expect(answer).to_contain_text("You can return unworn boots within 30 days 1. Refunds take five days 2.")


def test_a_suggested_question_gets_a_cited_answer(page: Page, site: Site) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    chat.get_by_role("button", name="How do I return my boots?").click()
    expect_whole_answer(chat)
    expect(chat.locator(".question")).to_have_count(1)
    expect(chat.get_by_role("button", name="Where is my order?")).to_have_count(0)


def test_a_citation_opens_the_source_at_the_passage(page: Page, site: Site) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    ask(chat, "Returns?")
    chat.get_by_role("button", name="Source 1: Returns and refunds").click()
    expect(chat.get_by_role("dialog")).to_contain_text("Unworn boots can be returned within 30 days")
    link = chat.get_by_role("link", name="Open the source")
    expect(link).to_have_attribute(
        "href",
        "https://shop.example/returns#:~:text=Unworn%20boots%20can%20be%20returned%20within%2030%20days%20of%20delivery%2C%20in%20their%20box.",
    )
    page.keyboard.press("Escape")
    expect(chat.get_by_role("dialog")).to_have_count(0)
    expect(chat.get_by_label("Your message")).to_be_visible()  # Escape closed the source, not the chat


def test_html_and_scripts_in_an_answer_stay_text(page: Page, site: Site) -> None:
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    page.goto(site.address())
    chat = chat_frame(page)
    ask(chat, "Returns?")
    expect_whole_answer(chat)
    expect(chat.locator(".answer").last).to_contain_text("<img src=x onerror=alert(1)> bad")
    assert chat.locator("img").count() == 0
    assert chat.locator("a[href^='javascript']").count() == 0
    assert dialogs == []


def test_a_dropped_stream_resumes_and_no_word_is_shown_twice(page: Page, site: Site, script: Script) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    ask(chat, "Please drop the line")
    expect_whole_answer(chat)
    assert script.resumed_from == ["0", "6"]


def test_an_answer_can_be_stopped_and_what_was_said_stays(page: Page, site: Site, script: Script) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    ask(chat, "Please wait in the middle")
    expect(chat.locator(".answer").last).to_contain_text("You can return unworn boots")
    chat.get_by_role("button", name="Stop the answer").click()
    expect(chat.get_by_role("button", name="Send", exact=True)).to_be_visible()
    answer = chat.locator(".answer").last
    expect(answer).to_contain_text("You can return unworn boots")
    expect(answer).not_to_contain_text("Refunds")
    assert len(script.cancelled) == 1
    ask(chat, "And returns?")  # it goes on
    expect_whole_answer(chat)


def test_a_busy_server_is_asked_again_with_the_same_key(page: Page, site: Site, script: Script) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    ask(chat, "Are you busy?")
    expect_whole_answer(chat)
    assert len(script.sent_keys) == 3
    assert len(set(script.sent_keys)) == 1
    assert [each["text"] for each in script.messages if each["role"] == "contact"] == ["Are you busy?"]
    expect(chat.locator(".question")).to_have_count(1)


def test_a_question_asked_offline_is_sent_when_the_network_is_back(page: Page, site: Site, script: Script) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    page.context.set_offline(True)
    ask(chat, "Returns?")
    expect(chat.get_by_text("You are offline. Your message is sent when you are back.")).to_be_visible()
    page.context.set_offline(False)
    expect_whole_answer(chat)
    assert len(set(script.sent_keys)) == 1


def test_a_refused_message_says_why_and_can_be_sent_again(page: Page, site: Site, script: Script) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    ask(chat, "refuse me")
    problem = chat.get_by_role("alert")
    expect(problem).to_contain_text("Not sent. We cannot take this message. Please write it in other words.")
    problem.get_by_role("button", name="Try again").click()
    expect(problem).to_contain_text("Not sent.")
    assert len(set(script.sent_keys)) == 2  # a refusal is final for its key


def test_an_error_in_the_answer_says_what_to_do_and_asks_again(page: Page, site: Site, script: Script) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    ask(chat, "please break")
    expect(chat.get_by_role("alert")).to_contain_text("The model did not answer. Please ask again.")
    expect(chat.locator(".answer").last).to_have_text("You can return")
    chat.get_by_role("button", name="Try again").click()
    expect(chat.locator(".question")).to_have_count(2)


def test_a_stream_that_is_gone_is_found_among_the_messages(page: Page, site: Site) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    ask(chat, "Is it gone?")
    expect(chat.locator(".answer").last).to_contain_text("The answer was already there.")


def test_a_refused_token_is_renewed_unseen(page: Page, site: Site, script: Script) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    ask(chat, "First?")
    expect_whole_answer(chat)
    script.refused_tokens.update(script.tokens)
    ask(chat, "Second?")
    expect(chat.locator(".sources")).to_have_count(2)
    assert len(script.sessions) == 2


def test_a_conversation_survives_a_reload(page: Page, site: Site, script: Script) -> None:
    page.goto(site.address())
    ask_first = chat_frame(page)
    ask(ask_first, "Returns?")
    expect_whole_answer(ask_first)
    page.reload()
    chat = chat_frame(page)
    expect_whole_answer(chat)
    expect(chat.locator(".question")).to_have_text("You: Returns?")
    assert len(script.sessions) == 1
    assert script.calls["conversations"] == 1


def test_an_answer_goes_on_after_a_reload_in_its_middle(page: Page, site: Site, script: Script) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    ask(chat, "wait for it")
    expect(chat.locator(".coming")).to_contain_text("You can return unworn")
    page.reload()
    click_launcher(page)
    script.may_go_on.set()
    expect_whole_answer(wait_for_chat(page))


def test_a_conversation_survives_a_reload_where_frames_have_storage(
    engine: Playwright, site: Site, script: Script
) -> None:
    browser = launch(engine, WITH_FRAME_STORAGE)
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(site.address())
    chat = chat_frame(page)
    ask(chat, "Returns?")
    expect_whole_answer(chat)
    assert chat.evaluate("[document.cookie, localStorage.length]") == ["", 1]
    page.reload()
    expect_whole_answer(chat_frame(page))
    assert len(script.sessions) == 1
    browser.close()


def test_an_unsent_draft_survives_a_reload(page: Page, site: Site) -> None:
    page.goto(site.address())
    chat_frame(page).get_by_label("Your message").fill("half a thou")
    page.reload()
    expect(chat_frame(page).get_by_label("Your message")).to_have_value("half a thou")


def test_a_new_conversation_starts_empty(page: Page, site: Site) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    ask(chat, "Returns?")
    expect_whole_answer(chat)
    chat.get_by_role("button", name="New conversation").click()
    expect(chat.locator(".question")).to_have_count(0)
    expect(chat.get_by_role("button", name="Where is my order?")).to_be_visible()


def test_a_screen_reader_hears_whole_answers_and_not_every_word(page: Page, site: Site) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    ask(chat, "Returns?")
    expect_whole_answer(chat)
    expect(chat.locator(".app > [role=status]")).to_contain_text("Answer: You can return unworn boots within 30 days")
    expect(chat.get_by_role("log")).to_have_attribute("aria-live", "off")


def test_a_thumb_is_kept_with_its_reason_and_shown_again(page: Page, site: Site, script: Script) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    ask(chat, "Returns?")
    expect_whole_answer(chat)
    down = chat.get_by_role("button", name="This does not help")
    down.click()
    chat.get_by_role("button", name="Something is missing").click()
    chat.get_by_label("Say more, if you like").fill("And by post?")
    chat.locator(".why").get_by_role("button", name="Send").click()
    expect(chat.get_by_role("status").filter(has_text="Thank you.")).to_be_visible()
    assert script.ratings == [{"rating": "bad"}, {"rating": "bad", "reason": "incomplete", "comment": "And by post?"}]
    chat.get_by_role("button", name="This helps").click()  # this word is lost on its way
    expect(chat.get_by_role("status").filter(has_text="could not be kept")).to_be_visible()
    expect(down).to_have_attribute("aria-pressed", "true")
    page.reload()
    again = chat_frame(page) if not page.locator("iframe").count() else wait_for_chat(page)
    expect(again.get_by_role("button", name="This does not help")).to_have_attribute("aria-pressed", "true")
    again.get_by_role("button", name="This does not help").click()
    expect(again.get_by_role("button", name="This does not help")).to_have_attribute("aria-pressed", "false")
    assert script.ratings[-1] is None
