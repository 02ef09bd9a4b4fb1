"""Real browsers for tests: Debian's Chromium where it is, else Playwright's own, and Debian's Firefox; a test whose
browser is not there is skipped and says so.

Playwright allows one running engine a thread, so the whole run shares these fixtures (`tests/conftest.py` offers them).
"""

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
EXPECT_MS = 20_000  # what comes at once on an idle machine takes its time on a busy one
# Chromium denies storage to other sites' iframes by default; with this it partitions it, as other browsers do.
WITH_FRAME_STORAGE = "--disable-features=TrackingProtection3pcd"
# The driver's clicks and keys go to the page, and reach another site's iframe only where it is in the page's process.
# What an iframe may keep, and what a policy forbids, is the same with and without. 6 is a mouse: exact, and hovers.
FIREFOX = {"fission.autostart": False, "ui.primaryPointerCapabilities": 6, "ui.allPointerCapabilities": 6}
WITHOUT_OTHER_SITES_STORAGE = {"network.cookie.cookieBehavior": 1}  # "block all third-party cookies"
DARK = {"ui.systemUsesDarkTheme": 1}


@pytest.fixture(scope="session")
def engine() -> "Iterator[Playwright]":
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=EXPECT_MS)
    # Its event loop lives in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as engine:
        yield engine


@pytest.fixture(scope="session")
def browser(engine: "Playwright") -> "Iterator[Browser]":
    """The browser as people have it. Skips, with what to do, where none can be had."""
    browser = launch(engine)
    yield browser
    browser.close()


def launch(engine: "Playwright", *arguments: str) -> "Browser":
    """Start a browser; the caller closes it. Skips the test where none can be had."""
    from playwright.sync_api import Error

    try:
        return engine.chromium.launch(executable_path=shutil.which("chromium"), args=[*ARGUMENTS, *arguments])
    except Error:
        pytest.skip("no browser here: install Debian's chromium, or run `playwright install chromium`")


@pytest.fixture(scope="session")
def firefox(engine: "Playwright") -> "Iterator[Browser]":
    """Firefox as people have it, which keeps what an iframe stores apart by the page that it is on."""
    browser = launch_firefox(engine)
    yield browser
    browser.close()


def launch_firefox(engine: "Playwright", **preferences: bool | float | str) -> "Browser":
    """Debian's Firefox by WebDriver BiDi, as Playwright's own is another build; the caller closes it. Skips the test
    where it is not installed."""
    path = shutil.which("firefox-esr") or shutil.which("firefox")
    if path is None:
        pytest.skip("no Firefox here: install Debian's firefox-esr")
    preferences = {**FIREFOX, **preferences}
    return engine.firefox.launch(executable_path=path, channel="moz-firefox", firefox_user_prefs=preferences)
