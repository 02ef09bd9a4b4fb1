"""The real processes, started for a test or a benchmark on a data folder of their own, with `tests.listeners` in them.

`python -m tests.running worker,events` is what `Running` starts.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import psycopg

ROOT = Path(__file__).resolve().parents[1]
BUSY = 3  # how much slower than an idle machine one may be


class Running:
    """`with Running(folder, only="worker,events") as running: …`; `running.kill("worker")` is kill -9."""

    def __init__(
        self, folder: Path, *, only: str = "worker,events", environment: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.only = only
        self.environment = {**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": "", **(environment or {})}
        self.command = [sys.executable, "-m", "tests.running", only]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.log = (self.folder / "output.log").open("ab")
        self._process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        wait_until(self._has_started, seconds=60)
        return self

    def _has_started(self) -> bool:
        assert self._process
        if self._process.poll() is not None:
            raise RuntimeError(f"The supervisor ended: {self.output()}")
        return all(self.pid(name) for name in self.only.split(","))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)
        self.log.close()

    @property
    def supervisor(self) -> subprocess.Popen[bytes]:
        assert self._process
        return self._process

    def pid(self, name: str) -> int | None:
        try:
            return int((self.folder / "run" / f"{name}.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def kill(self, name: str) -> None:
        """kill -9 of the process as it is now."""
        wait_until(lambda: self.pid(name) is not None, seconds=60)  # it may be on its way back from the last time
        pid = self.pid(name)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    def output(self) -> str:
        return (self.folder / "output.log").read_text()

    def publish(self, tenant_id: str, keys: list[str], numbers: range, kind: str = "steady", **data: object) -> None:
        """In one transaction, by another process: each number for each key."""
        words = {"tenant_id": tenant_id, "keys": keys, "numbers": list(numbers), "kind": kind, "data": data}
        command = [sys.executable, "-m", "tests.running", "publish", json.dumps(words)]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, stderr=subprocess.DEVNULL)

    def _ask(self, query: str) -> list[tuple[Any, ...]]:
        if url := self.environment["DATABASE_URL"]:
            with psycopg.connect(url) as connection:
                return connection.execute(query.encode()).fetchall()
        database = sqlite3.connect(self.folder / "rapport.sqlite3", timeout=20)
        try:
            return database.execute(query).fetchall()
        finally:
            database.close()

    def effects(self) -> list[tuple[str, int]]:
        """(key, number) in the order of handling."""
        return [(key, number) for key, number in self._ask("SELECT key, number FROM effect ORDER BY id")]

    def pending(self) -> int:
        """Rows that wait in the outbox or the inbox."""
        outbox = self._ask("SELECT count(*) FROM events_outboxevent WHERE published_at IS NULL")
        inbox = self._ask("SELECT count(*) FROM events_inboxevent WHERE state = 'pending'")
        unread = self._ask("SELECT count(*) FROM events_inboxevent")[0][0] == 0
        return int(outbox[0][0]) + int(inbox[0][0]) + int(unread)

    def arrived(self) -> int:
        """Rows in the inbox, whatever became of them."""
        return int(self._ask("SELECT count(*) FROM events_inboxevent")[0][0])

    def attempts(self, subscription: str) -> list[int]:
        """How often each of its rows failed, in order."""
        query = f"SELECT attempts FROM events_inboxevent WHERE subscription = '{subscription}' ORDER BY id"
        return [row[0] for row in self._ask(query)]

    def dead(self) -> list[str]:
        """The codes of dead rows."""
        return [row[0] for row in self._ask("SELECT error_code FROM events_inboxevent WHERE state = 'dead'")]


def wait_until(is_true: Callable[[], bool], *, seconds: float) -> None:
    """`seconds` are enough on an idle machine; a busy one gets three times as long. Raises TimeoutError."""
    until = time.monotonic() + BUSY * seconds
    while not is_true():
        if time.monotonic() > until:
            raise TimeoutError(f"It did not come true within {BUSY * seconds:g} seconds.")
        time.sleep(0.05)


def prepare(folder: Path, environment: Mapping[str, str] | None = None) -> None:
    """An empty database with the listeners' table, made by a process of its own."""
    environment = {**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": "", **(environment or {})}
    subprocess.run([sys.executable, "-m", "tests.running", "prepare"], cwd=ROOT, env=environment, check=True)


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.settings"
    match sys.argv[1]:
        case "prepare":
            _prepare()
        case "publish":
            _publish(json.loads(sys.argv[2]))
        case names:
            _run(names)


def _prepare() -> None:
    import django
    from django.core.management import call_command

    from rapport.config import get_config
    from tests.prepared import prepare_folder

    config = get_config()
    if config.database_url.startswith("sqlite"):
        prepare_folder(config.data_dir)
    django.setup()
    call_command("migrate", verbosity=0)
    from rapport.database import as_role
    from tests.listeners import create_table

    with as_role("DATABASE_OWNER_URL"):
        create_table()


def _publish(words: dict[str, Any]) -> None:
    import django

    django.setup()
    from tests import listeners

    event_type = {
        "steady": listeners.STEADY,
        "slow": listeners.SLOW,
        "poison": listeners.POISON,
        "touchy": listeners.TOUCHY,
    }[words["kind"]]
    listeners.publish_numbers(
        UUID(words["tenant_id"]), words["keys"], words["numbers"], event_type=event_type, **words["data"]
    )


def _run(names: str) -> None:
    from rapport.config import get_config
    from rapport.supervisor.processes import preload, processes
    from rapport.supervisor.supervisor import Supervisor

    preload()
    import tests.listeners as tests_listeners

    if os.environ.get("RAPPORT_MEASURE_STAGES"):
        from tests.benchmarks.stages import instrument

        instrument()
    if os.environ.get("RAPPORT_TEST_SLOW_STORE"):
        from tests import slow_store

        slow_store.declare()
    if os.environ.get("RAPPORT_TEST_DEATHS"):
        from tests.kill import dying

        dying.instrument()
    config = get_config()
    known = processes(config, [])
    assert tests_listeners
    supervisor = Supervisor(
        {name: known[name] for name in names.split(",")}, run_folder=config.data_dir / "run", capture=False
    )
    supervisor.run()


if __name__ == "__main__":
    main()
