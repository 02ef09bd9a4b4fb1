"""The TypeScript SDK's own tests (`sdks/typescript/test/`), run by Node's test runner on what the compiler made."""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from standardwebhooks import Webhook

from frontend.node import find_node
from sdks.typescript.build import SDK, compile_sdk
from tests.sdks.test_webhooks import BODY, OTHER, SECRET


def _signed() -> str:
    now = datetime.now(UTC)
    before = now - timedelta(minutes=6)
    return json.dumps(
        {
            "secret": SECRET,
            "other": OTHER,
            "body": BODY,
            "headers": _headers(now),
            "otherSignature": Webhook(OTHER).sign("evt_1", now, BODY),
            "old": _headers(before),
        }
    )


def _headers(at: datetime) -> dict[str, str]:
    signature = Webhook(SECRET).sign("evt_1", at, BODY)
    return {"webhook-id": "evt_1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def test_its_own_tests_pass(tmp_path: Path) -> None:
    shutil.copytree(SDK / "test", tmp_path / "test")
    shutil.copy(SDK / "package.json", tmp_path)
    compile_sdk("--outDir", str(tmp_path / "dist"), "--declaration", "false")
    names = sorted(str(each) for each in (tmp_path / "test").glob("*.test.mjs"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORT_")}
    done = subprocess.run(
        [*find_node().node, "--test", *names],
        env={**environment, "SIGNED": _signed()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# skipped 0" in done.stdout or "ℹ skipped 0" in done.stdout, done.stdout
