"""Without real servers their tests are skipped, and the last line says so; where they are required they fail."""

import os
import subprocess
import sys
from pathlib import Path

from tests.servers import ROOT


def run(services: Path, **more: str) -> subprocess.CompletedProcess[str]:
    arguments = ["-q", "-p", "no:cacheprovider", "tests/test_servers.py", "-k", "fresh_database_is_empty"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=ROOT,
        env={**os.environ, "SERVICES_DIR": str(services), **more},
        capture_output=True,
        text=True,
        check=False,
    )


def test_they_are_skipped_and_the_last_line_names_the_server_and_the_setting(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("DATABASE_OWNER_URL=postgres://owner:secret@127.0.0.1:1/rapport\n")
    said = run(tmp_path, RAPPORT_REQUIRE_SERVERS="")
    assert said.returncode == 0
    last = said.stdout.strip().splitlines()[-1]
    assert last.startswith("1 tests of the real servers were SKIPPED: ")
    assert "nothing answers at 127.0.0.1:1 (DATABASE_OWNER_URL): `make services`" in last
    assert "secret" not in said.stdout


def test_where_they_are_required_they_fail(tmp_path: Path) -> None:
    said = run(tmp_path, RAPPORT_REQUIRE_SERVERS="1")
    assert said.returncode == 1
    assert "A real server is required" in said.stdout
