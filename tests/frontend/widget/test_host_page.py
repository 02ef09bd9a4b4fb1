"""The widget and the page it stands on: what the page feels of it, and what it may not do to it."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.frontend.widget.conftest import Site
from tests.frontend.widget.driving import ask, chat_frame, click_launcher, wait_for_chat
from tests.frontend.widget.scripted_api import Script

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_nothing_but_the_loader_and_the_word_that_there_are_no_rules_is_loaded_before_the_first_click(
    page: Page, site: Site
) -> None:
    paths: list[str] = []
    page.on("request", lambda request: paths.append(urlsplit(request.url).path))
    page.goto(site.address(), wait_until="networkidle")
    assert [path for path in paths if path not in {"/host/", "/hostile.css", "/favicon.ico"}] == [
        "/widget.js",
        f"/w/{site.key}/teaser.js",
    ]


@pytest.mark.parametrize("nonce", ["", "r4nd0m"])
def test_no_third_party_is_asked_and_no_policy_is_broken(page: Page, site: Site, nonce: str) -> None:
    """The policy allows scripts of one host, or those with the nonce alone."""
    hosts: set[str] = set()
    said: list[str] = []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.goto(site.address(nonce=nonce))
    chat = chat_frame(page)
    chat.get_by_role("button", name="How do I return my boots?").click()
    expect(chat.locator(".sources")).to_be_visible()
    assert hosts == {urlsplit(site.app).netloc, urlsplit(site.origin).netloc}
    assert [text for text in said if "favicon" not in text and "404" not in text] == []


def test_commands_and_events(page: Page, site: Site) -> None:
    page.goto(site.address())
    page.wait_for_function("window.Rapport && window.Rapport.on")
    page.evaluate(
        "window.heard = []; for (const name of ['open', 'close', 'ready']) Rapport('on', name, () => heard.push(name))"
    )
    page.evaluate("Rapport('open')")
    wait_for_chat(page)
    page.evaluate("Rapport('close')")
    page.evaluate("Rapport('toggle')")
    assert page.evaluate("heard") == ["open", "ready", "close", "open"]


def test_commands_given_before_the_loader_came_are_run(page: Page, site: Site) -> None:
    page.add_init_script(
        "window.Rapport = function () { (Rapport.q = Rapport.q || []).push(arguments) }; Rapport('open')"
    )
    page.goto(site.address())
    wait_for_chat(page)


def test_a_second_copy_of_the_loader_does_nothing(page: Page, site: Site) -> None:
    page.goto(site.address())
    page.wait_for_function("window.Rapport && window.Rapport.on")
    page.evaluate(
        """() => new Promise((resolve) => {
            const copy = document.createElement('script');
            copy.src = document.querySelector('script').src; copy.onload = resolve; document.body.append(copy) })"""
    )
    assert page.locator("rapport-widget").count() == 1


def test_escape_closes_the_chat_and_the_focus_goes_back_to_the_launcher(page: Page, site: Site) -> None:
    page.goto(site.address())
    chat = chat_frame(page)
    expect(chat.get_by_label("Your message")).to_be_focused()
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.localName === 'rapport-widget'")
    chat.wait_for_function("!document.hasFocus()")  # another process: until it knows, keys still go there
    page.keyboard.press("Enter")
    expect(chat.get_by_label("Your message")).to_be_focused()


def test_the_page_cannot_read_or_command_the_chat_by_forged_messages(page: Page, site: Site, script: Script) -> None:
    page.goto(site.address())
    wait = "new Promise((resolve) => setTimeout(resolve, 100))"
    page.evaluate("window.heard = []; addEventListener('message', (event) => heard.push(JSON.stringify(event.data)))")
    chat = chat_frame(page)
    chat.get_by_role("button", name="How do I return my boots?").click()
    expect(chat.locator(".sources")).to_be_visible()
    page.evaluate("window.postMessage({rapport: 1, type: 'close'}, '*')")  # from the page itself, not from the frame
    page.evaluate(wait)
    expect(chat.get_by_label("Your message")).to_be_visible()
    heard = " ".join(page.evaluate("heard"))
    assert "token" not in heard
    assert "boots" not in heard


def test_a_phone_gets_the_whole_screen(browser: Browser, site: Site, script: Script) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(site.address())
    chat = chat_frame(page)
    assert chat.evaluate("[innerWidth, innerHeight]") == [390, 844]
    assert chat.evaluate("document.documentElement.scrollWidth") == 390
    chat.get_by_role("button", name="Close chat").click()
    page.wait_for_function("document.activeElement.localName === 'rapport-widget'")
    context.close()


@pytest.mark.parametrize(
    ("scheme", "theme", "is_dark"), [("dark", "", True), ("dark", "light", False), ("light", "dark", True)]
)
def test_dark_mode_follows_the_system_or_the_page(
    browser: Browser, site: Site, script: Script, scheme: str, theme: str, is_dark: bool
) -> None:
    context = browser.new_context(
        viewport={"width": 900, "height": 700}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(site.address(theme=theme))
    background = chat_frame(page).evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", background))) < 200) is is_dark
    context.close()


def test_an_origin_that_is_not_allowed_gets_no_chat(page: Page, site: Site, script: Script) -> None:
    stranger = site.address().replace(site.origin, site.app)  # the same page, from an origin that is not on the list
    page.goto(stranger)
    click_launcher(page)
    frame = page.wait_for_event("framenavigated", predicate=lambda each: "/w/" in each.url)
    expect(frame.get_by_role("heading")).to_have_text("The chat cannot open here")
    assert script.sessions == []


def test_what_the_page_says_goes_along_with_what_is_written_until_sign_out(
    page: Page, site: Site, script: Script
) -> None:
    page.goto(site.address())
    page.wait_for_function("window.Rapport && window.Rapport.on")
    page.evaluate("Rapport('setContext', {plan: 'Team', items: 3, run: () => 1, nested: {a: 1}})")
    chat = chat_frame(page)
    ask(chat, "How do I return my boots?")
    expect(chat.locator(".sources")).to_be_visible()
    page.evaluate("Rapport('setContext', {plan: 'Free'})")
    ask(chat, "Where is my order?")
    expect(chat.locator(".sources")).to_have_count(2)
    assert script.pages == [{"plan": "Team", "items": 3}, {"plan": "Free"}]
    page.evaluate("Rapport('shutdown')")
    chat = chat_frame(page)
    ask(chat, "Which size fits me?")
    expect(chat.locator(".sources")).to_be_visible()
    assert script.pages[2:] == [None]
