"""Main tasks without a mouse, in a real browser: from signing in to a closed conversation, and merging contacts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from agents.inbox import state
from agents.selectors import get_conversation, list_messages
from ingestion.contacts.merging import family_of
from ingestion.models import Contact
from rapport.ids import Prefix, encode
from tenants.actors import user_actor
from tenants.context import tenant_scope
from tests.cast import PASSWORD, Cast, Visitor, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.e2e


@pytest.fixture
def page(browser: "Browser", live_server: Any) -> "Iterator[Page]":
    context = browser.new_context(base_url=live_server.url)
    yield context.new_page()
    context.close()


def tab_to(page: "Page", name: str, *, most: int = 60) -> None:
    """By Tab alone to the control of this name; each on the way can be seen to have the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """() => { const at = document.activeElement, look = getComputedStyle(at); return {
            name: at.ariaLabel || at.labels?.[0]?.textContent || at.textContent || '',
            seen: look.outlineStyle !== 'none' || look.boxShadow !== 'none' }; }"""
        )
        assert here["seen"], f"nothing shows that {here['name']!r} has the focus"
        if name in here["name"]:
            return
    raise AssertionError(f"{name!r} is not reached by {most} times Tab")


def test_from_signing_in_to_a_closed_conversation(page: "Page", cast: Cast, visitor: Visitor) -> None:
    tenant_id, conversation_id = cast.acme.tenant_id, visitor.conversation_id
    state.hand_off(
        tenant_id=tenant_id, conversation_id=conversation_id, reason="asked", actor=user_actor(cast.alice.id)
    )
    page.goto("/accounts/login/?next=/inbox/")
    tab_to(page, "Email")
    page.keyboard.type("alice@acme.example")
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Inbox").wait_for()
    tab_to(page, "Skip to the content", most=1)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    page.keyboard.press("j")
    page.wait_for_url(f"**/{encode(Prefix.CONVERSATION, conversation_id)}/**")
    page.keyboard.press("a")
    page.get_by_text("you answer").wait_for()
    page.keyboard.press("r")
    page.keyboard.type("Hello, this is Alice.")
    page.keyboard.press("Control+Enter")
    page.locator(".said__bubble", has_text="Hello, this is Alice.").wait_for()
    page.keyboard.press("e")
    page.get_by_text("The contact's next message opens it again.").wait_for()
    said = list_messages(tenant_id=tenant_id, conversation_id=conversation_id)
    assert ("human", "Hello, this is Alice.") in [(each.role, each.text) for each in said]
    assert get_conversation(tenant_id=tenant_id, conversation_id=conversation_id).state == "closed"


def test_two_contacts_become_one(page: "Page", cast: Cast, live_server: Any) -> None:
    one, two = _contact(cast, "Mara Lind"), _contact(cast, "M. Lind")
    session: Any = sign_in(cast.alice).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(f"/contacts/{encode(Prefix.CONTACT, one)}/")
    tab_to(page, "The other contact")
    page.keyboard.type("lind")
    page.keyboard.press("Enter")
    page.wait_for_url("**/merge-with/**")
    tab_to(page, "M. Lind")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Read both as M. Lind").wait_for()
    tab_to(page, "Read both as M. Lind")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/contacts/{encode(Prefix.CONTACT, two)}/")
    assert set(family_of(tenant_id=cast.acme.tenant_id, contact_id=one)) == {one, two}


def _contact(cast: Cast, name: str) -> UUID:
    with tenant_scope(cast.acme.tenant_id):
        return Contact.objects.create(name=name, is_anonymous=False).id
