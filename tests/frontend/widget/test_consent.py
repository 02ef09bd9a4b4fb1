"""With a consent text the widget keeps and sends nothing before the visitor agrees, and asks again who comes after."""

import pytest
from django.test import Client
from playwright.sync_api import Frame, Page, expect

from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM
from tenants.consent import set_consent_text
from tenants.models import WidgetKey
from tests.cast import Cast
from tests.frontend.widget.conftest import Site
from tests.frontend.widget.driving import ask, click_launcher, wait_for_chat
from tests.frontend.widget.scripted_api import Script

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def _frame(page: Page) -> Frame:
    click_launcher(page)
    for _ in range(200):
        found = next((each for each in page.frames if "/w/" in each.url), None)
        if found:
            return found
        page.wait_for_timeout(50)
    raise AssertionError("no chat appeared in the page")


def _kept(chat: Frame) -> str:
    """In the frame's storage, or its cookie where the browser denies the storage of other sites' frames."""
    found: str = chat.evaluate(
        "() => { try { return Object.keys(localStorage).join() } catch { return document.cookie } }"
    )
    return found


def test_nothing_is_kept_or_sent_before_the_visitor_agrees(page: Page, site: Site, script: Script) -> None:
    key = WidgetKey.objects.get(key=site.key)
    text, link = "We keep <b>what you write</b>.", "https://fjell.example/privacy"
    set_consent_text(tenant_id=key.tenant_id, key_id=key.id, text=text, link=link, actor=SYSTEM)
    page.goto(site.address())
    chat = _frame(page)
    expect(chat.get_by_text("We keep <b>what you write</b>.")).to_be_visible()
    expect(chat.get_by_role("link", name="Read more")).to_have_attribute("href", link)
    expect(chat.get_by_label("Your message")).to_have_count(0)
    page.evaluate("Rapport('identify', 'mara')")
    page.reload()
    chat = _frame(page)
    agree = chat.get_by_role("button", name="Agree and begin")
    agree.wait_for()
    assert _kept(chat) == ""
    assert page.evaluate("localStorage.length") == 0
    assert page.context.cookies() == []
    assert script.sessions == []
    agree.click()
    wait_for_chat(page)
    ask(chat, "How do I return boots?")
    expect(chat.locator(".sources")).to_be_visible()
    assert [each.get("consent") for each in script.sessions] == [1]
    assert _kept(chat) != ""
    page.reload()
    expect(_frame(page).locator(".sources")).to_be_visible()
    page.evaluate("Rapport('shutdown')")
    chat = next(each for each in page.frames if "/w/" in each.url)
    expect(chat.get_by_role("button", name="Agree and begin")).to_be_visible()
    assert _kept(chat) == ""


def test_the_page_keeps_the_words_and_says_what_is_wrong(cast: Cast, alice_client: Client, bob_client: Client) -> None:
    alice_client.handler.enforce_csrf_checks = bob_client.handler.enforce_csrf_checks = False
    address = f"/widget/{encode(Prefix.WIDGET_KEY, cast.acme.key_id)}/consent/"
    assert alice_client.post(address, {"text": "We keep it.", "link": "javascript:alert(1)"}).status_code == 400
    assert alice_client.post(address, {"text": "We keep it.", "link": ""}).status_code == 302
    shown = alice_client.get(address).content.decode()
    assert "We keep it." in shown
    assert "version 1" in shown
    assert bob_client.post(address, {"text": ""}).status_code == 403
