"""`python -m tests.screenshots [words]`: pictures of every page, written to screenshots/.

Desktop and phone, light and dark; what is in them says `tests/pictures/`. Its companies are served for it from a folder
of its own. Words choose pictures: of addresses, of pictures' names, `phone`, `dark`, `full`; `de` is the language.
Prints what no picture shows: errors of the console, pages wider than the screen, fields without a name.
"""

import os
import shutil
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.pictures.shots import Shot
    from tests.pictures.stage import Stage

FOLDER = Path(__file__).resolve().parents[1] / "screenshots"
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
UNNAMED = """() => [...document.querySelectorAll('input, select, textarea, button, a[href]')].filter(each =>
  each.type !== 'hidden' && each.offsetParent && !each.labels?.length && !each.ariaLabel && !each.title &&
  !each.textContent.trim()).map(each => each.outerHTML.slice(0, 90))"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="rapport-") as folder:
        port = _free_port()
        os.environ |= {
            "DATA_DIR": folder,
            "PORT": str(port),
            "PUBLIC_URL": f"http://localhost:{port}",
            "DJANGO_SETTINGS_MODULE": "rapport.settings",
            "OPERATORS": "olga@rapport.example",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
        }
        stage = _prepare()
        words = _speak(sys.argv[1:])
        _serve(port)
        _photograph(f"http://localhost:{port}", stage, words)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _prepare() -> "Stage":
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.pictures.stage import set_stage

    return set_stage()


def _speak(words: list[str]) -> list[str]:
    """Everybody reads the language that one of the words is. Returns the others."""
    from django.conf import settings

    from tenants.models import User

    languages = dict(settings.LANGUAGES)
    for language in languages.keys() & set(words):
        User.objects.update(language=language)
    return [word for word in words if word not in languages]


def _serve(port: int) -> None:
    import uvicorn

    server = uvicorn.Server(uvicorn.Config("rapport.asgi:application", port=port, log_level="warning"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)


def _photograph(address: str, stage: "Stage", words: list[str]) -> None:
    from playwright.sync_api import sync_playwright

    from frontend.docs_views import page_names
    from tests.browser import ARGUMENTS
    from tests.pictures.shots import shots

    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        for who, chosen in shots(stage, page_names()).items():
            for size in SIZES:
                for scheme in SCHEMES:
                    wanted = [each for each in chosen if _is_wanted(each, who, size, scheme, words)]
                    if wanted:
                        _walk(browser, address, stage.emails.get(who, ""), wanted, who, size, scheme)
        browser.close()


def _is_wanted(shot: "Shot", who: str, size: str, scheme: str, words: list[str]) -> bool:
    """Sizes, colours and people narrow down; of the other words one is enough."""
    here = {who, size, scheme}
    for kind in (set(SIZES), set(SCHEMES), {"full", "empty", "analyst", "long", "nobody"}):
        asked = kind & set(words)
        if asked and not asked & here:
            return False
        words = [word for word in words if word not in kind]
    return not words or any(word in shot.path or word in shot.name for word in words)


def _walk(
    browser: "Browser", address: str, email: str, chosen: "list[Shot]", who: str, size: str, scheme: Scheme
) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    for each in chosen:
        _sign_in(context, address, email)  # afresh: what was done for the picture before is forgotten
        page = context.new_page()
        page.on("console", lambda message: print("  console:", message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: print("  script:", error))
        _picture(page, address, each, _name(each, who, size, scheme))
        page.close()
    context.close()


def _sign_in(context: "BrowserContext", address: str, email: str) -> None:
    from tests.pictures.stage import session_of

    context.clear_cookies()
    if email:
        context.add_cookies([{"name": "sessionid", "value": session_of(email), "url": address}])


def _picture(page: "Page", address: str, shot: "Shot", name: str) -> None:
    from playwright.sync_api import Error

    answer = page.goto(f"{address}{shot.path}", wait_until="load")
    try:
        if shot.act:
            shot.act(page)
    except Error as error:
        print(f"  COULD NOT: {error.message.splitlines()[0]}")
    page.wait_for_timeout(200)
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True)
    note = f"  WIDER THAN THE SCREEN by {overflow} px" if overflow > 0 else ""
    print(f"{answer.status if answer else '?'} {name}: {page.title()}{note}", flush=True)
    for field in page.evaluate(UNNAMED):
        print(f"  WITHOUT A NAME: {field}")


def _name(shot: "Shot", who: str, size: str, scheme: str) -> str:
    """Ids change from run to run, names of pictures do not."""
    path, _, query = shot.path.partition("?")
    parts = ["one" if "_" in part or len(part) > 40 else part for part in path.strip("/").split("/")]
    asked = "asked" if query else ""
    return "-".join(filter(None, [*(parts if parts != [""] else ["home"]), asked, shot.name, who, size, scheme]))


if __name__ == "__main__":
    main()
