"""The real processes, started for a test or a benchmark on a data folder of their own, with `tests.listeners` in them.

`python -m tests.running worker,events` is what `Running` starts.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[1]


class Running:
    """`with Running(folder, only="worker,events") as running: …`; `running.kill("worker")` is kill -9."""

    def __init__(
        self, folder: Path, *, only: str = "worker,events", environment: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.only = only
        self.environment = {**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": "", **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.log = (self.folder / "output.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.running", self.only],
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
        pid = self.pid(name)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    def output(self) -> str:
        return (self.folder / "output.log").read_text()


def wait_until(is_true: Callable[[], bool], *, seconds: float) -> None:
    """Raises TimeoutError."""
    until = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > until:
            raise TimeoutError(f"It did not come true within {seconds:g} seconds.")
        time.sleep(0.05)


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.settings"
    from rapport.config import get_config
    from rapport.supervisor.processes import preload, processes
    from rapport.supervisor.supervisor import Supervisor

    preload()
    import tests.listeners as tests_listeners

    config = get_config()
    known = processes(config, [])
    assert tests_listeners
    supervisor = Supervisor(
        {name: known[name] for name in sys.argv[1].split(",")}, run_folder=config.data_dir / "run", capture=False
    )
    supervisor.run()


if __name__ == "__main__":
    main()
