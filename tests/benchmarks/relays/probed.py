"""`python -m tests.benchmarks.relays.probed` is `manage.py run` with the stamps of `make bench-turn`; and each process
writes down, four times a second, what only it can know: DATA_DIR/probe.<pid>, JSON of `Probe`."""

import _sqlite3
import asyncio
import ctypes
import importlib
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

PAUSE_SECONDS = 0.25


@dataclass(frozen=True)
class Probe:
    """`tasks` of the event loop that has the calls; `sqlite_mb`: what SQLite holds, which is for the most part the page
    caches of its connections."""

    tasks: int = 0
    sqlite_mb: float = 0.0


_loops: list[asyncio.AbstractEventLoop] = []


def instrument() -> None:
    """In this process, for those that are forked from it."""
    socket: Any = importlib.import_module("agents.channels.phone.socket")
    opened = socket.open_socket

    async def open_watched(*args: Any, **named: Any) -> Any:
        _loops[:] = [asyncio.get_running_loop()]
        return await opened(*args, **named)

    socket.open_socket = open_watched
    os.register_at_fork(after_in_child=lambda: threading.Thread(target=_watch, name="probe", daemon=True).start())


def _watch() -> None:
    path = _path(Path(os.environ["DATA_DIR"]), os.getpid())
    draft, used = path.with_suffix(".draft"), _sqlite_bytes()
    while True:
        probe = Probe(sum(len(asyncio.all_tasks(loop)) for loop in _loops), used() / 2**20)
        draft.write_text(json.dumps(asdict(probe)))
        draft.rename(path)
        time.sleep(PAUSE_SECONDS)


def _sqlite_bytes() -> Callable[[], int]:
    """https://sqlite.org/c3ref/memory_highwater.html"""
    used: Callable[[], int] = ctypes.CDLL(_sqlite3.__file__).sqlite3_memory_used
    used.restype = ctypes.c_longlong  # type: ignore[attr-defined]
    return used


def read_probe(folder: Path, pid: int) -> Probe:
    path = _path(folder, pid)
    return Probe(**json.loads(path.read_text())) if path.exists() else Probe()


def _path(folder: Path, pid: int) -> Path:
    return folder / f"probe-{pid}.json"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from rapport.supervisor.processes import preload
    from tests.benchmarks.turns import stamps

    preload()
    stamps.instrument()
    instrument()
    call_command("run")


if __name__ == "__main__":
    main()
