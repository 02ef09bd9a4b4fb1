"""What the widget adds to the page that it stands on: `make bench-widget`.

    python -m tests.benchmarks.widget [--rounds N]

A customer's page on one site and the product, as `manage.py run` starts it, on another, in Debian's Chromium at a
phone's width with the processor four times slower, as Lighthouse does it for phones. In each round the page comes
without the widget, with it, and with a proactive message, in changing order, each in a browser that knows nothing yet;
then a visitor opens the chat. Blocking is what is over 50 ms of each task of the page's main thread, from the first
to the last; what is added is the difference to the page without the widget in the same round. Beside the time that
passed stands processor time, which another program does not make longer. The last line is one JSON object.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from tests.browser import ARGUMENTS
from tests.e2e.product import Product, running_product
from tests.frontend.widget.driving import chat_frame
from tests.site import Answer, Site, html

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TARGET_MS = 20.0
LONG_MS = 50.0
SLOWER = 4
MARK = "this is the page"
SETTLE_MS = 3_000
SIZE = {"width": 412, "height": 823}
CATEGORIES = ["toplevel", "devtools.timeline", "disabled-by-default-v8.compile", "v8", "blink.user_timing"]
WITHOUT, WITH, GREETING, OPENED = "without", "with the widget", "and a message", "the chat is opened"
ORDERS = ((WITHOUT, WITH, GREETING), (GREETING, WITHOUT, WITH), (WITH, GREETING, WITHOUT))
WATCH = """window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().map((each) => each.value)))
  .observe({type: 'layout-shift', buffered: true})"""


class Load(NamedTuple):
    """Milliseconds of the page's main thread; `cpu_*` of its processor time, and `own_*` of that in tasks that ran a
    script of ours."""

    blocking: float
    cpu_blocking: float
    own_blocking: float
    own_longest: float
    own_work: float
    shift: float


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    arguments.add_argument("--rounds", type=int, default=15)
    rounds: int = arguments.parse_args().rounds
    loads: dict[str, list[Load]] = {}
    with tempfile.TemporaryDirectory(prefix="rapport-widget-") as folder, Site() as site:
        keys = Path(folder) / "keys.json"
        settings = {"WIDGET_ORIGIN": site.url("").rstrip("/"), "WIDGET_KEYS": str(keys)}
        with running_product(settings, prepare="tests.benchmarks.widget_company") as product:
            site.pages = dict(_pages(product, json.loads(keys.read_text())))
            for name, load in _measure(site, product.app, rounds):
                loads.setdefault(name, []).append(load)
                print(name, load, file=sys.stderr)
    _report(loads, rounds)
    return 0


def _pages(product: Product, keys: Mapping[str, str]) -> Iterator[tuple[str, Answer]]:
    text = "".join(f"<h2>Boots {number}</h2><p>{'For wet mountains and long ways. ' * 12}</p>" for number in range(60))
    head = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    for name, key in ((WITHOUT, ""), *keys.items()):
        line = f'<script async src="{product.app}/widget.js" data-key="{key}"></script>' if key else ""
        yield f"/{quote(name)}/", html(text + line, title="Fjell", head=head)


def _measure(site: Site, app: str, rounds: int) -> Iterator[tuple[str, Load]]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        for number in range(rounds + 1):
            for name in ORDERS[number % len(ORDERS)]:
                found = _visit(browser, site.url(f"/{quote(name)}/"), app, opens=name == WITH)
                if number:  # the first is the browser's own
                    yield from zip((name, OPENED), found, strict=False)
        browser.close()


def _visit(browser: "Browser", address: str, app: str, *, opens: bool) -> list[Load]:
    context = browser.new_context(viewport=SIZE)  # type: ignore[arg-type]
    page = context.new_page()
    page.add_init_script(WATCH)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    browser.start_tracing(page=page, categories=CATEGORIES)
    page.goto(address, wait_until="load")
    loads = [_settled(browser, page, app)]
    if opens:
        browser.start_tracing(page=page, categories=CATEGORIES)
        chat_frame(page)
        loads.append(_settled(browser, page, app))
    context.close()
    return loads


def _settled(browser: "Browser", page: "Page", app: str) -> Load:
    page.wait_for_timeout(SETTLE_MS)
    shifts: list[float] = page.evaluate(f"performance.mark('{MARK}'), shifts.splice(0)")
    events: list[dict[str, Any]] = json.loads(browser.stop_tracing())["traceEvents"]
    return _load(events, app, sum(shifts))


def _load(events: Sequence[dict[str, Any]], app: str, shift: float) -> Load:
    """Of the thread that marked: the page's own, not the iframe's."""
    thread = next((each["pid"], each["tid"]) for each in events if each["name"] == MARK)
    on_it = [each for each in events if (each["pid"], each["tid"]) == thread and each["ph"] == "X"]
    tasks = [each for each in on_it if each["name"].endswith("RunTask")]
    ours = [each["ts"] for each in on_it if _script(each).startswith(app)]
    own = [each for each in tasks if any(each["ts"] <= at <= each["ts"] + each["dur"] for at in ours)]
    passed, spent, own_spent = _ms(tasks, "dur"), _ms(tasks, "tdur"), _ms(own, "tdur")
    return Load(_over(passed), _over(spent), _over(own_spent), max(own_spent, default=0), sum(own_spent), shift)


def _ms(tasks: Sequence[Mapping[str, Any]], field: str) -> list[float]:
    return [each.get(field, 0) / 1000 for each in tasks]


def _script(event: Mapping[str, Any]) -> str:
    """The address of the script that it is about; "" for none."""
    data = event.get("args", {}).get("data", {})
    found = data.get("url", "") if isinstance(data, dict) else ""
    return found if isinstance(found, str) else ""


def _over(tasks: Sequence[float]) -> float:
    return sum(max(0.0, each - LONG_MS) for each in tasks)


def _report(loads: Mapping[str, list[Load]], rounds: int) -> None:
    print(f"\n| page, {rounds} rounds | {' | '.join(COLUMNS.values())} |\n|{'---|' * (len(COLUMNS) + 1)}")
    compared = {WITHOUT: [], WITH: loads[WITHOUT], GREETING: loads[WITHOUT], OPENED: []}
    whole = {name: _figures(loads[name], without) for name, without in compared.items()}
    for name, figures in whole.items():
        print(f"| {name} | {' | '.join(_cell(figures.get(column)) for column in COLUMNS)} |")
    is_met = {
        "own": all(whole[name]["own_blocking"]["most"] <= TARGET_MS for name in (WITH, GREETING)),
        "added": all(whole[name]["added_cpu_blocking"]["median"] <= TARGET_MS for name in (WITH, GREETING)),
    }
    print(json.dumps({"rounds": rounds, "slower": SLOWER, "pages": whole, "target_ms": TARGET_MS, "is_met": is_met}))


COLUMNS = {
    "blocking": "blocking, ms",
    "added_blocking": "added",
    "cpu_blocking": "of the processor",
    "added_cpu_blocking": "added",
    "own_blocking": "blocking of tasks with our script",
    "own_longest": "the longest of them",
    "own_work": "all of them",
    "shift": "layout shift",
}


def _figures(loads: list[Load], without: list[Load]) -> dict[str, dict[str, float]]:
    columns = {name: [getattr(each, name) for each in loads] for name in Load._fields}
    for name in ("blocking", "cpu_blocking") if without else ():
        pairs = zip(loads, without, strict=True)
        columns[f"added_{name}"] = [getattr(each, name) - getattr(bare, name) for each, bare in pairs]
    return {
        name: {"median": round(statistics.median(each), 3), "least": round(min(each), 3), "most": round(max(each), 3)}
        for name, each in columns.items()
    }


def _cell(figure: Mapping[str, float] | None) -> str:
    """The median, and from least to most."""
    return f"{figure['median']:.4g} ({figure['least']:.4g} to {figure['most']:.4g})" if figure else ""


if __name__ == "__main__":
    sys.exit(main())
