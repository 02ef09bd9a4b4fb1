"""What docs/webhooks.md says of checking signatures, in both languages: run as it stands on what Rapport signs."""

import json
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from frontend.node import find_node
from rapport.config import ROOT
from tests.docs.blocks import blocks_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]
SECRET, OTHER = "whsec_" + "QUFB" * 8, "whsec_" + "QkJC" * 8
BODY = json.dumps({"type": "document.ready", "data": {"id": "doc_1", "name": "Größen"}}, ensure_ascii=False)
TSC = ROOT / "frontend" / "node_modules" / ".bin" / "tsc"
_ASK = """
import { readFileSync } from "node:fs";
const { body, headers, secret } = JSON.parse(readFileSync(0, "utf8"));
try { console.log(JSON.stringify(receive(body, headers, secret))); } catch { console.log("null"); }
"""
Receive = Callable[[str, dict[str, str], str], Any]


@pytest.fixture(autouse=True)
def _show_the_log() -> None:
    """Nothing of the product runs here."""


@pytest.fixture(scope="module", params=["python", "typescript"])
def receive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Receive:
    """The page's own function."""
    (block,) = [each.text for each in blocks_of("webhooks.md") if each.language == request.param]
    if request.param == "typescript":
        return _typescript(block, tmp_path_factory.mktemp("verifying"))
    names: dict[str, Any] = {}
    exec(block, names)
    return lambda body, headers, secret: names["receive"](body.encode(), headers, secret)


def _typescript(block: str, folder: Path) -> Receive:
    node = find_node()
    assert TSC.exists(), "`make frontend` brings the compiler"
    environment = {"PATH": f"{node.folder}{os.pathsep}{os.environ['PATH']}", "npm_config_prefer_offline": "true"}

    def run(*command: str, told: str = "") -> str:
        done = subprocess.run(
            command, cwd=folder, env=environment, input=told, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    (folder / "package.json").write_text('{"type": "module"}')
    run(*node.npm, "install", "--no-audit", "--no-fund", "standardwebhooks")
    (folder / "receive.ts").write_text(block)
    run(str(TSC), "--target", "ES2022", "--module", "NodeNext", "--strict", "--skipLibCheck", "receive.ts")
    (folder / "ask.js").write_text('import { receive } from "./receive.js";\n' + _ASK)

    def receive(body: str, headers: dict[str, str], secret: str) -> Any:
        told = json.dumps({"body": body, "headers": headers, "secret": secret})
        return json.loads(run(*node.node, "ask.js", told=told))

    return receive


def signed(secret: str = SECRET, *, ago: timedelta = timedelta()) -> dict[str, str]:
    at = datetime.now(UTC) - ago
    return {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("evt_1", at, BODY),
    }


def test_what_is_ours_is_taken(receive: Receive) -> None:
    assert receive(BODY, signed(), SECRET) == json.loads(BODY)


def test_while_a_secret_is_replaced_both_are_taken(receive: Receive) -> None:
    new, old = signed(OTHER), signed(SECRET)
    both = {**new, "webhook-signature": f"{new['webhook-signature']} {old['webhook-signature']}"}
    assert receive(BODY, both, SECRET) == receive(BODY, both, OTHER) == json.loads(BODY)


@pytest.mark.parametrize("case", ["body", "secret", "old", "none"])
def test_what_is_not_ours_is_not(receive: Receive, case: str) -> None:
    headers = signed(ago=timedelta(minutes=6)) if case == "old" else {} if case == "none" else signed()
    body = BODY.replace("ready", "gone") if case == "body" else BODY
    assert receive(body, headers, OTHER if case == "secret" else SECRET) is None
