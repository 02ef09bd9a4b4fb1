"""kill -9 of the worker in the middle of an erasure: another one goes on, and nothing of the contact is left."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import ROOT, Running, prepare, wait_until
from tests.slow_store import BEGUN, GO

SECONDS = 90.0


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="rapport-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


def test_a_worker_that_is_killed_midway_is_followed_by_one_that_goes_on(folder: Path) -> None:
    prepare(folder)
    running = Running(folder, environment={"LEASE_SECONDS": "3", "RAPPORT_TEST_SLOW_STORE": "1"})
    asked = subprocess.run(
        [sys.executable, "-m", "tests.slow_store"],
        check=True,
        env=running.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    contact = json.loads(asked.stdout.splitlines()[-1])["contact"]
    with running:
        wait_until((folder / BEGUN).exists, seconds=SECONDS)
        assert rows(running, "tenants_erasure WHERE state = 'erasing'") == 1
        running.kill("worker")
        (folder / GO).touch()
        wait_until(lambda: rows(running, "tenants_erasure WHERE state = 'done'") == 1, seconds=SECONDS)
        for table in ("agents_conversation", "agents_episode", "agents_fact", "agents_trace"):
            assert rows(running, f"{table} WHERE contact_id = '{contact}'") == 0
        assert rows(running, f"ingestion_contact WHERE id = '{contact}'") == 0
        assert running.dead() == []
        (receipt,) = running._ask("SELECT receipt FROM tenants_erasure")[0]
        stores = {each["name"]: each for each in json.loads(receipt)["stores"]}
        assert stores["slow"]["attempts"] == 2
        assert all(each["after"] == 0 for each in stores.values())


def rows(running: Running, where: str) -> int:
    return int(running._ask(f"SELECT count(*) FROM {where}")[0][0])
