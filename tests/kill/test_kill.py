"""kill -9 in the middle of many events: nothing lost, nothing doubled, order kept, no one waits longer than a lease.

The processes are the real ones on an empty data folder; the listeners are those of `tests.listeners`.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from tests.running import ROOT, Running, prepare, wait_until

SECONDS = 60.0
KEYS = [f"key-{number}" for number in range(5)]


@pytest.fixture(scope="module")
def empty_database() -> Iterator[Path]:
    """Migrated once, copied for each test."""
    path = Path(tempfile.mkdtemp(prefix="rapport-"))
    prepare(path)
    yield path / "rapport.sqlite3"
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def running(empty_database: Path) -> Iterator[Running]:
    with copied(empty_database) as folder, Running(folder, environment={"LEASE_SECONDS": "3"}) as started:
        yield started


@pytest.fixture
def folder(empty_database: Path) -> Iterator[Path]:
    with copied(empty_database) as path:
        yield path


@contextmanager
def copied(database: Path) -> Iterator[Path]:
    """A data folder of its own; its name is short, since sockets live in it."""
    path = Path(tempfile.mkdtemp(prefix="rapport-"))
    try:
        shutil.copy(database, path)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def order_is_kept(effects: list[tuple[str, int]]) -> bool:
    return all(
        [number for key, number in effects if key == each] == sorted(number for key, number in effects if key == each)
        for each in {key for key, _ in effects}
    )


def test_nothing_is_lost_or_doubled(running: Running) -> None:
    tenant, before = str(uuid4()), len(running.effects())
    keys = [f"{tenant[:8]}-{number}" for number in range(5)]

    def effects() -> list[tuple[str, int]]:
        return running.effects()[before:]

    for start, victim in ((0, "worker"), (30, "events"), (60, "worker")):
        running.publish(tenant, keys, range(start, start + 30))
        wait_until(lambda start=start: len(effects()) > start * len(keys), seconds=SECONDS)  # type: ignore[misc]
        running.kill(victim)
    wait_until(lambda: len(effects()) >= 90 * len(keys), seconds=SECONDS)
    wait_until(lambda: running.pending() == 0, seconds=SECONDS)
    found = effects()
    assert len(found) == len(set(found)) == 90 * len(keys)
    assert order_is_kept(found)


def test_a_long_handler_is_run_again_after_its_worker_died(running: Running) -> None:
    running.publish(str(uuid4()), ["slow"], range(1), kind="slow")
    wait_until((running.folder / "slow.begun").exists, seconds=SECONDS)
    running.kill("worker")
    (running.folder / "slow.go").touch()
    wait_until(lambda: running.pending() == 0, seconds=SECONDS)
    assert [number for key, number in running.effects() if key == "slow"] == [0]
    assert running.attempts("tests.slow") == [1]


def test_an_event_that_kills_its_worker_comes_to_an_end(running: Running) -> None:
    running.publish(str(uuid4()), ["poison"], range(1), kind="poison")
    wait_until(lambda: running.dead() == ["worker_died"], seconds=SECONDS)


def test_one_that_shares_its_transaction_takes_no_other_key_down(running: Running) -> None:
    before = len(running.effects())
    running.publish(str(uuid4()), ["deadly", "one", "two"], range(1), kind="touchy")
    wait_until(lambda: running.pending() == 0, seconds=SECONDS)
    assert set(running.dead()) == {"worker_died"}
    assert sorted(running.effects()[before:]) == [("one", 0), ("two", 0)]


def test_one_supervisor_per_folder_and_nothing_outlives_it(folder: Path) -> None:
    with Running(folder) as running:
        pids = [running.pid(name) for name in ("worker", "events")]
        second = subprocess.run(
            running.command, check=False, env=running.environment, cwd=ROOT, capture_output=True, text=True
        )
        assert second.returncode == 1
        assert "already runs" in second.stderr
        os.kill(running.supervisor.pid, signal.SIGKILL)
        wait_until(lambda: not any(pid and _is_alive(pid) for pid in pids), seconds=10)


def test_stopping_is_clean(folder: Path) -> None:
    with Running(folder) as running:
        pids = [running.pid(name) for name in ("worker", "events")]
    assert running.supervisor.returncode == 0
    assert not any(pid and _is_alive(pid) for pid in pids)
    assert running.pid("worker") is None
    assert "Traceback" not in running.output()


def _is_alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
