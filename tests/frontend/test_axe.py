"""Every page of the dashboard by axe, WCAG 2.2 A and AA, and nothing in it moves while it loads: in both schemes, on a
desktop and on a phone."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client

from rapport.ids import Prefix, encode
from tenants.models import User
from tests.cast import Cast
from tests.frontend.places import LISTS, objects
from tests.frontend.seed import Seeded
from tests.pictures.stage import set_calls

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.e2e
AXE = Path(settings.BASE_DIR) / "frontend/node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
DOORS = ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/")
FRAGMENTS = ("/knowledge/board/",)
PARTS = 3  # for tests that run side by side
MOST_SHIFT = 0.05  # of the window, as browsers reckon "layout shift": a long table moves a little; 0.1 is good
WATCH_SHIFTS = """
window.moved = [];
new PerformanceObserver(list => {
  for (const entry of list.getEntries())
    if (!entry.hadRecentInput) {
      const nodes = entry.sources.map(source => source.node?.outerHTML?.slice(0, 120) ?? source.node?.nodeValue);
      window.moved.push({value: entry.value, nodes});
    }
}).observe({type: "layout-shift", buffered: true});
"""
NewPage = Callable[..., "Page"]


@pytest.fixture
def new_page(browser: "Browser", live_server: Any) -> Iterator[NewPage]:
    contexts = []

    def made(size: Any, scheme: Any, session: str = "") -> "Page":
        context = browser.new_context(
            base_url=live_server.url, viewport=size, color_scheme=scheme, reduced_motion="reduce"
        )
        contexts.append(context)
        if session:
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        context.add_init_script(path=AXE)
        context.add_init_script(WATCH_SHIFTS)
        return context.new_page()

    yield made
    for each in contexts:
        each.close()


def complaints(page: "Page", path: str) -> list[str]:
    """What axe finds there, the rule and the places; and what moved meanwhile."""
    page.goto(path)
    found = page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", TAGS)
    moved = page.evaluate("() => window.moved")
    shift = sum(each["value"] for each in moved)
    return [
        *([f"{path} moves by {shift:.3f}: {moved}"] if shift > MOST_SHIFT else []),
        *(
            f"{path} {each['id']}: {each['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
            for each in found["violations"]
            for node in each["nodes"][:4]
        ),
    ]


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(
    ("size", "scheme"),
    [
        (DESKTOP, "light"),
        pytest.param(DESKTOP, "dark", marks=pytest.mark.slow),
        pytest.param(PHONE, "light", marks=pytest.mark.slow),
        pytest.param(PHONE, "dark", marks=pytest.mark.slow),
    ],
)
def test_axe_finds_nothing(
    new_page: NewPage, alice_client: Client, cast: Cast, seeded: Seeded, size: Any, scheme: Any, part: int
) -> None:
    page = new_page(size, scheme, alice_client.cookies["sessionid"].value)
    paths = [path for path in (*LISTS, *objects(cast, seeded)) if path not in FRAGMENTS]
    found = [each for path in paths[part::PARTS] for each in complaints(page, path)]
    assert not found, "\n".join(found)


@pytest.mark.slow
def test_german_pages_fit_a_phone_and_axe_finds_nothing(
    new_page: NewPage, alice_client: Client, cast: Cast, seeded: Seeded
) -> None:
    """Its words are longer."""
    User.objects.update(language="de")
    page = new_page(PHONE, "light", alice_client.cookies["sessionid"].value)
    found = []
    for path in (*LISTS, *objects(cast, seeded)):
        if path not in FRAGMENTS:
            found += complaints(page, path)
            wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
            found += [f"{path} is {wide} px wider than the screen"] if wide > 0 else []
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), pytest.param(PHONE, "dark", marks=pytest.mark.slow)])
def test_axe_finds_nothing_on_the_page_of_a_call(
    new_page: NewPage, alice_client: Client, cast: Cast, size: Any, scheme: Any
) -> None:
    """With its sound, and both sides as a picture."""
    page = new_page(size, scheme, alice_client.cookies["sessionid"].value)
    found = complaints(page, f"/calls/{encode(Prefix.CALL, set_calls(cast))}/")
    assert page.locator("audio").count() == 1
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_axe_finds_nothing_at_the_doors(new_page: NewPage, size: Any, scheme: Any) -> None:
    page = new_page(size, scheme)
    found = [each for path in DOORS for each in complaints(page, path)]
    assert not found, "\n".join(found)
