"""The widget in Debian's Firefox: browsers differ in streams, in an iframe's storage, in policies and in styles."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Frame, Page, Playwright, expect

from tests.browser import DARK, WITHOUT_OTHER_SITES_STORAGE, launch_firefox
from tests.frontend.widget.conftest import Site
from tests.frontend.widget.driving import ask, chat_frame
from tests.frontend.widget.scripted_api import Script
from tests.frontend.widget.test_conversation import expect_whole_answer

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
DESKTOP, PHONE = (1280, 800), (390, 844)


@pytest.fixture(scope="module")
def closed_firefox(engine: Playwright) -> Iterator[Browser]:
    """As somebody has it who blocks all third-party cookies, and likes it dark."""
    browser = launch_firefox(engine, **WITHOUT_OTHER_SITES_STORAGE, **DARK)
    yield browser
    browser.close()


@contextmanager
def visiting(browser: Browser, size: tuple[int, int] = DESKTOP) -> Iterator[Page]:
    """A page; what it complains of fails the test, but for the icon that no host page has."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.set_default_timeout(15_000)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert [text for text in said if "favicon" not in text] == []


def expect_dark(chat: Frame) -> None:
    assert chat.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert chat.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).every((each) => each < 70)")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_answer_streams_resumes_cites_and_is_there_after_a_reload(
    firefox: Browser, site: Site, script: Script, size: tuple[int, int]
) -> None:
    """On a page with hostile styles and a strict policy."""
    with visiting(firefox, size) as page:
        page.goto(site.address())
        chat = chat_frame(page)
        if size == PHONE:
            assert chat.evaluate("[innerWidth, innerHeight, document.documentElement.scrollWidth]") == [390, 844, 390]
            ask(chat, "Please wait and drop the line")
        else:
            expect(chat.get_by_label("Your message")).to_be_focused()
            page.keyboard.type("Please wait and drop the line")
            page.keyboard.press("Enter")
        expect(chat.locator(".coming")).to_contain_text("You can return unworn")
        script.may_go_on.set()
        expect_whole_answer(chat)
        assert script.resumed_from == ["0", "6"]
        chat.get_by_role("button", name="Source 1: Returns and refunds").click()
        expect(chat.get_by_role("dialog")).to_contain_text("Unworn boots can be returned within 30 days")
        page.keyboard.press("Escape")
        expect(chat.get_by_role("dialog")).to_have_count(0)
        page.reload()
        expect_whole_answer(chat_frame(page))
        assert len(script.sessions) == 1


def test_where_other_sites_may_store_nothing_it_answers_all_the_same(
    closed_firefox: Browser, site: Site, script: Script
) -> None:
    """Then nothing can outlive the page. Its policy allows a nonce and no host."""
    with visiting(closed_firefox) as page:
        page.goto(site.address(nonce="r4nd0m"))
        chat = chat_frame(page)
        expect_dark(chat)
        ask(chat, "Returns?")
        expect_whole_answer(chat)
        page.reload()
        again = chat_frame(page)
        expect(again.locator(".question")).to_have_count(0)
        ask(again, "And refunds?")
        expect(again.locator(".question")).to_have_count(1)
        expect_whole_answer(again)
        assert len(script.sessions) == 2


def test_the_element_fills_its_place_in_the_page(firefox: Browser, site: Site, script: Script) -> None:
    with visiting(firefox) as page:
        page.goto(f"{site.origin}/element/?app={site.app}&key={site.key}&attributes=theme%3D%22dark%22")
        chat = page.frame_locator("rapport-chat iframe")
        chat.get_by_label("Your message").press_sequentially("Returns?")
        chat.get_by_label("Your message").press("Enter")
        expect(chat.locator(".sources")).to_be_visible()
        box = page.locator("rapport-chat").bounding_box()
        assert box
        assert round(box["height"]) == 600
        assert page.locator("iframe").evaluate("(frame) => frame.clientHeight") == 600
