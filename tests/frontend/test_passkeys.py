"""Passkeys in a real browser with a virtual authenticator: added, named, signed in with, confirmed with, removed.

The pages' content security policy is on: a script that is not the house's own would not run.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from pytest_django.live_server_helper import LiveServer

from tests.cast import PASSWORD, Cast, assemble
from tests.frontend.conftest import age_sign_ins

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return assemble()


@pytest.fixture
def page(browser: "Browser", live_server: LiveServer, settings: LazySettings) -> Iterator["Page"]:
    """With an authenticator built in, which always says yes. Passkeys want a name: localhost, not its number."""
    settings.ALLOWED_HOSTS = ["localhost"]
    port = urlsplit(live_server.url).port
    page = browser.new_page(base_url=f"http://localhost:{port}")
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    client = page.context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    client.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield page
    page.close()
    assert refused == []


def sign_in(page: "Page", email: str) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button:text-is('Sign in')")
    page.wait_for_selector(".shell")


def add(page: "Page", name: str, *, alone: bool = True) -> None:
    page.goto("/accounts/2fa/webauthn/add/")
    page.fill("input[name=name]", name)
    page.set_checked("input[name=passwordless]", alone)
    page.click("text=Add the passkey")
    page.wait_for_selector("text=Recovery codes")


def sign_out(page: "Page") -> None:
    page.goto("/settings/")
    page.click("[aria-label='Sign out']")
    page.wait_for_url("**/accounts/login/**")


def test_a_passkey_is_added_and_opens_the_account_by_itself(cast: Cast, page: "Page") -> None:
    sign_in(page, cast.alice.email)
    add(page, "Laptop")
    sign_out(page)
    page.click("text=Sign in with a passkey")
    page.wait_for_selector(".shell")
    page.goto("/accounts/2fa/webauthn/")
    assert "Laptop" in page.inner_text("main")
    assert "used" in page.inner_text("main")


def test_one_that_is_a_second_step_only_comes_after_the_password(cast: Cast, page: "Page") -> None:
    sign_in(page, cast.alice.email)
    add(page, "Key", alone=False)
    sign_out(page)
    page.fill("input[name=login]", cast.alice.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button:text-is('Sign in')")
    page.wait_for_selector("text=One more step")
    page.click("text=Use a passkey")
    page.wait_for_selector(".shell")


def test_it_is_renamed_and_removed(cast: Cast, page: "Page") -> None:
    sign_in(page, cast.alice.email)
    add(page, "Laptop")
    page.goto("/accounts/2fa/webauthn/")
    page.click("text=Rename")
    page.fill("input[name=name]", "Old laptop")
    page.click("button:text-is('Save')")
    page.wait_for_selector("text=Old laptop")
    page.click("[aria-label='Remove Old laptop']")
    page.click("button:text-is('Remove')")
    page.wait_for_selector("text=None yet")
    assert not Authenticator.objects.exists()


def test_who_signed_in_long_ago_without_a_password_confirms_with_it(cast: Cast, page: "Page") -> None:
    sign_in(page, cast.alice.email)
    add(page, "Laptop")
    sign_out(page)
    cast.alice.set_unusable_password()
    cast.alice.save()
    page.click("text=Sign in with a passkey")
    page.wait_for_selector(".shell")
    age_sign_ins()
    page.goto("/keys/")
    page.click("text=Confirm")
    page.wait_for_selector("text=Confirm that it is you")
    page.click("button:has-text('Use a passkey')")
    page.wait_for_selector("text=Make the key")
