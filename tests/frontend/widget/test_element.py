"""<rapport-chat> on a customer's page: in its flow and with the launcher, under hostile styles and a strict policy."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.frontend.widget.conftest import Site
from tests.frontend.widget.driving import ask, wait_for_chat
from tests.frontend.widget.scripted_api import Script

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
HEAR = """addEventListener('DOMContentLoaded', () => { window.heard = []
for (const name of ['ready', 'open', 'close', 'message-sent', 'message-received'])
  document.addEventListener(`rapport-${name}`, () => heard.push(name)) })"""


def address(site: Site, attributes: str = "") -> str:
    return f"{site.origin}/element/?app={site.app}&key={site.key}&attributes={quote(attributes)}"


def test_in_the_page_it_fills_its_place_and_takes_no_focus(page: Page, site: Site, script: Script) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.add_init_script(HEAR)
    page.goto(address(site, 'language="de" theme="dark"'))
    chat = page.frame_locator("rapport-chat iframe")
    expect(chat.get_by_label("Ihre Nachricht")).to_be_visible()
    assert page.evaluate("document.activeElement.localName") == "body"
    expect(chat.get_by_role("button", name="Chat schließen")).to_have_count(0)
    expect(chat.locator("html")).to_have_attribute("data-theme", "dark")
    box, after = (page.locator(each).bounding_box() for each in ("rapport-chat", "#after"))
    assert box
    assert after
    assert (round(box["height"]), after["y"] >= box["y"] + box["height"]) == (600, True)
    chat.get_by_label("Ihre Nachricht").fill("How do I return boots?")
    chat.get_by_label("Ihre Nachricht").press("Enter")
    expect(chat.locator(".sources")).to_be_visible()
    assert page.evaluate("heard") == ["ready", "message-sent", "message-received"]
    assert [text for text in said if "favicon" not in text and "404" not in text] == []


def test_with_the_launcher_it_comes_and_goes_with_its_element(page: Page, site: Site, script: Script) -> None:
    page.add_init_script(HEAR)
    page.goto(address(site, 'mode="launcher"'))
    page.wait_for_selector("rapport-widget", state="attached")
    assert page.locator("rapport-chat").bounding_box() is None
    page.evaluate("document.querySelector('rapport-chat').open()")
    chat = wait_for_chat(page)
    ask(chat, "How do I return boots?")
    expect(chat.locator(".sources")).to_be_visible()
    for _ in range(2):  # as a framework does that mounts everything twice
        page.evaluate("window.gone = document.querySelector('rapport-chat'); gone.remove()")
        expect(page.locator("rapport-widget")).to_have_count(0)
        page.evaluate("document.body.append(gone)")
        expect(page.locator("rapport-widget")).to_have_count(1)
    page.evaluate("document.querySelector('rapport-chat').toggle()")
    expect(wait_for_chat(page).locator(".sources")).to_be_visible()
    assert page.evaluate("heard.filter((name) => name === 'open').length") == 2


def test_who_is_named_before_it_is_there_is_known_and_a_change_of_attributes_keeps_that(
    page: Page, site: Site, script: Script
) -> None:
    page.goto(address(site).replace(site.key, "rp_pk_nothing"))
    page.evaluate(
        """async (key) => { await customElements.whenDefined('rapport-chat')
        const made = document.createElement('rapport-chat'); made.id = 'made'
        made.setAttribute('widget-key', key); document.body.append(made); made.identify('mara') }""",
        site.key,
    )
    chat = page.frame_locator("#made iframe")
    expect(chat.get_by_label("Your message")).to_be_visible()
    assert [each.get("identity") for each in script.sessions] == ["mara"]
    page.evaluate("document.querySelector('#made').setAttribute('language', 'de')")
    expect(chat.get_by_label("Ihre Nachricht")).to_be_visible()
    assert {each.get("identity") for each in script.sessions} == {"mara"}
    page.evaluate("document.querySelector('#made').remove()")
    expect(page.locator("#made")).to_have_count(0)
