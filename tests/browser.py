"""A real Chromium for tests: Debian's where it is, else Playwright's own, else the tests that need one are skipped."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Error, Playwright, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


def _launch(playwright: Playwright) -> Browser:
    executable = shutil.which("chromium")
    return playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Skips the test, with what to do, where no browser can be had."""
    with sync_playwright() as playwright:
        try:
            browser = _launch(playwright)
        except Error as error:
            pytest.skip(f"no browser: install Debian's chromium or run `playwright install chromium` ({error.name})")
        yield browser
        browser.close()
