"""Proactive messages on the customer's page, in a browser: when they are shown, when not, and what a click leads to."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tenants.actors import SYSTEM
from tenants.proactive import ProactiveMessages, ProactiveRule, set_proactive_messages
from tenants.selectors import find_widget_key
from tests.frontend.widget.conftest import Site
from tests.frontend.widget.driving import ask, click_launcher, wait_for_chat
from tests.frontend.widget.scripted_api import Script

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

# The widget's shadow root is closed to the page it stands on; a test looks into it.
OPEN_ROOTS = """const attach = Element.prototype.attachShadow
Element.prototype.attachShadow = function (init) { return attach.call(this, {...init, mode: 'open'}) }"""
SAYS = "Can I <b>help</b> you with the size?"
Say = Callable[..., None]


@pytest.fixture
def say(site: Site, page: Page) -> Say:
    page.add_init_script(OPEN_ROOTS)
    key = find_widget_key(site.key)

    def set_rules(*rules: ProactiveRule, hours: int = 24) -> None:
        wanted = ProactiveMessages(rules, hours)
        set_proactive_messages(tenant_id=key.tenant_id, key_id=key.id, wanted=wanted, actor=SYSTEM)

    return set_rules


def bubble(page: Page) -> Locator:
    return page.locator("rapport-widget aside p")


def visit(page: Page, site: Site, path: str = "/host/") -> None:
    """And wait until the rules have been looked at."""
    with page.expect_response(lambda answer: "/w/teaser-" in answer.url):
        page.goto(site.address().replace("/host/", path))
    page.wait_for_function("window.Rapport && window.Rapport.on")


def test_a_click_opens_the_chat_with_the_message_as_the_agents_line(
    page: Page, site: Site, say: Say, script: Script
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    say(ProactiveRule(text=SAYS, url="/host*", event="size_looked_at"))
    visit(page, site)
    expect(bubble(page)).to_have_count(0)
    page.evaluate("Rapport('track', 'size_looked_at')")
    expect(bubble(page)).to_have_text(SAYS)
    page.keyboard.press("Tab")  # it comes before the launcher, and takes no focus by itself
    page.keyboard.press("Enter")
    chat = wait_for_chat(page)
    expect(chat.locator(".answer")).to_have_text(SAYS)
    expect(bubble(page)).to_have_count(0)
    ask(chat, "Yes, please")
    expect(chat.locator(".sources")).to_be_visible()
    assert script.taken_up == [find_widget_key(site.key).proactive.rules[0].id]
    ask(chat, "And in blue?")
    expect(chat.locator(".sources")).to_have_count(2)
    assert script.taken_up[1:] == [""]
    expect(chat.locator(".answer").first).to_have_text(SAYS)
    assert [text for text in said if "favicon" not in text and "404" not in text] == []


def test_each_visitor_sees_a_message_once_and_another_one_later(page: Page, site: Site, say: Say) -> None:
    say(ProactiveRule(text="First"), ProactiveRule(text="Second"))
    visit(page, site)
    expect(bubble(page)).to_have_text("First")
    visit(page, site)
    page.wait_for_timeout(1500)  # it would have been there after one
    expect(bubble(page)).to_have_count(0)
    page.evaluate(
        'for (const [k, v] of Object.entries(localStorage)) localStorage[k] = v.replace(/"quiet":\\d+/, \'"quiet":0\')'
    )
    visit(page, site)
    expect(bubble(page)).to_have_text("Second")


def test_who_closed_one_or_has_the_chat_open_is_left_alone(page: Page, site: Site, say: Say) -> None:
    say(ProactiveRule(text="First", event="a"), ProactiveRule(text="Second", event="b"), hours=0)
    visit(page, site)
    page.evaluate("Rapport('track', 'a')")
    page.get_by_role("button", name="Close message").click()
    expect(bubble(page)).to_have_count(0)
    page.wait_for_function("document.activeElement.localName === 'rapport-widget'")
    page.evaluate("Rapport('track', 'b')")
    expect(bubble(page)).to_have_count(0)
    page.evaluate("localStorage.clear()")
    visit(page, site)
    click_launcher(page)
    page.evaluate("Rapport('track', 'b')")
    expect(bubble(page)).to_have_count(0)


def test_time_scrolling_and_the_page_are_all_to_be_met(page: Page, site: Site, say: Say) -> None:
    say(ProactiveRule(text="Elsewhere", url="/pricing"), ProactiveRule(text="Halfway", seconds=1, scroll=50))
    visit(page, site)
    page.evaluate("document.body.style.height = '4000px'")
    page.wait_for_timeout(2200)
    expect(bubble(page)).to_have_count(0)
    page.evaluate("scrollTo(0, 3000)")
    expect(bubble(page)).to_have_text("Halfway")


def test_the_bubble_keeps_to_its_corner_in_every_direction_and_moves_nothing(
    browser: Browser, page: Page, site: Site, say: Say
) -> None:
    say(ProactiveRule(text="هل تحتاج إلى مساعدة في اختيار المقاس؟"))
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, locale="de-DE", color_scheme="dark", reduced_motion="reduce"
    )
    page = context.new_page()
    page.add_init_script(OPEN_ROOTS)
    page.add_init_script(
        "window.shifts = []; new PerformanceObserver((list) => shifts.push(...list.getEntries()))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    visit(page, site)
    expect(bubble(page)).to_have_css("direction", "rtl")
    box = page.locator("rapport-widget aside").bounding_box()
    close = page.get_by_role("button", name="Nachricht schließen").bounding_box()
    assert box
    assert close
    assert (box["x"] >= 0, round(box["x"] + box["width"])) == (True, 300)
    assert close["x"] < box["x"] + 40, "At the end of the line."
    assert page.locator("rapport-widget aside").evaluate("each => getComputedStyle(each).animationName") == "none"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate("shifts.length") == 0
    context.close()
