"""The page on the widget says how to embed it: each of its samples, as it stands there, on a page of another site."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from frontend.build import ROOT as FRONTEND
from frontend.node import find_node
from tenants.actors import SYSTEM
from tenants.selectors import find_widget_key, list_widget_keys
from tenants.services import create_widget_key
from tests import site as sites
from tests.docs.blocks import blocks_of
from tests.frontend.widget.conftest import Site
from tests.frontend.widget.driving import ask, chat_frame, wait_for_chat
from tests.frontend.widget.scripted_api import Script

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

MAIN = """import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Chat } from "./Chat.jsx";
const root = createRoot(document.getElementById("root"));
window.show = (token) => root.render(<StrictMode><Chat widgetKey={window.widgetKey} token={token} /></StrictMode>);
window.show();
"""
VITE = """export default {
  build: { lib: { entry: "main.jsx", formats: ["es"], fileName: () => "bundle.js" } },
  define: { "process.env.NODE_ENV": '"development"' },
};
"""
# What WordPress does with the two hooks: scripts for the footer come after what was written there.
WORDPRESS = """<?php
$hooks = []; $scripts = [];
function add_action($hook, $callback) { global $hooks; $hooks[$hook][] = $callback; }
function wp_enqueue_script($handle, $src, $deps, $ver, $args) { global $scripts; $scripts[] = [$src, $args]; }
function do_action($hook) { global $hooks; foreach ($hooks[$hook] ?? [] as $callback) { $callback(); } }
require $argv[1];
do_action('wp_enqueue_scripts');
do_action('wp_footer');
foreach ($scripts as [$src, $args]) { echo "<script {$args['strategy']} src=\\"$src\\"></script>"; }
"""


class Customer:
    """A page of the customer's, and how its samples become one."""

    def __init__(self, server: sites.Site, app: str, key: str) -> None:
        self.server, self.app, self.key = server, app, key

    def sample(self, language: str, holds: str) -> str:
        found = [each.text for each in blocks_of("widget.md") if each.language == language and holds in each.text]
        assert len(found) == 1, f"{language} with {holds}: {len(found)}"
        return found[0].replace("https://rapport.example", self.app).replace("rp_pk_…", self.key)

    def show(self, page: Page, body: str) -> None:
        self.server.pages["/"] = sites.html(f"<h1>Fjell</h1>{body}", title="Fjell")
        page.goto(self.server.url())


@pytest.fixture
def customer(site: Site) -> Iterator[Customer]:
    tenant_id = find_widget_key(site.key).tenant_id
    agent_id = list_widget_keys(tenant_id)[0].agent_id
    with sites.Site() as server:
        origin = server.url("")
        key_id = create_widget_key(tenant_id=tenant_id, agent_id=agent_id, allowed_origins=[origin], actor=SYSTEM)
        key = next(each.key for each in list_widget_keys(tenant_id) if each.id == key_id)
        yield Customer(server, site.app, key)


def launched(page: Page) -> None:
    chat = chat_frame(page)
    ask(chat, "Returns?")
    expect(chat.locator(".sources")).to_be_visible()


def embedded(page: Page) -> None:
    chat = page.frame_locator("rapport-chat iframe")
    chat.get_by_role("textbox").press_sequentially("Returns?")
    chat.get_by_role("textbox").press("Enter")
    expect(chat.locator(".sources")).to_be_visible()


@pytest.mark.parametrize(
    ("holds", "use"), [("/widget.js", launched), ("<rapport-chat", embedded)], ids=["line", "element"]
)
def test_the_html(page: Page, customer: Customer, script: Script, holds: str, use: Callable[[Page], None]) -> None:
    customer.show(page, customer.sample("html", holds))
    use(page)


def test_wordpress(page: Page, customer: Customer, script: Script, tmp_path: Path) -> None:
    php = shutil.which("php")
    if php is None:
        pytest.skip("no PHP here: install Debian's php-cli")
    functions, theme = tmp_path / "functions.php", tmp_path / "theme.php"
    functions.write_text("<?php\n" + customer.sample("php", "add_action"))
    theme.write_text(WORDPRESS)
    subprocess.run([php, "-l", functions], check=True, capture_output=True)
    customer.show(page, subprocess.run([php, theme, functions], check=True, capture_output=True, text=True).stdout)
    page.wait_for_selector("rapport-widget", state="attached")
    page.evaluate("document.querySelector('rapport-chat').open()")
    ask(chat := wait_for_chat(page), "Returns?")
    expect(chat.locator(".sources")).to_be_visible()


def test_react(page: Page, customer: Customer, script: Script, tmp_path: Path) -> None:
    """In strict mode, which mounts everything twice; then somebody signs in."""
    customer.server.pages["/bundle.js"] = sites.Reply(
        bundled(tmp_path, customer), headers={"Content-Type": "text/javascript"}
    )
    element = f'<script async src="{customer.app}/rapport-chat.js"></script>'
    here = f"<script>widgetKey = {json.dumps(customer.key)}</script><script type=module src=/bundle.js></script>"
    customer.show(page, f"<div id=root></div>{element}{here}")
    embedded(page)
    assert page.locator("rapport-chat").evaluate("(each) => each.clientHeight") == round(0.7 * 800)
    assert [each.get("identity") for each in script.sessions] == [None]
    with page.expect_response("**/v1/widget/sessions"):
        page.evaluate("show('mara')")
    assert page.locator("rapport-chat").count() == 1
    assert script.sessions[-1].get("identity") == "mara"


def bundled(folder: Path, customer: Customer) -> bytes:
    (folder / "Chat.jsx").write_text(customer.sample("jsx", "rapport-chat"))
    (folder / "main.jsx").write_text(MAIN)
    (folder / "node_modules").symlink_to(FRONTEND / "node_modules")
    vite = [
        *find_node().node,
        str(FRONTEND / "node_modules" / "vite" / "bin" / "vite.js"),
        "build",
        "--logLevel",
        "warn",
    ]
    (folder / "vite.config.mjs").write_text(VITE)
    subprocess.run(vite, cwd=folder, check=True)
    return (folder / "dist" / "bundle.js").read_bytes()
