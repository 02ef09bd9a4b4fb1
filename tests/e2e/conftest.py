"""The real product, started once for all end-to-end tests, and pages of two people: the owner's and the visitor's."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.product import Product, running_product, tail


@pytest.fixture(scope="session")
def product(browser: Browser) -> Iterator[Product]:
    """Asks for the browser first: without one nothing is started."""
    with running_product() as product:
        yield product


@pytest.fixture
def owner(browser: Browser, product: Product) -> Iterator[Page]:
    yield from _page(browser)


@pytest.fixture
def visitor(browser: Browser, product: Product) -> Iterator[Page]:
    """Another person on another machine: nothing is shared with the owner's browser."""
    yield from _page(browser)


def _page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()


@pytest.fixture(autouse=True)
def _show_the_log(request: pytest.FixtureRequest, product: Product) -> Iterator[None]:
    """What the processes wrote is the first thing to look at when a step fails."""
    failed_before = request.session.testsfailed
    yield
    if request.session.testsfailed > failed_before:
        print(tail(product))
