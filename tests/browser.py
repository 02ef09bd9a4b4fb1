"""A real Chromium for tests: Debian's where it is, else Playwright's own, else the tests that need one are skipped.

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
