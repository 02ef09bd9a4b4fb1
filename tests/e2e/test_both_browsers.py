"""In Debian's Chromium and Firefox alike: the pages of two companies open at once in one visitor's browser, on a
phone's width, and the owner's dashboard in the dark."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser import DARK, launch_firefox
from tests.e2e.product import Product
from tests.e2e.test_journey import PASSWORD, allow_the_shop, asked, sign_up, upload
from tests.frontend.widget.driving import chat_frame

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(240)]

Person = Callable[..., list[Page]]
QUESTION = "Within how many days can I return my boots?"


@pytest.fixture(params=["chromium", "firefox"])
def person(request: pytest.FixtureRequest, engine: Playwright, browser: Browser) -> Iterator[Person]:
    """Gives the tabs of somebody with a browser of their own."""
    used = browser if request.param == "chromium" else launch_firefox(engine, **DARK)

    def open_tabs(tabs: int = 1, *, width: int = 1280) -> list[Page]:
        context = used.new_context(
            viewport={"width": width, "height": 844}, color_scheme="dark" if used is browser else None
        )
        context.set_default_timeout(20_000)
        return [context.new_page() for _ in range(tabs)]

    yield open_tabs
    for context in used.contexts:
        context.close()
    if used is not browser:
        used.close()


def test_two_companies_pages_at_once(
    person: Person, product: Product, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    name = request.node.callspec.params["person"]
    (owner,), (neighbour,) = person(), person()
    email = f"ida@{name}.example"
    sign_up(owner, product, f"Nordlys {name}", email)
    upload(owner, tmp_path)
    sign_up(neighbour, product, f"Havn {name}", f"per@{name}.example")
    addresses = [allow_the_shop(each, product) for each in (owner, neighbour)]
    ask_for_proof_of_work(neighbour, product)
    see_nothing_of_the_other(person, addresses)
    walk_the_dashboard(person, product, email)


def ask_for_proof_of_work(owner: Page, product: Product) -> None:
    owner.goto(f"{product.app}/widget/")
    owner.get_by_role("link", name="Visitors").first.click()
    owner.get_by_label("Proof of work of new visitors").check()
    owner.get_by_role("button", name="Save").click()
    expect(owner.get_by_text("It holds from the next message on")).to_be_visible()


def see_nothing_of_the_other(person: Person, addresses: list[str]) -> None:
    """Both frames come from one origin, on pages of one origin. Theirs asks new visitors for a proof of work."""
    ours, theirs = pages = person(2, width=390)
    challenges: list[str] = []
    for page in pages:
        page.on("request", lambda request: challenges.append(request.url) if "challenges" in request.url else None)
    for page, address in zip(pages, addresses, strict=True):
        page.goto(address)
    chats = [chat_frame(page) for page in pages]
    answer = asked(chats[0], QUESTION)
    expect(answer).to_contain_text("45 days")
    answer.locator(".sources button").first.click()
    expect(chats[0].get_by_role("dialog")).to_contain_text("can be returned within 45 days")
    expect(chats[1].locator(".question")).to_have_count(0)
    expect(asked(chats[1], QUESTION).locator(".sources")).to_have_count(0)
    ours.reload()
    theirs.reload()
    expect(chat_frame(ours).locator(".answer").last).to_contain_text("45 days")
    again = chat_frame(theirs)
    expect(again.locator(".question")).to_have_count(1)
    expect(again.locator(".middle")).not_to_contain_text("45 days")
    assert len(challenges) == 1, "Who is known proves nothing again."


def walk_the_dashboard(person: Person, product: Product, email: str) -> None:
    (page,) = person()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{product.app}/conversations/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name=QUESTION).click()
    expect(page.locator(".transcript")).to_contain_text("45 days")
    page.goto(f"{product.app}/agent/")
    page.get_by_label("Your question").fill("How do I waterproof leather boots?")
    page.keyboard.press("Enter")
    expect(page.locator(".said__bubble").last).to_contain_text("beeswax", timeout=60_000)
    expect(page.locator("a.source").first).to_be_visible()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert max(ground[:3]) < 70, "The dark scheme is followed."
    assert said == []
